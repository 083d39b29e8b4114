"""What became of what people said unasked: some of it without a name, most of it answered, some of it waiting."""

from datetime import datetime, timedelta
from random import Random

from core import clock
from core.db import Session
from core.ids import new_secret
from feedback.models import Closeness, MessageKind
from feedback.queries import inbox
from feedback.schemas import Desk, InboxItem, Said, Search
from feedback.service import anonymous, handling, reading, releasing

WAITS = timedelta(days=5)  # what is younger than that is still unread
WORDS = {
    MessageKind.ANSWER: {
        "en": "Thank you. We have passed this on to the team that runs the service and will tell you more.",
        "zh": "谢谢您。我们已转交负责这项服务的团队，有结果会告诉您。",
    },
    MessageKind.QUESTION: {
        "en": "Thank you. On which day was it, and at which office?",
        "zh": "谢谢您。请问是哪一天、在哪个办公区发生的？",
    },
    MessageKind.DONE: {
        "en": "You said that it took too long. Since the first of the month a second person looks at these requests.",
        "zh": "您反映处理太慢。从本月一日起，已增加一人处理这类请求。",
    },
    MessageKind.THANKS: {"en": "Thank you, the team was glad to read this.", "zh": "谢谢，团队看到后很高兴。"},
}


async def speak_anonymously(session: Session, said: Said) -> None:
    """As somebody whom nobody knows, passed on at once: the demo company has no time to wait for its nights."""
    unknown = Said(
        "web",
        new_secret(),
        said.text,
        said.kind,
        said.channel,
        language=said.language,
        service=said.service,
        closeness=Closeness.ANONYMOUS,
    )
    await anonymous.post(session, unknown)
    await releasing.release(session, everything=True)


async def handle(session: Session, manager: str, admin: str, until: datetime, rng: Random) -> None:
    """The manager was appointed to read, and has worked through what is older than some days."""
    await reading.appoint(session, manager, "", admin)
    desk = Desk(manager, None, (await inbox.desk_of(session, manager, None)).services)
    for item in await inbox.inbox(session, desk, Search(), None, 1000):
        if item.day < (until - WAITS).date():
            with clock.at(min(until, _days_later(item.day, rng))):
                await _answer(session, desk, item, rng)


def _days_later(day: object, rng: Random) -> datetime:
    return datetime.fromisoformat(f"{day}T10:00:00+00:00") + timedelta(days=rng.randint(1, 4))


async def _answer(session: Session, desk: Desk, item: InboxItem, rng: Random) -> None:
    if item.kind == "compliment":
        kinds = [MessageKind.THANKS, MessageKind.ANSWER]
    else:
        kinds = [MessageKind.ANSWER, rng.choice([MessageKind.DONE, MessageKind.QUESTION])]
    for kind in kinds[: rng.randint(1, 2)]:
        await handling.say(session, desk, item.id, kind, WORDS[kind][item.language or "en"])
    if rng.random() < 0.5:
        await handling.close(session, desk, item.id)
