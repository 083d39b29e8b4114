"""A flood on the anonymous channel: junk that pays nothing, and people who mean it among it.

    python -m bench.flood [--junk 10000] [--people 10]

The application itself answers, over a database of its own. Printed: how much of the junk came in, what the price rose
to, what it cost the people (CPU of solving the challenge), and that nothing which was accepted is missing afterwards.
"""

import argparse
import asyncio
import base64
import json
import os
import tempfile
from statistics import median
from time import process_time
from typing import Any

import httpx
from altcha.v2 import Challenge, Payload, solve_challenge

BODY = {"kind": "complaint", "anonymous": True}


async def say(http: httpx.AsyncClient, text: str, proof: str = "") -> httpx.Response:
    return await http.post("/api/v1/feedback", json={**BODY, "text": text, "proof": proof})


async def flood(junk: int, people: int) -> None:
    from core.db import Database
    from core.settings import settings
    from feedback.service import releasing
    from web.app import create_app

    db, app = Database(settings().database_url), create_app()
    app.state.db = db
    accepted, seconds, spent = 0, 0, []
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url=settings().base_url) as http:
        for number in range(junk):
            answer = await say(http, f"junk {number}")
            accepted += answer.status_code == 201
            seconds = answer.json().get("seconds", seconds)
        for number in range(people):
            busy = (await say(http, f"I mean it {number}")).json()
            began = process_time()
            proof = solved(busy["challenge"])
            spent.append(process_time() - began)
            accepted += (await say(http, f"I mean it {number}", proof)).status_code == 201
        async with db.write() as session:
            released = await releasing.release(session, everything=True)
    await db.close()
    print(f"{junk} junk messages and {people} people: {accepted} accepted, {released} passed on")
    print(f"a message costs {median(spent):.2f} CPU seconds in Python (median), or a wait of {seconds} s")


def solved(challenge: str) -> str:
    asked = Challenge.from_dict(json.loads(base64.b64decode(challenge)))
    solution: Any = solve_challenge(asked)
    return Payload(asked, solution).to_base64()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--junk", type=int, default=10_000)
    parser.add_argument("--people", type=int, default=10)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["TOUCHSTONE_DATA_DIR"] = folder
        from core.settings import settings
        from web import schema

        schema.migrate(settings().database_url)
        asyncio.run(flood(asked.junk, asked.people))


if __name__ == "__main__":
    main()
