"""What each character is read as and of which kind it is: a flat table over all code points, filled as they are met."""

import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.uint32]
Places = NDArray[np.int64]
Kinds = NDArray[np.uint8]

# Kinds of characters, one bit each.
HAN, LATIN, ACCENTED, FOREIGN, FIGURE, SPACE, MARK, SIGN = (1 << bit for bit in range(8))
LETTER = HAN | LATIN | FOREIGN

_QUOTES = {"’": "'", "‘": "'", "`": "'", "´": "'", "“": '"', "”": '"', "…": "."}
_SKIN_TONES = range(0x1F3FB, 0x1F400)
_UNSEEN = {"Cf", "Mn", "Me"}  # zero-width and direction marks, stray accents, variation selectors
_BLANK = {"Cc", "Cs", "Co", "Cn", "Zl", "Zp", "Zs"}
_HAN_RANGES = ((0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0x20000, 0x323AF))
_LATIN_RANGES = ((0x61, 0x7A), (0xC0, 0x24F), (0x1E00, 0x1EFF))
# Where a clause may end; `clauses` decides.
_MARKS = frozenset("!?;。.\n,、:-")

# Written so in Taiwan and Hong Kong, where OpenCC's table leaves a choice or knows only the other form.
_VARIANTS = dict(zip("著瞭覆妳衞枱裏牠祂帐帳", "着了复你卫台里它他账账", strict=True))
# Written Cantonese: its small words, and some plain verbs, as Mandarin has them.
_CANTONESE = dict(
    zip("唔冇嘅咗喺佢咁嚟俾畀搵睇攞啲嗰哋瞓啱嘥攰乜", "不没的了在他这来给给找看拿些那们睡对费累啥", strict=True)
)

_COUNT_BITS = 21  # more letters than a batch may hold

# Not characters: what is dropped, what is read as several, what was not met before.
_GONE, _SEVERAL, _NEW = 0x110000, 0x110001, 0x110002


@lru_cache(maxsize=1)
def traditional() -> dict[str, str]:
    """Traditional characters and the simplified ones they are read as (OpenCC's table of characters)."""
    lines = files("opencc").joinpath("dictionary/TSCharacters.txt").read_text("utf-8").splitlines()
    pairs = dict(line.split("\t") for line in lines if "\t" in line)
    firsts = {one: simple.split()[0] for one, simple in pairs.items()}
    return (
        {one: simple for one, simple in firsts.items() if simple != one and simple not in firsts}
        | _VARIANTS
        | _CANTONESE
    )


def read_as(character: str) -> str:
    """Usually one character, sometimes none or several."""
    if character in _QUOTES:
        return _QUOTES[character]
    if character in "\n\t":
        return character
    category = unicodedata.category(character)
    if category in _BLANK:
        return " "
    if category in _UNSEEN or ord(character) in _SKIN_TONES:
        return ""
    return "".join(_folded(unicodedata.normalize("NFKC", character).lower()))


def _folded(characters: str) -> Iterable[str]:
    for character in characters:
        if unicodedata.category(character) not in _UNSEEN:
            yield traditional().get(character, character) if ord(character) >= 0x3400 else character


def _kind(character: str) -> int:
    code = ord(character)
    if _within(code, _HAN_RANGES):
        return HAN
    if character.isalpha():
        if not _within(code, _LATIN_RANGES):
            return FOREIGN
        return LATIN if code < 0x80 else LATIN | ACCENTED
    if character.isspace():
        return SPACE | MARK if character == "\n" else SPACE
    if character in _MARKS:
        return MARK
    if character.isdigit():
        return FIGURE
    return SIGN if unicodedata.category(character) == "So" else 0


def _within(code: int, ranges: Iterable[tuple[int, int]]) -> bool:
    return any(first <= code <= last for first, last in ranges)


class _Table:
    """Filled character by character as texts bring them; no more entries than there are code points."""

    def __init__(self) -> None:
        self.folded: Codes = np.full(0x110000, _NEW, dtype=np.uint32)
        self.kinds: Kinds = np.zeros(0x110000, dtype=np.uint8)
        self.several: dict[int, Codes] = {}
        self.meet(range(0x80))

    def meet(self, codes: Iterable[int]) -> None:
        for code in codes:
            seen = read_as(chr(code))
            for character in seen:
                self.kinds[ord(character)] = _kind(character)
            self.folded[code] = ord(seen) if len(seen) == 1 else (_SEVERAL if seen else _GONE)
            if len(seen) > 1:
                self.several[code] = np.array([ord(character) for character in seen], dtype=np.uint32)


@lru_cache(maxsize=1)
def _table() -> _Table:
    return _Table()


def kinds(codes: Codes) -> Kinds:
    """The kind of every character of a folded text."""
    return _table().kinds[codes]


class Letters:
    """How many letters of each kind stand between any two places: running counts of all kinds in one array."""

    def __init__(self, kinds: Kinds) -> None:
        self._counts = np.zeros(len(kinds) + 1, dtype=np.uint64)
        np.cumsum(_letter_units().take(kinds), out=self._counts[1:])

    def between(self, starts: Places, ends: Places) -> tuple[Places, Places, Places]:
        """Han, Latin and foreign ones."""
        found = self._counts.take(ends) - self._counts.take(starts)
        han, latin, foreign = (
            (found >> np.uint64(_COUNT_BITS * place) & np.uint64((1 << _COUNT_BITS) - 1)).astype(np.int64)
            for place in range(3)
        )
        return han, latin, foreign


@lru_cache(maxsize=1)
def _letter_units() -> NDArray[np.uint64]:
    """One of the letter's kind, by kind of character."""
    places = {HAN: 0, LATIN: 1, FOREIGN: 2}
    units = [sum(1 << _COUNT_BITS * place for kind, place in places.items() if each & kind) for each in range(1 << 8)]
    return np.array(units, dtype=np.uint64)


def fold(codes: Codes) -> tuple[Codes, Places | None]:
    """What is read for the codes of a text, and where each stood in it: None when nothing moved."""
    table = _table()
    folded = table.folded[codes]
    if (folded == _NEW).any():
        table.meet(np.unique(codes[folded == _NEW]).tolist())
        folded = table.folded[codes]
    if not (folded >= _GONE).any():
        return folded, None
    return _moved(codes, folded, table.several)


def _moved(codes: Codes, folded: Codes, several: dict[int, Codes]) -> tuple[Codes, Places]:
    lengths = (folded != _GONE).astype(np.int64)
    expanded = np.flatnonzero(folded == _SEVERAL)
    found = {code: np.flatnonzero(codes == code) for code in np.unique(codes[expanded]).tolist()}
    for code, places in found.items():
        lengths[places] = len(several[code])
    origin = np.repeat(np.arange(len(codes)), lengths)
    firsts = np.cumsum(lengths) - lengths
    moved = folded[origin]
    for code, places in found.items():
        moved[firsts[places, None] + np.arange(len(several[code]))] = several[code]
    return moved, origin
