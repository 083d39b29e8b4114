"""What is put into addresses by those who mean no good."""

from urllib.parse import urlencode, urlsplit

import httpx
import pytest
import time_machine

from core.db import Database
from tests.support.company import TODAY
from tests.support.house import furnish

QUOTE = "' OR 1=1; DROP TABLE experience--"
NAMES = (
    "service", "customer", "touchpoint", "period", "from", "to", "cursor", "q", "sort", "lang", "next", "view", "state",
    "before", "what", "done", "after", "format", "version", "moment", "feedback", "segment", "a", "b",
    "against", "persona",
)  # fmt: skip
VALUES = (QUOTE, "//evil.example/\\", "<script>alert(1)</script>{{7*7}}")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_f7_no_filter_breaks_a_page_or_leads_off_the_site(db: Database, site: httpx.ASGITransport) -> None:
    """Every address, as an administrator: an answer, never an error of ours, markup never alive, redirects at home."""
    wrong = list[str]()
    with time_machine.travel(TODAY, tick=False):
        house = await furnish(db, site)
        for method, path in house.doors():
            for value in VALUES if method == "GET" else ():
                answer = await house.people["admin"].get(
                    house.filled(path), params=urlencode(dict.fromkeys(NAMES, value))
                )
                away = urlsplit(answer.headers.get("location", ""))
                alive = "<script>alert" in answer.text and "html" in answer.headers.get("content-type", "")
                if answer.status_code >= 500 or away.netloc or away.path.startswith("//") or alive:
                    wrong.append(f"{path} {value} {answer.status_code}")
    assert not wrong, "\n".join(wrong)
