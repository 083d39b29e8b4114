"""Cuts a comment into clauses, the stretches that carry one opinion about one thing."""

import re
from dataclasses import dataclass

# A comment of more clauses is read to here; the rest counts towards its language and whole-text score only.
MAX_CLAUSES = 60

_ENGLISH_TURNS = (
    r"but|however|whereas|while|yet|except|unfortunately|sadly|nevertheless|nonetheless|"
    r"on the other hand|(?:even )?though|although|despite|in spite of"
)
# Words that contain a turning word and do not turn: 不但, 非但, 但凡, 冷却, 忘却, 推却.
_CHINESE_TURNS = (
    r"(?<![不非])但是?(?!凡)|不过|可是|然而|(?<![冷忘退推])却|只不过|只可惜|可惜|遗憾的是|"
    r"(?<=[,\s])(?:就是|只是)|虽然|虽说|尽管|反而"
)
_BOUNDARY = re.compile(
    rf"(?P<end>[!?;。\n]+[\s!?;。.)\"']*|\.+(?=\s|$|[^\w.])[\s.)\"']*|(?<=[\u4e00-\u9fff])\.+)"
    rf"|(?P<comma>[,、:]+\s*|\s+-+\s+|(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff]))"
    rf"|(?P<turn>\b(?:{_ENGLISH_TURNS})\b|{_CHINESE_TURNS})"
)
_WORD = re.compile(r"[\u3400-\u9fff]|[^\W\d_\u3400-\u9fff]+")


@dataclass(frozen=True, slots=True)
class Clause:
    """A stretch of the normalised text; `turn` when it sets itself against what stands before it."""

    start: int
    end: int
    sentence: int
    turn: bool


def split(text: str) -> list[Clause]:
    """The clauses of a normalised text in reading order; a text without words is one clause."""
    clauses: list[Clause] = []
    start, sentence, turn = 0, 0, False
    for boundary in _BOUNDARY.finditer(text):
        cut = boundary.start() if boundary.lastgroup == "turn" else boundary.end()
        fragment = text[start : boundary.start()]
        if boundary.lastgroup == "end" or _stands_alone(fragment):
            _add(clauses, Clause(start, boundary.start(), sentence, turn), fragment)
            start, turn = cut, boundary.lastgroup == "turn"
        elif boundary.lastgroup == "turn":
            turn = True
        if boundary.lastgroup == "end":
            sentence += 1
        if len(clauses) == MAX_CLAUSES:
            return clauses
    _add(clauses, Clause(start, len(text), sentence, turn), text[start:])
    return clauses or [Clause(0, len(text), 0, False)]


def _stands_alone(fragment: str) -> bool:
    """One word before a comma is part of a list, or an address; it waits for what follows."""
    words = _WORD.findall(fragment)
    return len(words) >= 2


def _add(clauses: list[Clause], clause: Clause, fragment: str) -> None:
    stripped = fragment.strip()
    if stripped:
        start = clause.start + fragment.index(stripped)
        clauses.append(Clause(start, start + len(stripped), clause.sentence, clause.turn))
