"""What rows of moments are counted by: learnt from a sample of people, then frozen until there is much more to learn
from."""

from collections.abc import Collection
from typing import TYPE_CHECKING

import msgspec
from sqlmodel.ext.asyncio.session import AsyncSession

from analysis.models import MomentParameters
from analysis.queries import chains as queries
from analysis.schemas.lived import Visit
from core.clock import now

if TYPE_CHECKING:
    from analysis.statistics.moments.frozen import Frozen

LEAST_ANSWERS = 60
GROWN = 1.5  # times as many answers as at the last learning
SAMPLE = 20_000  # people; more would not make the parameters noticeably more exact
DRAWS = 10_000
_unpack = msgspec.msgpack.Decoder(list[Visit]).decode


async def frozen_versions(session: AsyncSession, versions: Collection[int]) -> "tuple[int, dict[int, Frozen]]":
    """The newest version, and these; version 0 is what is usual while nothing was learnt."""
    from analysis.statistics.moments.frozen import Frozen  # numpy and scipy take half a second to load

    newest = await queries.newest_parameters(session)
    stored = await queries.parameters_of(session, versions)
    frozen = {version: Frozen.load(row.values) for version, row in stored.items()}
    return newest.version if newest else 0, frozen | ({0: Frozen()} if 0 in versions else {})


async def to_learn_from(session: AsyncSession) -> list[list[Visit]]:
    """Chains of a sample of people, where it is time to learn; else nothing."""
    newest, (people, answers) = await queries.newest_parameters(session), await queries.size(session)
    if answers < LEAST_ANSWERS or (newest and not _is_due(newest, answers)):
        return []
    below = DRAWS if people <= SAMPLE else max(1, DRAWS * SAMPLE // people)
    return [_unpack(visits) for visits in await queries.sample(session, below)]


def _is_due(newest: MomentParameters, answers: int) -> bool:
    """A new month has its own level, and a much larger number of answers makes everything else more exact."""
    today = now().date()
    return answers >= GROWN * newest.answers or (newest.learnt_on.year, newest.learnt_on.month) != (
        today.year,
        today.month,
    )


def learn(chains: list[list[Visit]]) -> "Frozen":
    """Slow, and without a database: belongs into a thread."""
    from analysis.statistics.moments.counting import count
    from analysis.statistics.moments.frozen import Frozen
    from analysis.statistics.moments.shapes import Method
    from analysis.statistics.moments.tallies import experiences_of

    return Frozen.of(count(experiences_of(list(enumerate(chains))), Method()))


async def keep(session: AsyncSession, frozen: "Frozen") -> None:
    newest, (_, answers) = await queries.newest_parameters(session), await queries.size(session)
    version = newest.version + 1 if newest else 1
    row = MomentParameters(version=version, learnt_on=now().date(), answers=answers, values=frozen.dump())
    session.add(row)
