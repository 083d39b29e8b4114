"""What was promised to people when they spoke: how many must have spoken before anything of it is shown."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine

from core.audit.queries import entries
from core.db import Database
from core.settings import settings
from tests.conftest import Visitor
from tests.support.company import TODAY, Says, make_company, speak


async def shown(alice: Visitor) -> dict[str, Any]:
    told = (await alice.http.get("/api/v1/reports/experience")).json()
    return {one["touchpoint"]: one["satisfaction"].get("n") for one in told["touchpoints"]}


async def test_d7_threshold_is_a_promise(db: Database, alice: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    """Four answered under five. A looser setting later is for later answers, and who changed what is written down."""
    with time_machine.travel(TODAY, tick=False):
        await make_company(db, [Says("approval", 25, people=4)])
        assert (await shown(alice))["approval"] is None
    monkeypatch.setenv("TOUCHSTONE_MIN_GROUP", "3")
    settings.cache_clear()
    with time_machine.travel(TODAY + timedelta(days=1), tick=False):
        await speak(db, [Says("delivery", 75, people=3, days_ago=-1)])
        assert (await shown(alice))["delivery"] is None, "on the day of the change the stricter one holds"
    with time_machine.travel(TODAY + timedelta(days=2), tick=False):
        await speak(db, [Says("guidance", 75, people=3, days_ago=-2)])
        found = await shown(alice)
        assert (found["guidance"], found["approval"], found["delivery"]) == (3, None, None)
    async with db.read() as session:
        written = [one.about for one in await entries(session, what="analysis.smallest_group_promised")]
    assert written == ["3 8", "5 8"]


async def test_d6_comments_have_their_own_threshold_and_lead_to_nobody(db: Database, alice: Visitor) -> None:
    """Seven who wrote are enough for a number and not for words; nine are, without day, order, name or number."""
    words = [f"The approval was slow, ask Zoe on 0170 12345{n}" for n in range(9)]
    with time_machine.travel(TODAY, tick=False):
        await make_company(db, [Says("approval", 25, text=text, days_ago=n) for n, text in enumerate(words[:7])])
        assert (await shown(alice))["approval"] == 7
        for address in ("/voices", "/voices?q=slow", "/api/v1/readings", "/journeys/service/touchpoints/approval"):
            assert "was slow" not in (await alice.http.get(address)).text
        await speak(db, [Says("approval", 25, text=text, days_ago=n) for n, text in enumerate(words[7:])])
        items = (await alice.http.get("/api/v1/readings")).json()["items"]
    assert len(items) == 9
    assert {one["month"] for one in items} == {"2026-06"}
    told = str(items)
    assert "12345" not in told
    assert not {"day", "person", "customer", "service", "ticket"} & items[0].keys()
