"""TextBlob's lexicon: the English baseline, and the words a person can be shown as the reason."""

import re
from functools import lru_cache
from typing import Any

from analysis.classifier.shapes import Hit

_WORD = re.compile(r"[a-z]+(?:'[a-z]+)?|[!?]")


@lru_cache(maxsize=1)
def _lexicon() -> Any:
    from textblob.en import sentiment  # takes a second and 100 MB: only where text is read

    return sentiment


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """The stem of an English word: `approvals` and `approved` meet in `approv`."""
    from textblob import Word  # the same package, loaded with the lexicon

    return str(Word(word).stem())


def polarity(text: str) -> float:
    """TextBlob's polarity of a normalised text, -1..1; 0 also where its lexicon knows no word of it."""
    return float(_lexicon()(_words(text))[0])


def lexicon_hits(text: str) -> list[Hit]:
    """The words of the text that TextBlob's lexicon knows, with what it thinks of them."""
    assessments = _lexicon()(_words(text)).assessments
    return [Hit("textblob", "lexicon", " ".join(words), round(score, 3)) for words, score, *_ in assessments if score]


def _words(text: str) -> list[str]:
    # The lexicon knows "n't" as a negation of its own, not inside a word.
    return _WORD.findall(text.replace("n't", " not").replace("cannot", "can not"))
