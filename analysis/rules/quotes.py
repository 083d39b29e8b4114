"""Which few comments stand for many, and what is taken out of them before anybody reads them."""

import re
from collections.abc import Iterable
from hashlib import sha256

from analysis.schemas.figures import month_of
from analysis.schemas.reports import Comment, Quote

SHORTEST, LONGEST = 6, 280
NEITHER = "neutral"  # as the reader calls it; its score leans one way by a hair
ALIKE = 0.5
# What leads to a person: mail addresses, web addresses, and runs of digits such as telephone and ticket numbers.
# The part before @ has 64 characters at most (RFC 5321): with a bound a long text without spaces is read in one go.
_TRACES = re.compile(r"[^\s@]{1,64}@\S+|(?:https?://|www\.)\S+|\+?\d[\d\s()/.-]{4,}\d")
_SPACE = re.compile(r"\s+")


def choose(comments: Iterable[Comment], praise: bool, wanted: int = 3) -> list[Quote]:
    """The clearest and newest, one a person and none twice in other words; in an order that tells nothing."""
    sign = -1 if praise else 1
    told = [one for one in comments if one.sentiment != NEITHER and len(one.text.strip()) >= SHORTEST]
    fitting = [one for one in told if one.opinion * sign < 0]
    ordered = sorted(fitting, key=lambda one: (not _clear(one), -one.day.toordinal(), one.text))
    chosen: list[Comment] = []
    for one in ordered:
        if len(chosen) < wanted and not any(one.person == other.person or alike(one, other) for other in chosen):
            chosen.append(one)
    return [_quote(one) for one in sorted(chosen, key=lambda one: sha256(one.text.encode()).digest())]


def _clear(comment: Comment) -> bool:
    return abs(comment.opinion) >= 0.5


def alike(one: Comment, other: Comment) -> bool:
    """Half of their character triples in common (Jaccard): the same sentence with a word changed."""
    triples = _triples(one.text), _triples(other.text)
    union = triples[0] | triples[1]
    return len(triples[0] & triples[1]) >= ALIKE * len(union)


def _triples(text: str) -> set[str]:
    plain = _SPACE.sub("", text.lower())
    return {plain[at : at + 3] for at in range(max(1, len(plain) - 2))}


def _quote(comment: Comment) -> Quote:
    text = untraceable(_SPACE.sub(" ", excerpt(comment.text, comment.start)).strip())
    return Quote(text, comment.language, month_of(comment.day), comment.sentiment, comment.reading)


def untraceable(text: str) -> str:
    return _TRACES.sub("[…]", text)


def excerpt(text: str, start: int) -> str:
    """The whole, or where it is long the part that speaks of the touchpoint."""
    if len(text) <= LONGEST:
        return text
    first = 0 if start < LONGEST // 2 else start
    rest = text[first : first + LONGEST].rstrip()
    return ("…" if first else "") + rest + ("…" if first + LONGEST < len(text) else "")
