"""Brings a comment into one form for reading and remembers where each character came from."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

# A comment is a few sentences; what stands behind this is counted as not read (`Reading.truncated`).
MAX_CHARACTERS = 5_000

_QUOTES = {"’": "'", "‘": "'", "`": "'", "´": "'", "“": '"', "”": '"', "…": "."}
_SKIN_TONES = range(0x1F3FB, 0x1F400)
_UNSEEN = {"Cf", "Mn", "Me"}  # zero-width and direction marks, stray accents, variation selectors
_BLANK = {"Cc", "Cs", "Co", "Cn", "Zl", "Zp", "Zs"}

_MARKUP = re.compile(r"<[a-z/!][^<>]{0,200}>|&(?:[a-z]{2,8}|#\d{1,7});")
_ADDRESS = re.compile(r"(?:https?://|www\.)\S{1,500}|[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}")
# Cards, phones, accounts, dates: five or more figures, however they are grouped.
_LONG_NUMBER = re.compile(r"\+?\d(?:[ \-.()/]{0,2}\d){4,40}")


@dataclass(frozen=True, slots=True)
class Normal:
    """`text` in reading form; `origin[i]` is where its i-th character stood, None when nothing moved."""

    text: str
    origin: tuple[int, ...] | None
    length: int
    truncated: bool

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The same stretch, counted in the text as it was given."""
        if self.origin is None:
            return start, end
        return self.origin[start], (self.origin[end] if end < len(self.origin) else self.length)


class _Characters(dict[str, str]):
    """What each character is read as, worked out once: usually one character, sometimes none or several."""

    def __missing__(self, character: str) -> str:
        read_as = _read_as(character)
        self[character] = read_as
        return read_as


def _read_as(character: str) -> str:
    if character in _QUOTES:
        return _QUOTES[character]
    if character in "\n\t":
        return character
    category = unicodedata.category(character)
    if category in _BLANK:
        return " "
    if category in _UNSEEN or ord(character) in _SKIN_TONES:
        return ""
    folded = unicodedata.normalize("NFKC", character).lower()
    return "".join(traditional().get(c, c) for c in folded)


@lru_cache(maxsize=1)
def traditional() -> dict[str, str]:
    """Traditional characters and the simplified ones they are read as."""
    pairs = files(__package__).joinpath("lexicon/traditional.txt").read_text("utf-8").split()
    return {pair[0]: pair[1] for pair in pairs}


_CHARACTERS = _Characters()


def normalise(text: str) -> Normal:
    """One form for full-width, traditional, upper-case and invisible characters; markup and numbers blanked."""
    given = text[:MAX_CHARACTERS]
    truncated = len(text) > MAX_CHARACTERS
    if given.isascii():
        return Normal(_mask(given.lower()), None, len(given), truncated)
    parts = [_CHARACTERS[character] for character in given]
    origin = None
    if any(len(part) != 1 for part in parts):
        origin = tuple(i for i, part in enumerate(parts) for _ in part)
    return Normal(_mask("".join(parts)), origin, len(given), truncated)


def _mask(text: str) -> str:
    """Blanks what must never become a feature, each character by one space, so that offsets stay."""
    if "<" in text or "&" in text:
        text = _MARKUP.sub(_blank, text)
    if "@" in text or "http" in text or "www." in text:
        text = _ADDRESS.sub(_blank, text)
    return _LONG_NUMBER.sub(_blank, text)


def _blank(match: re.Match[str]) -> str:
    return " " * len(match.group())
