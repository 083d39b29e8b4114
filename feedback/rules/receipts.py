"""Receipts: the secret with which somebody comes back whom nobody knows.

24 random characters of 23 are 108 bits; the 25th is a check. 23 is a prime, so one wrong character or two neighbours
that changed places never pass. No letter or digit looks like another: of each such pair (0 O, 1 I L, 2 Z, 5 S, 6 G,
8 B, U V) one is left, or none.
"""

import re
import secrets
from itertools import cycle

ALPHABET = "34679ACDEFHJKMNPQRTVWXY"
RANDOM, GROUP = 24, 5
LENGTH = RANDOM + 1
LONGEST_TYPED = 200  # whatever is longer is no receipt: hashing it must cost no more than hashing one
_SEPARATORS = re.compile(r"[\s\-–—_.]+")
_LOOKS_LIKE_ONE = re.compile(rf"(?<![A-Za-z0-9])(?:[{ALPHABET}][\s\-–—_.]*){{{LENGTH}}}(?![A-Za-z0-9])", re.IGNORECASE)


def new_receipt() -> str:
    """Grouped, as it is shown."""
    number, letters = secrets.randbelow(len(ALPHABET) ** RANDOM), []
    for _ in range(RANDOM):
        number, place = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[place])
    drawn = "".join(letters)
    return grouped(drawn + check_character(drawn))


def grouped(plain: str) -> str:
    return "-".join(plain[begin : begin + GROUP] for begin in range(0, len(plain), GROUP))


def check_character(drawn: str) -> str:
    weights = cycle(range(1, len(ALPHABET)))
    total = sum(weight * ALPHABET.index(one) for weight, one in zip(weights, drawn, strict=False))
    return ALPHABET[total % len(ALPHABET)]


def plain(typed: str) -> str:
    """As it is hashed, whatever was typed: groups, spaces and small letters make no difference. Never an error: who
    guesses must not learn what a receipt looks like."""
    return _SEPARATORS.sub("", typed[:LONGEST_TYPED]).upper()


def well_formed(typed: str) -> bool:
    letters = plain(typed)
    return (
        len(letters) == LENGTH
        and set(letters) <= set(ALPHABET)
        and check_character(letters[:RANDOM]) == letters[RANDOM:]
    )


def holds_a_receipt(text: str) -> bool:
    """A receipt inside a message would be read by others, who could then come back with it."""
    return any(well_formed(found[0]) for found in _LOOKS_LIKE_ONE.finditer(text))
