"""Which language a comment is written in, by its script and its small words."""

import tomllib
from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from analysis.classifier.batch import Batch
from analysis.classifier.characters import ACCENTED, FOREIGN, HAN, LATIN, Places
from analysis.classifier.shapes import Language
from analysis.classifier.words import Index, Words, indexed


@lru_cache(maxsize=4)
def small_words(which: str) -> frozenset[str]:
    """The words of one list of the lexicon, those English shares with other languages counted as English."""
    lists = tomllib.loads(files(__package__).joinpath("lexicon/small_words.toml").read_text("utf-8"))
    words = frozenset(lists[which].split())
    return words - frozenset(lists["english"].split()) if which == "foreign" else words


def _hinted(hint: str | None) -> Language:
    if hint and hint.lower().startswith("zh"):
        return "zh"
    return "en" if hint and hint.lower().startswith("en") else "other"


def detect(batch: Batch, found: Words, hints: Sequence[str | None]) -> list[Language]:
    """The language of each comment of a batch; a hint decides only where the text itself does not."""
    han, foreign, latin = (_letters(batch, kind) for kind in (HAN, FOREIGN, LATIN))
    words = np.flatnonzero(batch.kinds[found.starts] & LATIN)
    starts, ends = found.starts[words], found.ends[words]
    accents = np.append(0, np.cumsum(batch.kinds & ACCENTED > 0))
    lists = ("english", "chinese_slang", "foreign")
    english, slang, abroad = (found.among(_index(which))[words] for which in lists)
    longer = (ends - starts > 1) & ~slang
    strange = (abroad & longer) | (accents[ends] > accents[starts])

    def counted(chosen: NDArray[np.bool_]) -> Places:
        return np.diff(np.searchsorted(starts[chosen], np.append(batch.starts, len(batch.codes))))

    rows = (han, foreign, latin, *map(counted, (longer, longer & english, english, strange, slang, ~slang)))
    return [_language(hint, *row) for hint, row in zip(hints, np.column_stack(rows).tolist(), strict=True)]


def _language(
    hint: str | None,
    han: int,
    foreign: int,
    latin: int,
    longer: int,
    small: int,
    english: int,
    strange: int,
    slang: int,
    words: int,
) -> Language:
    """A product name does not make a Chinese comment a mixed one: it takes English small words or many words."""
    if 10 * foreign > 2 * han + latin + foreign:
        return "other"
    if han:
        mixed = longer + small >= 3 and 4 * (longer + small) > han
        return "zh" if not mixed else ("en" if han == 1 and small > 2 else "mixed")
    if words:
        english_enough = strange <= max(english, 1) and (strange <= english or hint == "en")
        return "en" if english_enough else "other"
    return "zh" if slang else _hinted(hint)


def _letters(batch: Batch, kind: int) -> Places:
    running = np.append(0, np.cumsum(batch.kinds & kind > 0))
    found: Places = running[batch.ends] - running[batch.starts]
    return found


@lru_cache(maxsize=4)
def _index(which: str) -> Index:
    return indexed(small_words(which))
