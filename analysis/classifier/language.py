"""Which language a comment is written in, by its script and its small words."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from analysis.classifier.batch import Batch
from analysis.classifier.characters import ACCENTED, LATIN, Places
from analysis.classifier.shapes import Language
from analysis.classifier.words import Words

_NAMES: tuple[Language, ...] = ("other", "en", "zh", "mixed")
_OTHER, _EN, _ZH, _MIXED = range(4)


def _hinted(hint: str | None) -> Language:
    if hint and hint.lower().startswith("zh"):
        return "zh"
    return "en" if hint and hint.lower().startswith("en") else "other"


def detect(batch: Batch, found: Words, hints: Sequence[str | None]) -> list[Language]:
    """The language of each comment of a batch; a hint decides only where the text itself does not."""
    han, latin, foreign = batch.letters.between(batch.starts, batch.ends)
    words = np.flatnonzero(batch.kinds[found.starts] & LATIN)
    starts, ends = found.starts[words], found.ends[words]
    accents = np.flatnonzero(batch.kinds & ACCENTED)
    english, slang, abroad = (found.are(which)[words] for which in ("english", "chinese_slang", "foreign"))
    longer = (ends - starts > 1) & ~slang
    strange = (abroad & longer) | (np.searchsorted(accents, ends) > np.searchsorted(accents, starts))

    def counted(chosen: NDArray[np.bool_]) -> Places:
        return np.diff(np.searchsorted(starts[chosen], np.append(batch.starts, len(batch.codes))))

    counts = (longer, longer & english, english, strange, slang, ~slang)
    return _languages(hints, han, foreign, latin, *map(counted, counts))


def _languages(
    hints: Sequence[str | None],
    han: Places,
    foreign: Places,
    latin: Places,
    longer: Places,
    small: Places,
    english: Places,
    strange: Places,
    slang: Places,
    words: Places,
) -> list[Language]:
    """A product name does not make a Chinese comment a mixed one: it takes English small words or many words."""
    other = 10 * foreign > 2 * han + latin + foreign
    both = (longer + small >= 3) & (4 * (longer + small) > han)
    in_han = np.where(both, np.where((han == 1) & (small > 2), _EN, _MIXED), _ZH)
    told_english = np.array([hint == "en" for hint in hints], dtype=bool)
    in_latin = np.where((strange <= np.maximum(english, 1)) & ((strange <= english) | told_english), _EN, _OTHER)
    unsaid = np.where(slang > 0, _ZH, np.array([_NAMES.index(_hinted(hint)) for hint in hints], dtype=np.int64))
    found = np.where(other, _OTHER, np.where(han > 0, in_han, np.where(words > 0, in_latin, unsaid)))
    return [_NAMES[code] for code in found.tolist()]
