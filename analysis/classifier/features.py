"""Turns normalised text into hashed counts: words and word parts for English, characters for Chinese."""

import re
from functools import lru_cache
from itertools import pairwise
from typing import Any

import numpy as np

BUCKETS = 2**18

# Numbers of three and more figures never become features; five and more were blanked before.
_NUMBER = re.compile(r"\d{3,}")
_STRETCHED = re.compile(r"(.)\1{2,}")
_WORD = re.compile(r"[a-z]+(?:'[a-z]+)?|\d{1,2}|[!?]|[^\x00-\x7f]")
_SENTENCE_MARK = re.compile(r"[.,;:!?]|but")
_NEGATION = re.compile(r"not|no|never|nothing|nobody|none|cannot|without|hardly|barely|neither|nor|\w+n't")


def feature_text(text: str) -> str:
    """What the vectorisers see: stretched letters shortened, long numbers made one."""
    return _NUMBER.sub("0", _STRETCHED.sub(r"\1\1", text))


def english_words(text: str) -> list[str]:
    """Words, pairs of neighbours, and each word once more with a mark when a negation reaches it."""
    words = _WORD.findall(text)
    pairs = [f"{one} {two}" for one, two in pairwise(words)]
    return words + pairs + _negated_words(text)


def _negated_words(text: str) -> list[str]:
    marked: list[str] = []
    for phrase in _SENTENCE_MARK.split(text):
        reached = False
        for word in phrase.split():
            if reached:
                marked.append(f"not~{word}")
            reached = reached or bool(_NEGATION.fullmatch(word))
    return marked


@lru_cache(maxsize=2)
def _vectorisers(language: str) -> tuple[Any, ...]:
    # scikit-learn takes most of a second to import: only where text is read.
    from sklearn.feature_extraction.text import HashingVectorizer

    common = {
        "n_features": BUCKETS,
        "alternate_sign": False,
        "binary": True,
        "lowercase": False,
        "norm": "l2",
        "dtype": np.float32,
    }
    if language == "zh":
        return (HashingVectorizer(analyzer="char", ngram_range=(1, 3), **common),)
    return (
        HashingVectorizer(analyzer=english_words, **common),
        HashingVectorizer(analyzer="char_wb", ngram_range=(2, 4), **common),
    )


def matrix(language: str, texts: list[str]) -> Any:
    """One sparse row a text; its width is BUCKETS for each vectoriser of the language."""
    from scipy.sparse import hstack  # loaded with scikit-learn

    prepared = [feature_text(text) for text in texts]
    return hstack([vectoriser.transform(prepared) for vectoriser in _vectorisers(language)], format="csr")
