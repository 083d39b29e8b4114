"""Which language a comment is written in, by its script and its small words."""

import re
import tomllib
from collections.abc import Iterable, Sequence
from functools import lru_cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from analysis.classifier.batch import Batch
from analysis.classifier.characters import ACCENTED, FOREIGN, HAN, LATIN, Places
from analysis.classifier.shapes import Language
from analysis.classifier.words import Hashes, Words, among, hashed

_HAN = re.compile(r"[\u4e00-\u9fff\u3400-\u4dbf]")
_LATIN_WORD = re.compile(r"[a-z\u00c0-\u024f\u1e00-\u1eff][a-z'\u00c0-\u024f\u1e00-\u1eff]*")
_OTHER_SCRIPT = re.compile(
    r"[\u0370-\u052f\u0530-\u074f\u0780-\u0dff\u0e00-\u109f\u10a0-\u1cff\u3040-\u30ff\uac00-\ud7af]"
)
_ACCENTED = re.compile(r"[\u00c0-\u024f\u1e00-\u1eff]")


@lru_cache(maxsize=4)
def small_words(which: str) -> frozenset[str]:
    """The words of one list of the lexicon, those English shares with other languages counted as English."""
    lists = tomllib.loads(files(__package__).joinpath("lexicon/small_words.toml").read_text("utf-8"))
    words = frozenset(lists[which].split())
    return words - frozenset(lists["english"].split()) if which == "foreign" else words


def detect(text: str, hint: str | None = None) -> Language:
    """The language of a normalised text; the hint decides only where the text itself does not."""
    han = len(_HAN.findall(text))
    if 10 * len(_OTHER_SCRIPT.findall(text)) > han + sum(map(str.isalpha, text)):
        return "other"
    words = _LATIN_WORD.findall(text)
    if han and words:
        return _chinese_or_mixed(han, words)
    if han:
        return "zh"
    if words:
        return _english_or_other(text, words, hint)
    return _hinted(hint)


def _hinted(hint: str | None) -> Language:
    if hint and hint.lower().startswith("zh"):
        return "zh"
    return "en" if hint and hint.lower().startswith("en") else "other"


def _chinese_or_mixed(han: int, words: Iterable[str]) -> Language:
    """A product name does not make a Chinese comment a mixed one: it takes English small words or many words."""
    longer = [word for word in words if len(word) > 1]
    english = small_words("english")
    small = sum(word in english for word in longer)
    weight = len(longer) + small
    if weight >= 3 and 4 * weight > han:
        return "en" if han <= 1 and small > 2 else "mixed"
    return "zh"


def _english_or_other(text: str, words: list[str], hint: str | None) -> Language:
    english_words, foreign_words = small_words("english"), small_words("foreign")
    english = sum(word in english_words for word in words)
    foreign = sum(word in foreign_words for word in words)
    accented = sum(bool(_ACCENTED.search(word)) for word in words)
    if foreign + accented > max(english, 1) or (foreign + accented > english and hint != "en"):
        return "other"
    return "en"


def detect_all(batch: Batch, found: Words, hints: Sequence[str | None]) -> list[Language]:
    """The language of each comment of a batch; a hint decides only where the text itself does not."""
    han, foreign, latin = (_letters(batch, kind) for kind in (HAN, FOREIGN, LATIN))
    words = np.flatnonzero(batch.kinds[found.starts] & LATIN)
    starts, ends, hashes = found.starts[words], found.ends[words], found.hashes[words]
    accents = np.append(0, np.cumsum(batch.kinds & ACCENTED > 0))
    english, slang = among(hashes, _hashes("english")), among(hashes, _hashes("chinese_slang"))
    longer = (ends - starts > 1) & ~slang
    strange = (among(hashes, _hashes("foreign")) & longer) | (accents[ends] > accents[starts])

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
def _hashes(which: str) -> Hashes:
    return np.sort(np.array([hashed(word) for word in small_words(which)], dtype=np.uint64))
