"""Whether links can be guessed by how long a wrong one takes: 10,000 random and 10,000 near misses, in turn.

    python -m bench.guessing [--each 10000]
    python -m bench.guessing --receipts [--each 10000]    receipts of the anonymous channel instead, withdrawn ones
                                                          among the near misses

The application itself answers, over a database of its own, with its throttle open. Printed: statuses and sizes, the two
medians, their ratio and Welch's test on the logarithms of the medians of hundreds.
"""

import argparse
import asyncio
import os
import tempfile
from collections import Counter
from math import exp, log
from random import Random
from statistics import mean, median
from time import perf_counter

import httpx
from scipy.stats import ttest_ind

BLOCK = 100


async def probe(each: int) -> None:
    from core import ids
    from core.auth.budget import SharedBudget
    from core.db import Database
    from core.settings import settings
    from tests.surveys.story import install, link
    from web.app import create_app

    db = Database(settings().database_url)
    await install(db)
    token, rng = await link(db), Random(9)
    app = create_app()
    app.state.db, app.state.miss_budget = db, SharedBudget("100000000/minute", "miss")
    took: tuple[list[float], list[float]] = ([], [])
    seen = Counter[tuple[int, int]]()
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url=settings().base_url) as http:
        for number in range(2 * each):
            guess = ids.new_secret() if number % 2 else near(token, rng)
            start = perf_counter()
            answer = await http.get(f"/s/{guess}")
            took[number % 2].append(perf_counter() - start)
            seen[answer.status_code, len(answer.content)] += 1
    await db.close()
    tell(took, seen)


async def probe_receipts(each: int) -> None:
    from core.db import Database
    from core.settings import settings
    from feedback.rules.receipts import ALPHABET, new_receipt
    from web import builtin
    from web.app import create_app

    db, rng = Database(settings().database_url), Random(9)
    await builtin.install(db)
    app = create_app()
    app.state.db = db
    took: tuple[list[float], list[float]] = ([], [])
    seen = Counter[tuple[int, int]]()
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url=settings().base_url) as http:
        real, gone = [await _said(http) for _ in range(2)]
        await http.post("/api/v1/feedback/thread/withdraw", json={"receipt": gone})
        for number in range(2 * each):
            guess = new_receipt() if number % 2 else rng.choice([gone, near(real, rng, ALPHABET)])
            start = perf_counter()
            answer = await http.post("/feedback/thread", data={"receipt": guess})
            took[number % 2].append(perf_counter() - start)
            seen[answer.status_code, len(answer.content)] += 1
    await db.close()
    tell(took, seen)


async def _said(http: httpx.AsyncClient) -> str:
    body = {"text": "The lift is slow", "kind": "complaint", "anonymous": True}
    return str((await http.post("/api/v1/feedback", json=body)).json()["receipt"])


def near(token: str, rng: Random, letters: str = "ABCDEFGHJKMNPQRSTVWXYZabcdefgh0123456789") -> str:
    """The link itself with one letter changed."""
    place = rng.randrange(len(token))
    other = rng.choice([letter for letter in letters if letter != token[place]])
    return token[:place] + other + token[place + 1 :]


def tell(took: tuple[list[float], list[float]], seen: Counter[tuple[int, int]]) -> None:
    blocks = [[log(median(times[i : i + BLOCK])) for i in range(0, len(times), BLOCK)] for times in took]
    welch = ttest_ind(*blocks, equal_var=False)
    print("status, bytes: count  ", dict(seen))
    print(f"median ms  near {1000 * median(took[0]):.3f}  random {1000 * median(took[1]):.3f}")
    ratio = exp(mean(blocks[0]) - mean(blocks[1]))
    print(f"near / random  {ratio:.4f}   Welch t {welch.statistic:.2f}, p {welch.pvalue:.3f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--each", type=int, default=10_000)
    parser.add_argument("--receipts", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["TOUCHSTONE_DATA_DIR"] = folder
        from core.settings import settings
        from web import schema

        schema.migrate(settings().database_url)
        asyncio.run((probe_receipts if asked.receipts else probe)(asked.each))


if __name__ == "__main__":
    main()
