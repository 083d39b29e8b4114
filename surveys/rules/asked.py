"""What a decision adds to the cells of what was asked: pure, so that it can be taken out as it was put in."""

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date
from typing import NamedTuple

import msgspec

from surveys.schemas import ResponseRate
from surveys.schemas.asked import AskedKey, Decision

ASKED = "asked"  # no reason is called that


class Counted(NamedTuple):
    key: AskedKey
    answered: bool

    def packed(self) -> bytes:
        return msgspec.msgpack.encode((self.key, self.answered))


Change = tuple[AskedKey, int, int]  # decisions and answers more
_unpack = msgspec.msgpack.Decoder(tuple[tuple[date, str, str, str], bool]).decode


def as_it_is(one: Decision) -> Counted | None:
    """None: nothing is decided yet."""
    outcome = ASKED if one.asked else one.reason
    if not outcome:
        return None
    month = one.decided_at.astimezone(UTC).date().replace(day=1)
    return Counted(AskedKey(month, one.service or "", one.customer or "", outcome), one.asked and bool(one.answered_at))


def as_counted(one: Decision) -> Counted | None:
    if one.counted_as is None:
        return None
    key, answered = _unpack(one.counted_as)
    return Counted(AskedKey(*key), answered)


def changes(decisions: Iterable[Decision]) -> list[Change]:
    """What the cells do not hold yet, taken together by cell; in the order of the cells, where nobody waits for each
    other."""
    asked, answered = Counter[AskedKey](), Counter[AskedKey]()
    for one in decisions:
        for counted, times in ((as_counted(one), -1), (as_it_is(one), 1)):
            if counted:
                asked[counted.key] += times
                answered[counted.key] += times * counted.answered
    return [(key, asked[key], answered[key]) for key in sorted(asked) if asked[key] or answered[key]]


def rate_of(changes: Iterable[Change]) -> ResponseRate:
    asked, answered = Counter[str](), 0
    for key, n, of_them in changes:
        asked[key.outcome] += n
        answered += of_them
    return ResponseRate(asked.pop(ASKED, 0), answered, {reason: n for reason, n in sorted(asked.items()) if n})
