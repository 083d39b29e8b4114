"""English words without their inflections: `approvals`, `approved` and `approving` meet in `approv`."""

from functools import lru_cache

_VOWELS = frozenset("aeiouy")
# Endings by which a noun of action differs from its verb: approval, payment, delivery.
_OF_ACTION = (("ment", 3), ("al", 5), ("y", 6))


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """Only inflections and nouns of action: `helpful` and `help` are different words and stay apart."""
    base = _singular(word.removesuffix("'s"))
    for ending in ("ing", "ed"):
        rest = base.removesuffix(ending)
        if rest != base and len(rest) > 2 and _VOWELS & set(rest):
            return _bare(_single(rest))
    for ending, least in _OF_ACTION:
        rest = base.removesuffix(ending)
        if rest != base and len(rest) >= least:
            return _bare(rest)
    return _bare(base)


def _singular(word: str) -> str:
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 4 and word.endswith(("ches", "shes", "sses", "xes", "zes")):
        return word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def _single(rest: str) -> str:
    """`shipped` and `shipping` belong to `ship`; `called` keeps its two letters."""
    twice = rest[-1] == rest[-2] and rest[-1] not in "sz"
    return rest[:-1] if twice and (rest[-1] != "l" or len(rest) > 5) else rest


def _bare(word: str) -> str:
    if len(word) > 3 and word.endswith("y"):
        return word[:-1] + "i"
    return word[:-1] if len(word) > 3 and word.endswith("e") else word
