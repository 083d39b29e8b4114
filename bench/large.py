"""What every page costs with many voices behind it: it should cost the same.

    python -m bench.large [--sizes 10000,100000,1000000] [--keep FOLDER] [--fill]

For each size an installation of its own is filled with what `bench.filling` draws (SQLite), a mention for every
comment and a message for every hundredth voice. Then each page is asked of the whole application, twice, by somebody
who sees all four customers and by somebody who sees one; the quicker time counts, database and template included: CPU
seconds of this process, which holds the database too. The last column is the greatest size beside the smallest: only
that is to be compared between machines. With `--fill` installations are only filled, in the folder to
keep, and asked by a later run without it.
"""

import argparse
import asyncio
import os
import tempfile
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
from sqlalchemy import text
from sqlmodel import SQLModel

from bench.filling import CUSTOMERS, NOW, fill
from bench.submit import SECRET

PASSWORD = "correct horse battery staple"
PAGES = (
    "/",
    "/?period=3&customer=c-0",
    "/journeys/service",
    "/journeys/service?against=before",
    "/journeys/service/touchpoints/delivery",
    "/moments",
    "/voices",
    "/voices?touchpoint=delivery&sentiment=negative",
    "/voices?q=long",
    "/voices?q=nobody+ever+wrote+this",
    "/voices?q=%E5%A4%AA%E6%85%A2",
    "/voices/unplaced",
    "/feedback/inbox",
    "/feedback/inbox?touchpoint=delivery",
    "/contact",
    "/improvements",
    "/reviews",
    "/said-and-done",
    "/drivers",
    "/flow",
    "/flow/stream",
    "/flow/green",
    "/how-sure",
    "/compare",
    "/matters",
    "/reports/schedule",
    "/reports/experience.csv",
    "/reports/experience.pdf",
    "/audit",
    "/classifier",
)
MORE = (
    """INSERT INTO mention (id, experience_id, touchpoint, candidates, start, "end", sentiment, score, confidence,
         as_read)
       SELECT id, id, CASE WHEN substr(CAST(id AS text), 30, 1) < '4' THEN '' ELSE touchpoint END, '[]', 0, 12,
         'negative', -0.5, 0.8, '{}' FROM experience WHERE comment <> ''""",
    """INSERT INTO rollup_month (month, touchpoint, service, customer, dimension, n, total, squares)
       SELECT month, touchpoint, service, customer, dimension, n, total, squares FROM published_sum
       WHERE NOT EXISTS (SELECT 1 FROM rollup_month)""",
    """INSERT INTO feedback_matter (id, anonymous, day, kind, channel, customer_id, state, owner, due_on, remind_on,
         delete_on, sameness, sentiment, read_touchpoint)
       SELECT e.id, false, e.day, 'complaint', 'web', c.id, 'closed', '', e.day, e.day, e.day, '', 'negative',
         e.touchpoint
       FROM experience e JOIN customer c ON c.key = e.customer WHERE substr(CAST(e.id AS text), 31, 2) < '03'""",
    "ANALYZE",
)


async def furnished(db: Any, answers: int, file: Path) -> None:
    from core.auth import service as auth
    from core.auth.models import Role

    await fill(db, answers, file)
    async with db.write() as session:
        connection = await session.connection()
        for statement in MORE:
            await connection.execute(text(statement))
        matters = (await connection.execute(text("SELECT id, customer_id FROM feedback_matter"))).all()
        said = {"kind": "complaint", "text": "It took long", "source": "web", "received_at": NOW}
        rows = [
            said | {"id": UUID(str(one)), "customer_id": UUID(str(customer)), "submission_key": str(one)}
            for one, customer in matters
        ]
        await connection.execute(SQLModel.metadata.tables["feedback"].insert(), rows)
        await auth.add_user(session, "all@x.example", PASSWORD, Role.ADMIN, [])
        await auth.add_user(session, "one@x.example", PASSWORD, Role.MANAGER, CUSTOMERS[:1])


async def signed_in(app: Any, who: str) -> httpx.AsyncClient:
    client = httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://127.0.0.1:8000", headers={"Accept-Language": "en"}
    )
    await client.get("/sign-in")
    form = {"email": f"{who}@x.example", "password": PASSWORD, "_csrf_token": client.cookies.get("csrftoken") or ""}
    assert (await client.post("/sign-in", data=form)).status_code == 303
    return client


async def quicker(client: httpx.AsyncClient, page: str) -> float:
    took = []
    for _ in range(2):
        began = time.process_time()
        answer = await client.get(page)
        took.append(time.process_time() - began)
        assert answer.status_code in (200, 403), (page, answer.status_code)
    return min(took)


async def one_size(folder: Path, answers: int, only_fill: bool) -> dict[tuple[str, str], float]:
    from analysis.jobs import SETTLED
    from analysis.service.settled import settle
    from core.clock import at
    from core.db import Database
    from core.settings import settings
    from web import schema
    from web.app import create_app

    file, filled = folder / f"{answers}.db", folder / f"{answers}.filled"
    url, new = f"sqlite+aiosqlite:///{file}", not filled.exists()
    if new:
        file.unlink(missing_ok=True)
    os.environ.update(TOUCHSTONE_DATA_DIR=str(folder), TOUCHSTONE_DATABASE_URL=url, TOUCHSTONE_SECRET_KEY=SECRET)
    settings.cache_clear()
    await asyncio.to_thread(schema.migrate, url)
    db, app = Database(url), create_app()
    app.state.db = db
    try:
        with at(NOW):
            if new:
                began = time.perf_counter()
                await furnished(db, answers, file)
                await settle(db, SETTLED, NOW.date())
                filled.touch()
                print(f"{answers:,} voices drawn in {time.perf_counter() - began:.0f} s", flush=True)
            if only_fill:
                return {}
            return {(page, who): took for who in ("all", "one") async for page, took in seen_by(app, who)}
    finally:
        await db.close()


async def seen_by(app: Any, who: str) -> AsyncIterator[tuple[str, float]]:
    client = await signed_in(app, who)
    for page in PAGES:
        yield page, await quicker(client, page)


def told(found: dict[int, dict[tuple[str, str], float]]) -> None:
    sizes = list(found)
    print(f"{'page':48}" + "".join(f"{size:>22,}" for size in sizes) + f"{'beside':>14}")
    print(f"{'':48}" + "".join(f"{'all':>12}{'one':>10}" for _ in sizes) + f"{'all':>8}{'one':>6}")
    for page in PAGES:
        each = [(found[size][page, "all"], found[size][page, "one"]) for size in sizes]
        beside = (last / first for first, last in zip(each[0], each[-1], strict=True))
        figures = "".join(f"{every:12.3f}{one:10.3f}" for every, one in each)
        print(f"{page:48}{figures}{next(beside):8.1f}{next(beside):6.1f}", flush=True)


def main() -> None:
    import web.models  # noqa: F401 - the whole schema

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=lambda text: [int(size) for size in text.split(",")], default=[10_000, 100_000])
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--fill", action="store_true")
    given = parser.parse_args()
    if given.fill and not given.keep:
        parser.error("--fill needs a folder to keep")
    found = {}
    with tempfile.TemporaryDirectory(prefix="touchstone-bench-") as made:
        for size in given.sizes:
            folder = given.keep or Path(made)
            found[size] = asyncio.run(one_size(folder, size, given.fill))
    if not given.fill:
        told(found)


if __name__ == "__main__":
    main()
