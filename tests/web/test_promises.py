"""The three promises, whatever happens in whatever order: acknowledged is on disk, once, and its work gets done."""

import asyncio
import os
import shutil
from collections import Counter
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, TypeVar

import httpx
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlmodel import select

from analysis.models import Experience
from core.db import Database
from core.outbox import drain_all
from core.settings import settings as configured
from surveys.models import Response
from surveys.service.closing import close_open_links
from tests.conftest import _app
from tests.surveys.story import install, link
from web.app import fresh_state
from web.backup import backup, restore
from web.worker import SUBSCRIPTIONS

EXAMPLES = int(os.environ.get("TOUCHSTONE_TEST_EXAMPLES", "6"))
STEPS = st.integers(1, 5)
T = TypeVar("T")


class Life(RuleBasedStateMachine):
    """`sent`: what may be stored. `kept`: the confirmation of what was acknowledged."""

    template, folder = Path(), Path()
    tokens = Bundle("tokens")

    def __init__(self) -> None:
        super().__init__()
        self.lives = self.tickets = 0
        self.sent, self.kept, self.closed = dict[str, int](), dict[str, str](), set[str]()
        self.made = set[str]()
        self.copies = list[tuple[Path, dict[str, int], dict[str, str]]]()
        self.runner = asyncio.Runner()
        self._begin(self.template)
        self._do(install(self.db))

    def _begin(self, content: Path) -> None:
        self.lives += 1
        self.path = self.folder / f"{id(self)}-{self.lives}.db"
        shutil.copy(content, self.path)
        self._open()

    def _open(self) -> None:
        self.db = Database(f"sqlite+aiosqlite:///{self.path}")
        app = _app(configured().secret, configured().secure_cookies)
        app.state = fresh_state()
        app.state.db = self.db
        self.transport = httpx.ASGITransport(app=app)

    def _do(self, work: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(work)

    async def _ask(self, method: str, path: str, **how: Any) -> httpx.Response:
        async with httpx.AsyncClient(transport=self.transport, base_url="http://127.0.0.1:8000") as http:
            return await http.request(method, path, **how)

    async def _post(self, token: str, value: int) -> httpx.Response:
        body = {"token": token, "submission_key": f"key of {token}", "answers": {"functional": value}}
        self.sent.setdefault(token, value)
        return await self._ask("POST", "/api/v1/responses", json=body)

    @rule(target=tokens)
    def invite(self) -> Any:
        self.tickets += 1
        token = self._do(link(self.db, f"INC-{self.tickets}"))
        self.made.add(token)
        return token

    @rule(token=tokens, value=STEPS)
    def open_and_scan(self, token: str, value: int) -> None:
        """Whatever looks at a link answers nothing."""
        for method in ("GET", "HEAD", "OPTIONS"):
            self._do(self._ask(method, f"/s/{token}?functional={value}"))

    @rule(token=tokens)
    def guess(self, token: str) -> None:
        guessed = token[:-1] + ("A" if token[-1] != "A" else "B")
        assert self._do(self._ask("GET", f"/s/{guessed}")).status_code == 404

    @rule(token=tokens, value=STEPS)
    def post(self, token: str, value: int) -> None:
        self._judge(token, value, [self._do(self._post(token, value))])

    @rule(token=tokens, value=STEPS, times=st.integers(2, 4))
    def post_at_once(self, token: str, value: int, times: int) -> None:
        async def all_of_them() -> list[httpx.Response]:
            return await asyncio.gather(*(self._post(token, value) for _ in range(times)))

        self._judge(token, value, self._do(all_of_them()))

    def _judge(self, token: str, value: int, told: list[httpx.Response]) -> None:
        if token in self.closed:
            assert {one.status_code for one in told} == {404}
            self.sent.pop(token, None)
            return
        for one in told:
            assert one.status_code in (200, 201, 409), one.text
            if one.status_code != 409:
                assert self.kept.setdefault(token, one.json()["confirmation"]) == one.json()["confirmation"]
                assert self.sent[token] == value
        assert sum(one.status_code == 201 for one in told) <= 1

    @rule(some=st.lists(st.tuples(tokens, STEPS), max_size=4), moments=st.integers(0, 30))
    def crash_while_posting(self, some: list[tuple[str, int]], moments: int) -> None:
        """What was on its way is stored or not: nobody was told."""

        async def begin() -> None:
            for token, value in some:
                if token not in self.closed:
                    asyncio.get_running_loop().create_task(self._post(token, value))
            for _ in range(moments):
                await asyncio.sleep(0)

        open_before = dict(self.sent)
        self._do(begin())
        self.runner.close()
        self.runner = asyncio.Runner()
        self._open()
        found = self._do(self._stored())
        for token, value in some:
            if token not in open_before and token not in self.closed:
                self.sent.pop(token, None)
                if token in found:
                    self.sent[token] = value
        self.kept |= {token: confirmation for token, confirmation in found.items() if token in self.sent}

    @rule()
    def work(self) -> None:
        self._do(drain_all(self.db, SUBSCRIPTIONS))

    @rule()
    def copy(self) -> None:
        self.copies.append((self.folder / f"{self.path.stem}-{len(self.copies)}.zip", dict(self.sent), dict(self.kept)))
        self._do(backup(self.db, self.copies[-1][0]))

    @rule(data=st.data())
    def come_back(self, data: st.DataObject) -> None:
        """After a restore links that might have been used since lead nowhere: nobody answers twice unseen."""
        if not self.copies:
            return
        path, self.sent, self.kept = data.draw(st.sampled_from(self.copies))
        self.sent, self.kept = dict(self.sent), dict(self.kept)
        self._do(self.db.close())
        self._begin(self.template)

        async def back() -> None:
            await restore(self.db, path)
            async with self.db.write() as session:
                await close_open_links(session)

        self._do(back())
        self.closed = self.made - self.kept.keys()

    async def _stored(self) -> dict[str, str]:
        async with self.db.read() as session:
            rows = (await session.exec(select(Response.submission_key, Response.confirmation))).all()
        assert max(Counter(key for key, _confirmation in rows).values(), default=1) == 1
        return {key.removeprefix("key of "): confirmation for key, confirmation in rows}

    @invariant()
    def what_was_acknowledged_is_stored_once(self) -> None:
        stored = self._do(self._stored())
        assert self.kept.items() <= stored.items()
        assert stored.keys() <= self.sent.keys()

    def teardown(self) -> None:
        async def finish() -> None:
            await drain_all(self.db, SUBSCRIPTIONS)
            async with self.db.read() as session:
                understood = sorted((await session.exec(select(Experience.voice_id))).all())
                assert understood == sorted((await session.exec(select(Response.id))).all())
            await self.db.close()

        self._do(finish())
        self.runner.close()


def test_the_promises_hold_whatever_happens(migrated_sqlite: Path, tmp_path: Path) -> None:
    Life.template, Life.folder = migrated_sqlite, tmp_path
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        Life,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=25,
            deadline=None,
            database=None,
            phases=[Phase.generate],  # a shorter story of what went wrong is not worth the minutes it takes
            suppress_health_check=list(HealthCheck),
        ),
    )
