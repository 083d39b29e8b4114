import asyncio
from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from analysis.events import ShardOutdated
from analysis.queries import orders as ordered
from analysis.service import (
    chains,
    comparing,
    driving,
    flow_experience,
    green,
    inbox,
    learning,
    looking,
    orders,
    pack_letters,
    parameters,
    publication,
    rereading,
    sureness,
    themes,
)
from analysis.service.heads import current_reader
from analysis.service.reading import read_voices
from analysis.service.settled import settle
from analysis.service.understanding import new_voices, store
from core.clock import now
from core.db import Session
from core.outbox import Batch, announce, leased_singly
from journeys.queries.matters import requesters
from journeys.queries.places import touchpoints

SETTLED = (driving.drivers_shown, sureness.sureness, green.told_about_kept, flow_experience.flow_breaks)


async def understand(batch: Batch) -> None:
    """Voices become experiences: read in one go, in a thread; a voice that is gone or understood is passed over."""
    async with batch.db.read() as session:
        places = await touchpoints(session)
        reader = await current_reader(session)
        voices = await new_voices(session, _ids(batch.data, "response_id"), _ids(batch.data, "feedback_id"))
    understood = await asyncio.to_thread(read_voices, voices, places, reader)
    async with batch.finish() as session:
        await store(session, understood)


async def publish(batch: Batch) -> None:
    """What waits and may be seen. A second run finds nothing left to publish."""
    async with batch.finish() as session:
        await publication.publish(session, now())


async def send_packs(batch: Batch, chapters: pack_letters.Chapters = pack_letters.none) -> None:
    """Service review packs that are due, to whoever may see them today; then the next of each is planned. `chapters`:
    what the floor above puts before the figures."""
    for fact in batch.data:
        await pack_letters.send_due(batch.db, UUID(fact["order_id"]), date.fromisoformat(fact["day"]), chapters)
    async with batch.finish() as session:
        for fact in batch.data:
            if one := await ordered.order(session, None, UUID(fact["order_id"])):
                await orders.announce_next(session, one, date.fromisoformat(fact["day"]))


async def find_themes(batch: Batch) -> None:
    """What the touchpoints' comments are about, where enough new ones came in; it may lag a batch behind."""
    async with batch.db.read() as session:
        material = await themes.material(session, _ids(batch.data, "response_id") + _ids(batch.data, "feedback_id"))
    found = await asyncio.to_thread(themes.look, material)
    async with batch.finish() as session:
        await themes.keep(session, found)


async def begin_reading_again(batch: Batch) -> None:
    """However often it was wanted, all that is outdated is shared out once."""
    async with batch.finish() as session:
        await announce(session, *await rereading.shards(session))


@leased_singly
async def read_again(batch: Batch) -> None:
    """The next batch of a shard; the rest of it is announced with that."""
    [fact] = batch.data
    shard = ShardOutdated(fact.get("after_id", ""), fact.get("until_id", ""))  # an older program asked for all of it
    async with batch.db.read() as session:
        outdated = await rereading.next_outdated(session, shard)
    readings = await asyncio.to_thread(rereading.read_again, outdated)
    async with batch.finish() as session:
        await rereading.renew(session, outdated, readings)


async def forget_feedback(batch: Batch) -> None:
    """Feedback was withdrawn or erased, or its time is over: its words go here too."""
    async with batch.finish() as session:
        await inbox.forget(session, _ids(batch.data, "feedback_id"))


async def learn(batch: Batch) -> None:
    """A new version from the corrections: when somebody asks, or when there are enough new ones."""
    async with batch.db.read() as session:
        material = await learning.material(session, asked=any("at" in fact for fact in batch.data))
    learned = await asyncio.to_thread(learning.learn, material) if material else None
    async with batch.finish() as session:
        if material and learned:
            await learning.keep(session, material, learned)


async def compare(batch: Batch) -> None:
    """Two versions over the last month; what was compared already is passed over."""
    async with batch.db.read() as session:
        asked = [await comparing.pending(session, id_) for id_ in _ids(batch.data, "comparison_id")]
    found = {one.id: await comparing.compare(batch.db, one.present, one.other) for one in asked if one}
    async with batch.finish() as session:
        for id_, counts in found.items():
            await comparing.keep_comparison(session, id_, counts)


async def mark_requesters(batch: Batch) -> None:
    """Whose tickets were resolved lived through something, whether they say so or not."""
    async with batch.finish() as session:
        await chains.mark(session, await requesters(session, _ids(batch.data, "ticket_id")))


async def begin_counting_visits(session: Session) -> None:
    """The worker starts: whoever an upgrade left uncounted is counted."""
    await chains.begin_counting(session)


async def count_visits(batch: Batch) -> None:
    """Who was marked is counted anew; then it is seen whether there is more to learn, and when to look."""
    await batch.db.write_by_parts(chains.count_some)
    async with batch.db.read() as session:
        material = await parameters.to_learn_from(session)
    learnt = await asyncio.to_thread(parameters.learn, material) if material else None
    async with batch.finish() as session:
        if learnt:
            await parameters.keep(session, learnt)
            await chains.count_again(session)
        await looking.plan_look(session)


async def find_moments(batch: Batch) -> None:
    """One look at the sums, once a day; put off while many people wait to be counted."""
    day = max(date.fromisoformat(fact["day"]) for fact in batch.data)
    async with batch.db.read() as session:
        waiting = await looking.still_counting(session)
        material = None if waiting else await looking.material(session, day)
    found = await looking.look(material) if material else None
    async with batch.finish() as session:
        if waiting:
            await looking.put_off(session, day)
        elif material and found:
            await looking.keep(session, material, found)


async def settle_reports(batch: Batch) -> None:
    """A day has ended: what is dear to make and the same all day is made. A second run finds it made."""
    await settle(batch.db, SETTLED, now().date())
    async with batch.finish():
        pass


def _ids(facts: Iterable[dict[str, Any]], name: str) -> list[UUID]:
    """Each once, in the order of the facts."""
    return list(dict.fromkeys(UUID(fact[name]) for fact in facts if name in fact))
