"""The anonymous channel by its cases: what stands in the database, and what a receipt opens."""

import json
import re
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import event, text
from sqlmodel import SQLModel, select

from core import clock
from core.audit.models import AuditEntry
from core.auth.models import Role
from core.db import Database
from core.ids import keyed_hash
from core.outbox import Fact, drain_all
from core.sealing import open_sealed
from core.settings import settings
from feedback.events import FeedbackReceived
from feedback.models import Matter, Message, Receipt, Turn, WaitingPost
from feedback.queries import inbox as found
from feedback.rules import receipts
from feedback.schemas import Desk, Search
from feedback.service import guarding, reading, releasing
from feedback.service.telling import tell
from tests.conftest import Visitor, _signed_in
from web.worker import SUBSCRIPTIONS

pytestmark = pytest.mark.usefixtures("places")

WORDS = "The zeppelin of approvals never lands."
READER = Desk("rita@touchstone.example", frozenset(), {"": date(1970, 1, 1)})


async def post(visitor: Visitor, words: str = WORDS, **more: Any) -> str:
    body = {"text": words, "kind": "complaint", "anonymous": True, **more}
    answer = await visitor.http.post("/api/v1/feedback", json=body)
    assert answer.status_code == 201, answer.text
    assert list(answer.json()) == ["receipt"]
    return str(answer.json()["receipt"])


async def release(db: Database) -> int:
    async with db.write() as session:
        n = await releasing.release(session, everything=True)
    await releasing.forget(db)
    return n


async def matters(db: Database) -> list[Matter]:
    async with db.read() as session:
        return list((await session.exec(select(Matter))).all())


async def thread(visitor: Visitor, receipt: str) -> dict[str, Any]:
    answer = await visitor.http.post("/api/v1/feedback/thread", json={"receipt": receipt})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def dump(db: Database) -> str:
    """Every row of every table, as a superuser reads it."""
    told = []
    async with db.read() as session:
        connection = await session.connection()
        for table in SQLModel.metadata.sorted_tables:
            rows = (await connection.execute(text(f'SELECT * FROM "{table.name}"'))).all()
            told += [f"{table.name} {tuple(row)!r}" for row in rows]
    return "\n".join(told)


# ---- B: unlinkable at rest ----


async def test_b3_coarse_time_only(visitor: Visitor, db: Database) -> None:
    moment = datetime(2026, 3, 5, 14, 37, 21, 123456, UTC)
    with clock.at(moment):
        receipt = await post(visitor, service="vpn")
        answer = await visitor.http.post("/api/v1/feedback/thread", json={"receipt": receipt})
        page = await visitor.http.post("/feedback/thread", data={"receipt": receipt})
    assert not {"etag", "last-modified", "date"} & {*answer.headers, *page.headers}
    async with db.read() as session:
        assert (await session.exec(select(Fact))).all() == []  # nothing stands in the queue beside the message
        assert (await session.exec(select(AuditEntry))).all() == []
    if not db.is_sqlite:  # no file is written at that moment, but for the database's own
        assert [path for path in settings().data_dir.rglob("*") if path.is_file()] == []
    for _ in range(2):  # while it waits, and when it was passed on
        rows = [line for line in (await dump(db)).splitlines() if line.startswith("feedback")]
        assert rows
        assert "datetime.datetime" not in "".join(rows)
        assert not re.search(r"14:37|14, 37", "".join(rows))
        ids = re.findall(r"UUID\('([0-9a-f-]{36})'\)|'([0-9a-f]{32})'", "".join(rows))
        assert {UUID(one or other).version for one, other in ids} - {7, None} == {4} or db.is_sqlite
        with clock.at(moment + timedelta(days=1)):
            await release(db)
    ((matter,),) = [await matters(db)]
    assert matter.id.version == 4
    assert matter.day == date(2026, 3, 6)  # that of its release: the day on which it was written is gone


async def test_b7_sealed_at_rest(visitor: Visitor, db: Database) -> None:
    receipt = await post(visitor)
    for _ in range(2):
        stolen = await dump(db)
        for secret in (WORDS, "zeppelin", receipt, receipts.plain(receipt)):
            assert secret not in stolen
        await release(db)
        await drain_all(db, SUBSCRIPTIONS)  # understood, and still not in the open
    async with db.read() as session:
        (kept,) = (await session.exec(select(Receipt))).all()
        (said,) = (await session.exec(select(Message))).all()
    assert kept.hash == keyed_hash("receipt", receipts.plain(receipt))
    assert json.loads(open_sealed(said.sealed))["text"] == WORDS
    assert len(said.sealed) % 16 == len(said.sealed) % 256 % 16  # padded: the length tells little


async def test_it_is_understood_by_the_day_and_without_its_words(visitor: Visitor, db: Database) -> None:
    from analysis.models import Experience

    await post(visitor, "The approval took far too long, this is terrible.", emotional=1, touchpoint="approval")
    await release(db)
    await drain_all(db, SUBSCRIPTIONS)
    async with db.read() as session:
        (one,) = (await session.exec(select(Experience))).all()
    assert (one.comment, one.person_id, one.touchpoint, one.emotional) == ("", None, "approval", 0.0)
    assert "negative" in one.sentiment
    assert (one.said_at.hour, one.said_at.minute, one.said_at.second, one.said_at.microsecond) == (0, 0, 0, 0)
    (matter,) = await matters(db)
    assert (matter.sentiment, matter.read_touchpoint) == (one.sentiment, "approval")


async def test_a_release_writes_all_rows_anew_in_one_transaction(visitor: Visitor, db: Database) -> None:
    for n in range(8):
        await post(visitor, f"message {n}")
    async with db.read() as session:
        before = {one.id for one in (await session.exec(select(WaitingPost))).all()}
    assert await release(db) == 8
    after = await matters(db)
    assert len(after) == 8
    assert not before & {one.id for one in after}
    async with db.read() as session:
        connection = await session.connection()
        if db.is_sqlite:
            for table in ("feedback_matter", "feedback_message", "feedback_receipt", "feedback_waiting"):
                with pytest.raises(Exception, match="no such column"):
                    await connection.execute(text(f"SELECT rowid FROM {table}"))
        else:
            for table in ("feedback_matter", "feedback_message", "feedback_receipt"):
                written_by = (await connection.execute(text(f"SELECT DISTINCT xmin::text FROM {table}"))).all()
                assert len(written_by) == 1
        facts = (await session.exec(select(Fact))).all()
    assert {UUID(fact.data["feedback_id"]) for fact in facts if fact.name == FeedbackReceived.__name__} == {
        one.id for one in after
    }


async def test_the_night_has_one_turn_and_leads_to_the_next(visitor: Visitor, db: Database) -> None:
    evening = datetime(2026, 3, 5, 20, tzinfo=UTC)
    with clock.at(evening):
        async with db.write() as session:
            await releasing.begin_turns(session)
            await releasing.begin_turns(session)
        await post(visitor)
        assert await drain_all(db, SUBSCRIPTIONS) == 0
        assert await matters(db) == []
    for nights in (1, 2):  # a coin decides which of the two it is
        with clock.at(evening + timedelta(days=nights)):
            await drain_all(db, SUBSCRIPTIONS)
            await drain_all(db, SUBSCRIPTIONS)
    assert len(await matters(db)) == 1
    async with db.read() as session:
        turn = (await session.exec(select(Turn))).one()
        waiting = [fact.name for fact in (await session.exec(select(Fact))).all()]
    assert turn.day == date(2026, 3, 6)
    assert waiting.count("FeedbackDayOver") == 1


def files_of(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


async def test_b10_no_presence(visitor: Visitor, alice: Visitor, db: Database) -> None:
    async with db.write() as session:
        await reading.appoint(session, "alice@touchstone.example", "", "ada")
    receipt = await post(visitor)
    await release(db)
    before = await dump(db)
    pages = await _staff_pages(alice, db)
    for _ in range(3):
        await thread(visitor, receipt)
        await visitor.http.post("/feedback/thread", data={"receipt": receipt})
    assert await dump(db) == before
    assert await _staff_pages(alice, db) == pages


async def _staff_pages(alice: Visitor, db: Database) -> list[str]:
    """What a reader sees of it, without the tokens of forms."""
    (one,) = await matters(db)
    pages = [(await alice.http.get(f"/feedback/inbox{path}")).text for path in ("", f"/{one.id}")]
    assert any(WORDS in page for page in pages)
    return [re.sub(r'value="[0-9a-f]{64,}"', "", page) for page in pages]


# ---- C: the receipt and the dialogue ----


async def test_c3_no_oracle(visitor: Visitor, db: Database) -> None:
    gone, real = await post(visitor), await post(visitor, "another one")
    await visitor.http.post("/api/v1/feedback/thread/withdraw", json={"receipt": gone})
    typo = real[:-1] + next(one for one in receipts.ALPHABET if one != real[-1])
    tried = [receipts.new_receipt(), gone, typo, "", "x" * 1_000_000, real[:12], "' OR 1=1 --"]
    answers = [await visitor.http.post("/api/v1/feedback/thread", json={"receipt": one}) for one in tried]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1
    pages = [await visitor.http.post("/feedback/thread", data={"receipt": one}) for one in tried]
    assert {page.status_code for page in pages} == {404}
    assert len({page.content for page in pages}) == 1


async def test_c3_every_wrong_receipt_costs_the_same(
    visitor: Visitor, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Work, not seconds: as many looks into the database, as many hashes. `python -m bench.guessing` takes the time."""
    from core import ids

    gone, real = await post(visitor), await post(visitor, "another one")
    await visitor.http.post("/api/v1/feedback/thread/withdraw", json={"receipt": gone})
    work: Counter[str] = Counter()
    plain_hash = ids._hash_under

    def counting(key: bytes, purpose: str, secret: str) -> str:
        work["hashed bytes"] += len(secret) // 256  # a receipt is 25; whatever was typed is cut
        work["hashes"] += 1
        return plain_hash(key, purpose, secret)

    monkeypatch.setattr(ids, "_hash_under", counting)
    for engine in {db.engine.sync_engine, db._reading.sync_engine}:
        event.listen(engine, "before_cursor_execute", lambda *_: work.update(["statements"]))
    costs = []
    for one in (receipts.new_receipt(), gone, real[:-1], "", "x" * 1_000_000):
        work.clear()
        await visitor.http.post("/api/v1/feedback/thread", json={"receipt": one})
        costs.append(dict(work))
    assert costs == [costs[0]] * len(costs)
    assert costs[0]["statements"] >= 2
    assert not costs[0]["hashed bytes"]


async def test_all_pages_of_the_channel_are_of_one_length(visitor: Visitor, db: Database) -> None:
    form = await visitor.http.get("/feedback")
    kept = await visitor.http.post("/feedback", data={"text": WORDS, "kind": "complaint"})
    receipt = await post(visitor)
    pages = [form, kept, await visitor.http.get("/feedback/thread"), await visitor.http.get("/promises")]
    looked = [receipt, receipts.new_receipt()]
    pages += [await visitor.http.post("/feedback/thread", data={"receipt": one}) for one in looked]
    await release(db)
    await answered(db)
    pages.append(await visitor.http.post("/feedback/thread", data={"receipt": receipt}))
    unsure = await visitor.http.post("/feedback/thread/withdraw", data={"receipt": receipt})
    assert re.search(r"<details[^>]* open>.*Tick the box first", unsure.text, re.DOTALL)  # where the box is, it is seen
    pages += [unsure, await visitor.http.post("/feedback/thread/withdraw", data={"receipt": receipt, "sure": "1"})]
    assert {len(page.content) for page in pages} == {16_000}


async def test_the_language_is_changed_without_losing_anything(visitor: Visitor, db: Database) -> None:
    typed = {"text": "kept <words>", "kind": "complaint", "again": "1"}
    page = await visitor.http.post("/feedback?lang=zh", data=typed)
    assert (page.status_code, "kept &lt;words&gt;" in page.text, "您的留言" in page.text) == (200, True, True)
    async with db.read() as session:
        assert (await session.exec(select(WaitingPost))).all() == []
    receipt = await post(visitor)
    for language, words in (("zh", "这是您的回执"), ("en", "This is your receipt")):
        page = await visitor.http.post(f"/feedback/receipt?lang={language}", data={"receipt": receipt})
        assert (page.status_code, receipt in page.text, words in page.text) == (200, True, True)
    form = {"receipt": receipt, "text": "not sent yet"}
    assert "not sent yet" in (await visitor.http.post("/feedback/thread?lang=zh", data=form)).text


async def test_they_hear_when_to_expect_news_and_their_place_in_whole_groups(visitor: Visitor, db: Database) -> None:
    for number in range(11):
        await post(visitor, f"earlier {number}")
    await release(db)
    with clock.at(clock.now() + timedelta(days=1)):
        receipt = await post(visitor)
        waits = await thread(visitor, receipt)
        assert (waits["status"], waits["ahead"]) == ("received", 0)
        assert date.fromisoformat(waits["answer_by"]) == date.fromisoformat(waits["read_by"]) + timedelta(days=7)
        await release(db)
        assert (await thread(visitor, receipt))["ahead"] == 10  # eleven, told in whole groups of five
    with clock.at(clock.now() + timedelta(days=30)):
        assert (await thread(visitor, receipt))["late"]
        page = (await visitor.http.post("/feedback/thread", data={"receipt": receipt})).text
        assert "It is late" in page
    await answered(db)
    told = await thread(visitor, receipt)
    assert (told["ahead"], told["answer_by"], told["late"]) == (0, None, False)


async def test_c4_never_in_a_url(visitor: Visitor, db: Database, caplog: pytest.LogCaptureFixture) -> None:
    page = await visitor.http.post("/feedback", data={"text": WORDS, "kind": "complaint"})
    receipt = re.search(rf"[{receipts.ALPHABET}]{{5}}(-[{receipts.ALPHABET}]{{5}}){{4}}", page.text)
    assert receipt
    opened = await visitor.http.post("/feedback/thread", data={"receipt": receipt[0]})
    for one in (page, opened):
        assert one.status_code in (200, 201)
        assert one.headers["cache-control"] == "no-store"
        assert "set-cookie" not in one.headers
        assert "location" not in one.headers
        assert not re.search(rf'(href|action|src)="[^"]*{receipt[0][:11]}', one.text)
        title = re.search(r"<title>(.*?)</title>", one.text)
        assert title
        assert receipt[0] not in title[1]
    assert (await visitor.http.get("/feedback/thread", params={"receipt": receipt[0]})).text.count(receipt[0]) == 0
    ours = [one.getMessage() for one in caplog.records if one.name != "httpx"]  # the visitor's own browser may note it
    assert receipt[0] not in "".join(ours)


async def test_what_was_written_down_is_compared_before_leaving(visitor: Visitor) -> None:
    receipt = await post(visitor)
    wrong = await visitor.http.post("/feedback/receipt", data={"receipt": receipt, "typed": receipt[:-2]})
    assert (wrong.status_code, receipt in wrong.text) == (422, True)
    right = await visitor.http.post("/feedback/receipt", data={"receipt": receipt, "typed": receipt.lower()})
    assert right.status_code == 200
    assert "It is right" in right.text


async def test_c5_receipt_inside_the_message(visitor: Visitor, db: Database) -> None:
    receipt = await post(visitor)
    words = f"My number is {receipt}, please answer"
    page = await visitor.http.post("/feedback", data={"text": words, "kind": "question"})
    assert page.status_code == 422
    assert "There is a receipt in your text" in page.text
    assert receipt in page.text  # nothing of the form is lost
    more = await visitor.http.post("/feedback/thread/more", data={"receipt": receipt, "text": words})
    assert (more.status_code, words in more.text) == (422, True)
    async with db.read() as session:
        assert len((await session.exec(select(WaitingPost))).all()) == 1


async def answered(db: Database, words: str = "Thank you, we look into it.") -> None:
    async with db.write() as session:
        from feedback.models import MessageKind
        from feedback.service.telling import say_to

        await say_to(session, [one.id for one in await matters(db)], MessageKind.ANSWER, words)


async def test_c6_stolen_receipt_shows_little(visitor: Visitor, db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    receipt = await post(visitor)
    for words in ("and then the second word", "and the third"):
        body = {"receipt": receipt, "text": words}
        assert (await visitor.http.post("/api/v1/feedback/thread/messages", json=body)).status_code == 201
    await release(db)
    await answered(db)
    shown = await thread(visitor, receipt)
    assert [(one["from"], one["text"]) for one in shown["messages"]] == [
        ("you", ""),
        ("you", ""),
        ("you", ""),
        ("us", "Thank you, we look into it."),
    ]
    page = (await visitor.http.post("/feedback/thread", data={"receipt": receipt})).text
    assert "zeppelin" not in page
    assert "second word" not in page
    monkeypatch.setattr(settings(), "show_own_words", True)
    assert WORDS in [one["text"] for one in (await thread(visitor, receipt))["messages"]]


async def test_c7_own_thread_only(visitor: Visitor, db: Database) -> None:
    mine, theirs = await post(visitor, "mine"), await post(visitor, "theirs")
    await release(db)
    other = next(one.id for one in await matters(db))
    for body in ({"receipt": mine, "id": str(other)}, {"receipt": mine, "matter_id": str(other), "text": "x"}):
        for path in ("thread", "thread/messages", "thread/withdraw"):
            assert (await visitor.http.post(f"/api/v1/feedback/{path}", json=body)).status_code == 422
    for told in (str(other), other.hex):
        assert (await visitor.http.post("/api/v1/feedback/thread", json={"receipt": told})).status_code == 404
    await visitor.http.post("/api/v1/feedback/thread/withdraw", json={"receipt": mine})
    assert (await thread(visitor, theirs))["status"] == "new"
    assert (await visitor.http.post("/api/v1/feedback/thread", json={"receipt": mine})).status_code == 404


async def test_c8_never_mails_the_author(visitor: Visitor, db: Database) -> None:
    receipt = await post(visitor, "Write to me at dana@acme.example please")
    await release(db)
    await answered(db)
    await drain_all(db, SUBSCRIPTIONS)
    assert not list(settings().data_dir.glob("mail/*"))
    assert (await thread(visitor, receipt))["messages"][-1]["text"] == "Thank you, we look into it."


async def test_they_hear_what_was_done_and_say_whether_it_helped(visitor: Visitor, db: Database) -> None:
    receipt = await post(visitor)
    await release(db)
    async with db.write() as session:
        assert await tell(session, [one.id for one in await matters(db)], "The form is shorter now.") == 1
    shown = await thread(visitor, receipt)
    assert shown["status"] == "acted"
    assert [one["text"] for one in shown["actions"]] == ["The form is shorter now."]
    assert shown["heard"] is False
    for _ in range(2):
        page = await visitor.http.post("/feedback/thread/heard", data={"receipt": receipt, "answered": "no"})
        assert "Did that answer it?" in page.text
    assert (await thread(visitor, receipt))["waiting"] == 1  # pressed twice, said once
    await release(db)
    assert (await matters(db))[0].state == "seen"  # it is open again
    page = await visitor.http.post("/feedback/thread", data={"receipt": receipt})
    assert ("Did that answer it?" in page.text, "You have told us" in page.text) == (False, True)


async def test_a_form_sent_twice_is_one_message_with_two_receipts(visitor: Visitor, db: Database) -> None:
    first, second = await post(visitor, submission_key="k1"), await post(visitor, submission_key="k1")
    assert first != second
    other = {"text": "other words", "kind": "complaint", "anonymous": True, "submission_key": "k1"}
    assert (await visitor.http.post("/api/v1/feedback", json=other)).status_code == 409
    await release(db)
    assert len(await matters(db)) == 1
    assert await thread(visitor, first) == await thread(visitor, second)


async def test_copies_are_folded_and_none_is_lost(visitor: Visitor, db: Database) -> None:
    copies = [await post(visitor, "BUY NOW " if n % 2 else "buy  now") for n in range(5)]
    alone = await post(visitor, "The lift is broken")
    await release(db)
    async with db.read() as session:
        items = await found.inbox(session, READER, Search(), None, 50)
    assert sorted((one.text.lower().split()[0], one.times) for one in items) == [("buy", 5), ("the", 1)]
    lead = next(one for one in items if one.times == 5)
    async with db.write() as session:
        assert await tell(session, [lead.id], "No, thank you.") == 5
    assert [len((await thread(visitor, one))["actions"]) for one in (*copies, alone)] == [1, 1, 1, 1, 1, 0]
    # Whoever was first takes it back: the others are dealt with together all the same.
    (lead_receipt,) = [one for one in copies if await _is(db, one, lead.id)]
    await visitor.http.post("/api/v1/feedback/thread/withdraw", json={"receipt": lead_receipt})
    async with db.read() as session:
        items = await found.inbox(session, READER, Search(), None, 50)
    assert sorted(one.times for one in items) == [1, 4]


async def _is(db: Database, receipt: str, matter_id: UUID) -> bool:
    async with db.read() as session:
        row = (await session.exec(select(Receipt).where(Receipt.matter_id == matter_id))).one()
    return row.hash == keyed_hash("receipt", receipts.plain(receipt))


# ---- G: floods ----


def solved(challenge: str) -> str:
    import base64

    from altcha.v2 import Challenge, Payload, solve_challenge

    asked = Challenge.from_dict(json.loads(base64.b64decode(challenge)))
    solution = solve_challenge(asked)
    assert solution
    return Payload(asked, solution).to_base64()


async def test_g4_flood(
    visitor: Visitor, db: Database, site: httpx.ASGITransport, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("feedback.rules.cost.FREE", 3)
    monkeypatch.setattr("feedback.rules.cost.FIRST_COST", 1)
    body = {"kind": "complaint", "anonymous": True}
    receipts_, seconds = [], []
    for n in range(12):
        answer = await visitor.http.post("/api/v1/feedback", json={**body, "text": f"junk {n}"})
        if answer.status_code == 201:
            receipts_.append(answer.json()["receipt"])
        else:
            assert answer.status_code == 429
            assert answer.headers["Retry-After"] == str(answer.json()["seconds"])
            seconds.append(answer.json()["seconds"])
    assert len(receipts_) == 3
    assert seconds == sorted(seconds)
    assert seconds[-1] > seconds[0]
    # Somebody who means it still gets in: by work,
    busy = (await visitor.http.post("/api/v1/feedback", json={**body, "text": WORDS})).json()
    paid = {**body, "text": WORDS, "proof": solved(busy["challenge"])}
    answer = await visitor.http.post("/api/v1/feedback", json=paid)
    assert answer.status_code == 201
    receipts_.append(answer.json()["receipt"])
    # or, without a script, by waiting; what was typed is kept meanwhile.
    page = await visitor.http.post("/feedback", data={"text": "by hand", "kind": "question"})
    assert (page.status_code, "by hand</textarea>" in page.text) == (429, True)
    challenge = re.search(r'name="challenge" value="([^"]+)"', page.text)
    assert challenge
    form = {"text": "by hand", "kind": "question", "challenge": challenge[1]}
    assert (await visitor.http.post("/feedback", data=form)).status_code == 429  # too early
    with clock.at(clock.now() + timedelta(seconds=700)):
        assert (await visitor.http.post("/feedback", data=form)).status_code == 201
    assert await release(db) == 5
    for one in receipts_:
        assert (await thread(visitor, one))["status"] == "new"
    ada = await _signed_in(db, site, "ada", Role.ADMIN, [])
    await ada.http.aclose()
    async with db.write() as session:
        await releasing.begin_turns(session)
        await releasing.turn(session, clock.now().date())
    await drain_all(db, SUBSCRIPTIONS)
    assert len(list(settings().data_dir.glob("mail/*.eml"))) == 1  # however many came, one mail


async def test_g5_proof_of_work_replay(visitor: Visitor, db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    import asyncio
    import base64

    monkeypatch.setattr("feedback.rules.cost.FIRST_COST", 1)
    proof = solved(guarding.ask(1).challenge)

    async def pay(shown: str) -> bool:
        async with db.write() as session:
            return await guarding.paid(session, shown)

    assert sorted(await asyncio.gather(*(pay(proof) for _ in range(5)))) == [False, False, False, False, True]
    fresh, other = guarding.ask(1).challenge, json.loads(base64.b64decode(solved(guarding.ask(1).challenge)))
    spliced = {"challenge": json.loads(base64.b64decode(fresh)), "solution": other["solution"]}
    cheaper = json.loads(base64.b64decode(fresh))
    cheaper["parameters"]["data"]["notBefore"] = 0
    late = json.loads(base64.b64decode(fresh))
    late["parameters"]["expiresAt"] += 10_000
    for forged in (spliced, cheaper, late, {"challenge": 5}, {}):
        assert not await pay(base64.b64encode(json.dumps(forged).encode()).decode())
    for nonsense in ("", "x", "bm90IGpzb24=", "[" * 4000):
        assert not await pay(nonsense)
    with clock.at(clock.now() - timedelta(hours=2)):
        expired = solved(guarding.ask(1).challenge)
    assert not await pay(expired)
