"""Some comments brought into reading form, one behind the other, so that each step is one pass over one array."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from analysis.classifier import characters
from analysis.classifier.characters import FIGURE, SPACE, Codes, Kinds, Letters, Places

# A comment is a few sentences; what stands behind this is counted as not read (`Reading.truncated`).
MAX_CHARACTERS = 5_000

# Stands behind every comment; no text keeps it, so that nothing reaches from one comment into the next.
END = 0

_MARKUP = re.compile(r"<[a-z/!][^<>\0]{0,200}>|&(?:[a-z]{2,8}|#\d{1,7});")
_ADDRESS = re.compile(r"(?:https?://|www\.)[^\s\0]{1,500}")
# From the sign in the middle, which is rare, and not from every word.
_MAIL = re.compile(r"@(?<=[\w.+-]@)[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}")
_MAILBOX = re.compile(r"[\w.+-]{1,64}\Z")
# Cards, phones, accounts, dates: five or more figures, however they are grouped.
_FIGURES_OF_A_NUMBER, _BETWEEN_FIGURES = 5, 2
_LONG_NUMBER = re.compile(rf"\d(?:[ \-.()/]{{0,{_BETWEEN_FIGURES}}}\d){{{_FIGURES_OF_A_NUMBER - 1},40}}")
_SPACE, _ANGLE, _AMPERSAND = map(ord, " <&")
_ALPHABET = 26
# Faces of marks and letters, and the emoji they are read as; a letter or figure must not go on behind them.
_FACES = {
    face: emoji
    for emoji, faces in {
        "🙂": ":) :-) :] =) =] :') :} ;) ;-) ;] :d :-d =d ;d :p :-p =p ;p ^^ ^_^ ^-^ ^.^",
        "🙁": ":( :-( :[ =( =[ :'( ;( ;_; ;-; :-[",
        "😕": ":/ :-/ =/ :\\ :-\\ =\\ :| :-| -_- -.- >_< >.<",
        "❤": "<3",
    }.items()
    for face in faces.split()
}
_SMILING = np.array(sorted({ord(emoji) for emoji in _FACES.values()}), dtype=np.uint32)
_BEGINS, _GOES_ON = r"[:;=<>^-]", r"[:;=<>^'_.)(\[\]{}/\\|dp3-]"
_FACE = re.compile(_BEGINS + _GOES_ON + "{1,2}")


@dataclass(frozen=True, slots=True)
class Batch:
    """Folded comments in one text; comment i stands at starts[i]..ends[i], a character END behind it."""

    text: str
    codes: Codes
    kinds: Kinds
    letters: Letters
    starts: Places
    ends: Places
    truncated: NDArray[np.bool_]
    capital: NDArray[np.bool_]  # by place: it was given as a capital letter of the Latin alphabet
    origin: Places | None  # where each character stood in the texts as they were given; None: in its own place
    given: Places  # where each comment began in the texts as they were given

    def __len__(self) -> int:
        return len(self.starts)

    def places_given(self, places: Places, comments: Places) -> Places:
        """Places of the batch, counted in their comments as these were given."""
        stood = places if self.origin is None else self.origin[places]
        moved: Places = stood - self.given[comments]
        return moved


def gather(texts: Sequence[str]) -> Batch:
    """One form for full-width, traditional, upper-case and invisible characters; markup and numbers blanked."""
    characters.fold(_SMILING)  # faces become these; they have to be known like characters that somebody wrote
    given = [text[:MAX_CHARACTERS] for text in texts]
    ends = np.cumsum([len(text) + 1 for text in given], dtype=np.int64) - 1
    written = _encoded("\0".join([*given, ""]))
    codes, origin = _folded(written, ends)
    codes = _masked(codes)
    codes, origin = _unstretched(codes, origin)
    places, kinds = np.flatnonzero(codes == END), characters.kinds(codes)
    return Batch(
        text=_decoded(codes),
        codes=codes,
        kinds=kinds,
        letters=Letters(kinds),
        starts=np.append(0, places[:-1] + 1)[: len(given)],
        ends=places,
        truncated=np.array([len(text) > MAX_CHARACTERS for text in texts], dtype=bool),
        capital=_capitals(written if origin is None else written[origin]),
        origin=origin,
        given=np.append(0, ends[:-1] + 1)[: len(given)],
    )


def folded(text: str) -> str:
    """One text in the form in which comments are read."""
    return gather([text]).text[:-1]


def _folded(codes: Codes, ends: Places) -> tuple[Codes, Places | None]:
    folded, origin = characters.fold(codes)
    places = ends if origin is None else np.searchsorted(origin, ends)
    folded[places] = END
    return folded, origin


def _decoded(codes: Codes) -> str:
    return codes.astype("<u4").tobytes().decode("utf-32-le")


def _encoded(text: str) -> Codes:
    return np.frombuffer(bytearray(text.encode("utf-32-le", "surrogatepass")), dtype=np.uint32)


def _capitals(codes: Codes) -> NDArray[np.bool_]:
    found: NDArray[np.bool_] = codes - ord("A") < _ALPHABET  # unsigned: what stands before A is far beyond Z
    return found


def _masked(codes: Codes) -> Codes:
    """Blanks what must never become a feature, each character by one space, so that places stay.

    Each pattern is tried only where its first characters stand; most comments hold none of them.
    """
    masked = codes.copy()
    _blank(masked, _MARKUP, np.flatnonzero((codes == _ANGLE) | (codes == _AMPERSAND)))
    text = _decoded(masked)
    if "://" in text or "www." in text:
        text = _ADDRESS.sub(lambda match: " " * len(match.group()), text)
    if "@" in text:
        text = _without_mails(text)
    masked = _encoded(text)
    _blank(masked, _LONG_NUMBER, _many_figures(masked))
    _draw_faces(masked)
    return masked


def _blank(codes: Codes, pattern: re.Pattern[str], may_begin: Places) -> None:
    """What the pattern matches from one of these places on, from the left, each place in one match at most."""
    if not len(may_begin):
        return
    text, read = _decoded(codes), 0
    for place in may_begin.tolist():
        match = pattern.match(text, place) if place >= read else None
        if match:
            read = match.end()
            codes[place:read] = _SPACE


def _many_figures(codes: Codes) -> Places:
    """Figures with four more close behind them."""
    figures = np.flatnonzero(characters.kinds(codes) & FIGURE)
    many, reach = _FIGURES_OF_A_NUMBER - 1, (_FIGURES_OF_A_NUMBER - 1) * (_BETWEEN_FIGURES + 1)
    return figures[:-many][figures[many:] - figures[:-many] <= reach]


def _draw_faces(codes: Codes) -> None:
    """A face becomes one emoji, and spaces for the rest of it."""
    begins, goes_on = _face_marks()
    bits = begins.take(np.minimum(codes, len(begins) - 1))
    may_begin = np.flatnonzero(bits[:-1] & goes_on.take(np.minimum(codes[1:], len(goes_on) - 1)))
    if not len(may_begin):
        return
    text, read = _decoded(codes), 0
    for place in may_begin.tolist():
        match = _FACE.match(text, place) if place >= read else None
        if match:
            read = match.end()
            codes[place:read] = _encoded(_face(match))


@lru_cache(maxsize=1)
def _face_marks() -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """By code: what a face begins with, and what may follow."""
    codes = np.arange(0x80)
    begins, goes_on = (
        np.array([bool(re.match(marks, chr(code))) for code in codes.tolist()]) for marks in (_BEGINS, _GOES_ON)
    )
    return begins, goes_on


def _without_mails(text: str) -> str:
    kept, read = [], 0
    for match in _MAIL.finditer(text):
        box = _MAILBOX.search(text, max(read, match.start() - 64), match.start())
        start = box.start() if box else match.start()
        kept += [text[read:start], " " * (match.end() - start)]
        read = match.end()
    return "".join([*kept, text[read:]])


def _face(match: re.Match[str]) -> str:
    """One emoji, and spaces for the rest of it."""
    written = match.group()
    for face in (written, written[:2]):
        behind = match.string[match.start() + len(face)]
        if face in _FACES and not (face[-1].isalnum() and behind.isalnum()):
            return _FACES[face] + " " * (len(face) - 1) + written[len(face) :]
    return written


def _unstretched(codes: Codes, origin: Places | None) -> tuple[Codes, Places | None]:
    """Of a letter or mark that stands three times and more in a row, two stay; figures all stay."""
    same = codes[1:] == codes[:-1]
    third = np.flatnonzero(same[1:] & same[:-1]) + 2
    third = third[(characters.kinds(codes[third]) & (FIGURE | SPACE) == 0) & (codes[third] != END)]
    if not len(third):
        return codes, origin
    keep = np.ones(len(codes), dtype=bool)
    keep[third] = False
    return codes[keep], np.flatnonzero(keep) if origin is None else origin[keep]
