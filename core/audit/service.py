import hmac

from sqlmodel.ext.asyncio.session import AsyncSession

from core.audit import queries
from core.audit.models import AuditEntry
from core.audit.rules import BEGIN, digest
from core.audit.schemas import Verified
from core.clock import now
from core.db import lock
from core.ids import keyed_hash, keyed_hashes

PURPOSE = "audit"
STEP = 1000
NOTHING = Verified(0, "", None)


async def record(session: AsyncSession, who: str, what: str, about: str = "") -> None:
    """Write down what was done, in the transaction that does it. `what`: "floor.verb"; `about`: ids and keys only."""
    await lock(session, AuditEntry)  # two at once would both follow the same entry
    last = await queries.newest(session)
    number, previous = (last.number + 1, last.digest) if last else (1, BEGIN)
    at = now()
    made = digest(number, at, who, what, about, previous)
    mark = keyed_hash(PURPOSE, made)
    session.add(
        AuditEntry(number=number, at=at, who=who, what=what, about=about, previous=previous, digest=made, mark=mark)
    )
    await session.flush()


async def verify(session: AsyncSession, head: str = "", known: Verified = NOTHING) -> Verified:
    """Whether every entry is as it was written and none is missing. `head`: a digest written down before, which has
    to be in the chain still: the end of a chain can be cut off without a trace, unless somebody knows it. `known`: what
    an earlier look found whole, which is not looked at again.

    The newest mark vouches for all entries before it, so marks made under a key that is gone do no harm.
    """
    count, previous, found_head = known.entries, known.head or BEGIN, not head
    newest = next(iter(await queries.after(session, count - 1, 1)), None) if count else None
    if count and (newest is None or newest.digest != previous):
        return Verified(count, previous, count)
    while step := await queries.after(session, count, STEP):
        for entry in step:
            count += 1
            if not _fits(entry, count, previous):
                return Verified(count, previous, count)
            previous, newest = entry.digest, entry
            found_head = found_head or entry.digest == head
    marked = newest is None or any(hmac.compare_digest(newest.mark, one) for one in keyed_hashes(PURPOSE, previous))
    whole = marked and found_head
    return Verified(count, previous, None if whole else max(count, 1))


def _fits(entry: AuditEntry, number: int, previous: str) -> bool:
    made = digest(entry.number, entry.at, entry.who, entry.what, entry.about, entry.previous)
    return (entry.number, entry.previous, entry.digest) == (number, previous, made)
