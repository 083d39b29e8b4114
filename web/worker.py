"""What follows from what, and who does it: the server itself, or arq workers when Redis is configured."""

import asyncio
import json
import logging
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

from analysis.events import (
    AnswersEnded,
    ComparisonAsked,
    LearningAsked,
    LookDue,
    MomentFound,
    PackDue,
    PersonErased,
    PublicationDue,
    ReadingCorrected,
    ReadingsOutdated,
    ShardOutdated,
    VisitsChanged,
    WordsErased,
)
from analysis.jobs import (
    begin_counting_visits,
    begin_reading_again,
    compare,
    count_visits,
    find_moments,
    find_themes,
    forget_feedback,
    learn,
    mark_requesters,
    publish,
    read_again,
    settle_reports,
    understand,
)
from core import log as logs
from core import tracing
from core.confined import confinement
from core.db import Database
from core.months import make_ahead
from core.outbox import Event, Job, drain_all
from core.settings import settings
from core.waking import ended, on_wake, stop
from core.webhooks.events import WebhookDue
from core.webhooks.jobs import note_feedback, note_improvements, note_moments, note_responses, post_webhooks
from feedback.events import (
    AuthorToBeTold,
    FeedbackDayOver,
    FeedbackGone,
    FeedbackReceived,
    FeedbackRewritten,
    InboxDigestDue,
    MailboxLookDue,
)
from feedback.jobs import end_feedback_days, leave_nothing_behind, look_into_mailbox, send_digests, tell_authors
from feedback.service.mailbox import begin_looks
from feedback.service.releasing import begin_turns
from journeys.events import FlowOutdated, HookCalled, TicketMoved, TicketResolved, TouchpointsChanged
from journeys.jobs import begin_counting, count_flow, read_hook_calls
from surveys.events import (
    AnonymousDayOver,
    AskedOutdated,
    InvitationDecided,
    InvitationPlanned,
    LinkAskedFor,
    MatterMayBeOver,
    OpenInvitationDue,
    ReminderDue,
    ResponseReceived,
)
from surveys.jobs import (
    begin_counting_asked,
    count_asked,
    decide_planned,
    end_matters,
    invite,
    mail_links,
    release_anonymous,
    send_invitations,
    send_reminders,
    tell_of_open_surveys,
)
from value.events import ImprovementDone, ImprovementMeasured, JudgementDue
from value.jobs import judge_improvements, tell_what_came_out, tell_who_led
from web.ageing import end_old_answers, leave_no_answers_behind, tell_of_held_answers
from web.packs import send_packs_with_reviews
from web.persons import leave_no_person_behind, leave_no_words_behind

log = logging.getLogger(__name__)

SUBSCRIPTIONS: dict[type[Event], list[Job]] = {
    HookCalled: [read_hook_calls],
    FlowOutdated: [count_flow],
    TicketResolved: [invite, mark_requesters, count_flow],
    TicketMoved: [count_asked],
    AskedOutdated: [count_asked],
    InvitationPlanned: [decide_planned, count_asked],
    MatterMayBeOver: [end_matters],
    InvitationDecided: [send_invitations, count_asked],
    OpenInvitationDue: [tell_of_open_surveys],
    ReminderDue: [send_reminders],
    LinkAskedFor: [mail_links],
    AnonymousDayOver: [release_anonymous],
    ResponseReceived: [understand, find_themes, note_responses, count_asked],
    FeedbackReceived: [understand, find_themes, note_feedback],
    FeedbackDayOver: [end_feedback_days, settle_reports, end_old_answers],
    FeedbackRewritten: [leave_nothing_behind],
    FeedbackGone: [forget_feedback],
    WordsErased: [leave_no_words_behind],
    PersonErased: [leave_no_person_behind],
    AnswersEnded: [leave_no_answers_behind, tell_of_held_answers],
    AuthorToBeTold: [tell_authors],
    InboxDigestDue: [send_digests],
    MailboxLookDue: [look_into_mailbox],
    MomentFound: [note_moments],
    PublicationDue: [publish],
    PackDue: [send_packs_with_reviews],
    ReadingCorrected: [learn],
    LearningAsked: [learn],
    TouchpointsChanged: [begin_reading_again],
    ReadingsOutdated: [begin_reading_again],
    ShardOutdated: [read_again],
    ComparisonAsked: [compare],
    ImprovementDone: [tell_who_led, note_improvements],
    WebhookDue: [post_webhooks],
    JudgementDue: [judge_improvements],
    ImprovementMeasured: [tell_what_came_out],
    VisitsChanged: [count_visits],
    LookDue: [find_moments],
}
IDLE_LOOK_SECONDS = AFTER_FAILED_NUDGE_SECONDS = 1.0
LONGEST_NUDGE_SECONDS = 2.0
REDIS_AWAY_SECONDS = SILENT_SECONDS = 5.0
UNASKED_SECONDS = 30.0  # three sweeps


@asynccontextmanager
async def background(db: Database) -> AsyncIterator[None]:
    """While the server runs: drain here, or wake the workers that do."""
    woken, work = asyncio.Event(), _nudge_workers if settings().redis_url else _drain_here
    leave = on_wake(woken.set)
    await _begin_nights(db)
    task = asyncio.create_task(work(db, woken))
    try:
        yield
    finally:
        leave()
        await ended(task)


async def _begin_nights(db: Database) -> None:
    """From the first start on the anonymous channel has its nightly turn; mails are looked for, tickets counted."""
    try:
        await make_ahead(db)
        async with db.write() as session:
            for begin in (begin_turns, begin_looks, begin_counting, begin_counting_asked, begin_counting_visits):
                await begin(session)
    except Exception as error:  # a database that is away for a while is no reason not to start
        log.warning("the nights of the anonymous channel could not begin: %s", logs.cause(error))


async def _drain_here(db: Database, woken: asyncio.Event) -> None:
    with confinement():
        while True:
            woken.clear()
            await _drain(db)
            with suppress(TimeoutError):  # not wait_for: it may swallow being told to stop (CPython 86296)
                async with asyncio.timeout(IDLE_LOOK_SECONDS):
                    await woken.wait()


async def _drain(db: Database) -> None:
    try:
        await drain_all(db, SUBSCRIPTIONS)
    except Exception as error:  # whoever looks must outlive a database that is away for a while
        log.warning("drain failed: %s", logs.cause(error))


async def _nudge_workers(_db: Database, woken: asyncio.Event) -> None:
    """One wake-up for all facts since the last; a nudge that Redis does not take is made up by the sweep."""
    pool = None
    while True:
        await woken.wait()
        woken.clear()
        try:
            async with asyncio.timeout(LONGEST_NUDGE_SECONDS):
                pool = pool or _redis()
                await pool.enqueue_job("look")
        except Exception as error:  # Redis only hurries: without it the sweep finds the work
            log.warning("nudge failed: %s", logs.cause(error))
            pool = None
            await asyncio.sleep(AFTER_FAILED_NUDGE_SECONDS)  # a line a second at most, whatever comes in meanwhile


def _redis() -> Any:
    """A Redis that takes calls and never answers is one that is away."""
    from arq.connections import ArqRedis  # arq is loaded only where Redis is used
    from redis.asyncio import ConnectionPool

    patience: Any = {"socket_connect_timeout": LONGEST_NUDGE_SECONDS, "socket_timeout": SILENT_SECONDS}
    pool = ConnectionPool.from_url(settings().redis_url, **patience)
    return ArqRedis(pool, job_serializer=_dump, job_deserializer=json.loads)


def _dump(job: dict[str, Any]) -> bytes:
    """JSON, never pickle: whoever writes into Redis must not run code here."""
    return json.dumps(job, default=repr).encode()


async def look(ctx: dict[str, Any]) -> int:
    ctx["looked_at"] = time.monotonic()
    return await drain_all(ctx["db"], SUBSCRIPTIONS)


async def _start(ctx: dict[str, Any]) -> None:
    ctx["db"], ctx["looked_at"] = Database(settings().database_url), time.monotonic()
    ctx["unasked"] = asyncio.create_task(_look_unasked(ctx))


async def _stop(ctx: dict[str, Any]) -> None:
    if unasked := ctx.pop("unasked", None):
        await ended(unasked)
        await ctx["db"].close()


async def _look_unasked(ctx: dict[str, Any]) -> None:
    """A Redis that falls silent gives no error, and no wake-up: whoever was not woken for long looks by themselves."""
    while True:
        await asyncio.sleep(UNASKED_SECONDS)
        if time.monotonic() - ctx["looked_at"] >= UNASKED_SECONDS:
            ctx["looked_at"] = time.monotonic()
            await _drain(ctx["db"])


def run_worker(burst: bool = False) -> None:
    """Work until told to stop. Redis only hurries: while it is away the worker looks by itself, and waits for it."""
    from redis.exceptions import RedisError

    logs.configure()
    tracing.start("worker")
    while True:
        worker = None
        try:
            asyncio.run(_greet())
            worker = _arq_worker(burst)
            worker.on_stop = lambda _by, here=worker: stop(here.main_task, here.ctx)
            with confinement():
                worker.run()
        except (OSError, RedisError) as error:
            if worker:  # it could not take leave of Redis, and let go of nothing
                worker.loop.run_until_complete(_stop(worker.ctx))
                worker.loop.close()  # and its signal handlers with it: the wait below has to end when told to
                if worker.ctx.get("told"):
                    return
            log.warning("Redis is away: %s", logs.cause(error))
            asyncio.run(_look_alone())
            time.sleep(REDIS_AWAY_SECONDS)
        else:
            return


async def _greet() -> None:
    """An error also where Redis takes the call and never answers: the worker would wait for it for good."""
    async with asyncio.timeout(LONGEST_NUDGE_SECONDS):
        async with _redis() as redis:
            await redis.ping()


async def _look_alone() -> None:
    db = Database(settings().database_url)
    with confinement():
        await _drain(db)
    await db.close()


def _arq_worker(burst: bool) -> Any:
    """Looks when nudged, and every ten seconds for what a nudge missed."""
    from arq import cron
    from arq.worker import Worker

    return Worker(
        functions=[look],
        cron_jobs=[cron(look, name="sweep", second=set(range(0, 60, 10)), keep_result=0)],
        redis_pool=_redis(),
        on_startup=_start,
        on_shutdown=_stop,
        burst=burst,
        poll_delay=0.05,
        keep_result=0,
        job_timeout=3600,  # a large backlog must not be cut off in the middle of a batch
        max_jobs=2,
        job_serializer=_dump,
        job_deserializer=json.loads,
    )
