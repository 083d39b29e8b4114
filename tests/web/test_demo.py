"""The demo company is what everybody sees first: it is made, once, and each part of the house has something to show."""

import asyncio

import pytest
from click.testing import CliRunner, Result

from core.settings import settings
from tests.conftest import Visitor
from web.cli import touchstone

SHOWS = {
    "/": "What is being done",
    "/journeys/service": "Laptop replacement",
    "/voices": "What people wrote",
    "/flow": "Where the time goes",
    "/improvements": "A second supplier for laptops",
    "/value": "Workplace and applications",
    "/feedback/inbox": "<h1",
    "/said-and-done": "We did",
}


async def make() -> Result:
    return await asyncio.to_thread(CliRunner().invoke, touchstone, ["demo", "--responses", "150"])


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_rita_finds_the_demo_company_at_work(visitor: Visitor) -> None:
    made = await make()
    assert made.exit_code == 0, made.output
    assert "is there" in made.output
    told = (settings().data_dir / "demo-sign-in.txt").read_text()
    await visitor.sign_in("rita@demo.example", told.split("Password: ")[1].split()[0])
    for path, shown in SHOWS.items():
        page = await visitor.http.get(path)
        assert page.status_code == 200, path
        assert shown in page.text, path
    again = await make()
    assert again.exit_code == 1
    assert "empty one only" in again.output
