"""How many answers a second are stored, durably: `python -m bench.submit [--times 6000] [--engine sqlite|postgresql]`.

In one run: bare Litestar saying hello; rows that the database alone commits durably; on PostgreSQL bare Litestar
storing one row of what it is sent and doing nothing else; answers through the API; full submissions (GET the form, POST
it). The load comes from the same machine, so only the ratios mean something. PostgreSQL comes from
TOUCHSTONE_BENCH_DATABASE_URL, or from the wheel of the tests, with fsync on.
"""

import argparse
import asyncio
import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg
import uvloop

from bench.load import Connection, Figures, children_of, press
from core.settings import ROOT
from tests.support.servers import Servers, free_port

HELLO = """
import uvicorn
from litestar import Litestar, get
@get("/")
async def hello() -> dict[str, str]:
    return {"hello": "world"}
uvicorn.run(Litestar([hello], logging_config=None), host="127.0.0.1", port=%d, log_config=None, access_log=False)
"""
# What a framework, one durable row and nothing else would do here: no link, no check, no idempotency, no fact.
BARE = """
import asyncio, os
import asyncpg, msgspec, uvicorn
from litestar import Litestar, Request, post

class Said(msgspec.Struct):
    token: str
    submission_key: str
    answers: dict[str, int | str]

decode, waiting = msgspec.json.Decoder(Said).decode, []

async def store(pool):
    while True:
        some, waiting[:] = waiting[:200], waiting[200:]
        if some:
            rows = [os.urandom(8) for _ in some], [one for one, _done in some]
            await pool.execute("INSERT INTO bench_bare SELECT * FROM unnest($1::bytea[], $2::text[])", *rows)
            for _one, done in some:
                done.set_result(None)
        await asyncio.sleep(0.002)

@post("/")
async def respond(request: Request) -> dict[str, str]:
    said, done = decode(await request.body()), asyncio.get_running_loop().create_future()
    waiting.append((msgspec.json.encode(said.answers).decode(), done))
    await done
    return {"confirmation": "1234-5678-9012"}

async def start(app):
    app.state.pool = await asyncpg.create_pool(os.environ["BARE_URL"], min_size=2, max_size=2)
    await app.state.pool.execute("CREATE TABLE IF NOT EXISTS bench_bare (a bytea PRIMARY KEY, b text)")
    app.state.storing = [asyncio.create_task(store(app.state.pool)) for _ in range(2)]

app = Litestar([respond], logging_config=None, on_startup=[start])
uvicorn.run(app, host="127.0.0.1", port=%d, log_config=None, access_log=False)
"""
SECRET = "a key for measuring with, thirty-two or more"
TURNS = 4
PERCENT_API = {"postgresql": 33, "sqlite": 22}


@contextmanager
def running(command: list[str], port: int, **settings: str) -> Iterator[list[int]]:
    """The process, and those it starts, once it answers; stopped at the end."""
    process = subprocess.Popen(command, cwd=ROOT, env=os.environ | settings)
    try:
        for _ in range(600):
            if process.poll() is not None:
                raise SystemExit("the server did not start")
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        time.sleep(1)
        yield children_of(process.pid)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


class Hello:
    """Stays, so that it can be asked by turns with the others: both meet the same of what else the machine does."""

    def __init__(self, port: int, pids: list[int]) -> None:
        self.port, self.pids = port, pids

    async def said(self, times: int) -> Figures:
        async def ask(connection: Connection, _number: int) -> bool:
            return (await connection.ask("GET", "/")).status == 200

        return await press(self.port, ask, times, self.pids)

    async def beside(self, press_some: Callable[[int, int], Awaitable[Figures]], times: int) -> tuple[Figures, Figures]:
        """Hello, and what `press_some(first, last)` does."""
        said, done, each = Figures(), Figures(), times // TURNS
        for turn in range(TURNS):
            said += await self.said(2 * each)
            done += await press_some(turn * each, (turn + 1) * each)
        return said, done


@contextmanager
def greeting() -> Iterator[Hello]:
    port = free_port()
    with running([sys.executable, "-c", HELLO % port], port) as pids:
        yield Hello(port, pids)


SAID = {"functional": 4, "emotional": 3, "satisfaction": 4, "comment": "The password was reset, after two calls."}


async def api(port: int, pids: list[int], tokens: list[str]) -> Figures:
    async def post(connection: Connection, number: int) -> bool:
        body = {"token": tokens[number], "submission_key": f"k{number}", "answers": SAID}
        kind = "application/json"
        return (await connection.ask("POST", "/api/v1/responses", kind, json.dumps(body).encode())).status == 201

    return await press(port, post, len(tokens), pids)


async def bare(url: str, times: int, hello: Hello) -> tuple[Figures, Figures]:
    body = json.dumps({"token": "t" * 32, "submission_key": "k", "answers": SAID}).encode()

    async def post(connection: Connection, _number: int) -> bool:
        return (await connection.ask("POST", "/", "application/json", body)).status == 201

    port = free_port()
    with running([sys.executable, "-c", BARE % port], port, BARE_URL=url) as pids:
        await press(port, post, 200, pids)
        return await hello.beside(lambda first, last: press(port, post, last - first, pids), times)


KEY = re.compile(rb'name="submission_key" value="([^"]+)"')


async def form(port: int, pids: list[int], tokens: list[str]) -> Figures:
    async def submit(connection: Connection, number: int) -> bool:
        path = f"/s/{tokens[number]}"
        page = await connection.ask("GET", path)
        key = KEY.search(page.body)
        if page.status != 200 or not key:
            return False
        said = b"functional=4&emotional=3&satisfaction=4&comment=All+was+well&language=en&submission_key=" + key[1]
        return (await connection.ask("POST", path, "application/x-www-form-urlencoded", said)).status == 200

    return await press(port, submit, len(tokens), pids)


def invitations(settings: dict[str, str], n: int, at_work: int) -> list[str]:
    """Tokens of links that open, made by a process that knows the installation."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.invitations", str(n), str(at_work)],
        cwd=ROOT, env=os.environ | settings, check=True, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    return done.stdout.split()


ROW = json.dumps(
    [{"question": "functional", "version": 1, "construct": "functional", "kind": "rating", "value": 4}] * 3
)


def raw_sqlite(path: Path, seconds: float, together: int) -> float:
    """Rows a second of one writer that commits so many at once, each commit on disk."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE IF NOT EXISTS t (a, b)")
    n, until = 0, time.monotonic() + seconds
    while time.monotonic() < until:
        connection.execute("BEGIN IMMEDIATE")
        for _ in range(together):
            connection.execute("INSERT INTO t VALUES (?, ?)", (os.urandom(8), ROW))
        connection.execute("COMMIT")
        n += together
    connection.close()
    return n / seconds


async def raw_postgres(url: str, seconds: float, connections: int = 32) -> float:
    """Rows a second of many connections that commit one each."""
    pool = await asyncpg.create_pool(url, min_size=connections, max_size=connections)
    await pool.execute("CREATE TABLE IF NOT EXISTS bench_raw (a bytea, b text)")
    until, n = time.monotonic() + seconds, 0

    async def one() -> None:
        nonlocal n
        async with pool.acquire() as connection:
            while time.monotonic() < until:
                await connection.execute("INSERT INTO bench_raw VALUES ($1, $2)", os.urandom(8), ROW)
                n += 1

    await asyncio.gather(*(one() for _ in range(connections)))
    await pool.execute("DROP TABLE bench_raw")
    await pool.close()
    return n / seconds


async def measure(engine: str, url: str, folder: Path, processes: int, times: int, hello: Hello) -> None:
    settings = {
        "TOUCHSTONE_DATA_DIR": str(folder),
        "TOUCHSTONE_DATABASE_URL": url,
        "TOUCHSTONE_SECRET_KEY": SECRET,
        "TOUCHSTONE_REDIS_URL": "redis://127.0.0.1:9/0",  # nobody drains meanwhile: what is measured is the storing
    }
    tokens, port = await asyncio.to_thread(invitations, settings, times * 3 + 400, times), free_port()
    command = [sys.executable, "-m", "web.cli", "serve", "--port", str(port), "--workers", str(processes)]
    with running(command, port, **settings) as pids:
        await api(port, pids, tokens[:200])
        await form(port, pids, tokens[200:400])
        said, one = await hello.beside(lambda first, last: api(port, pids, tokens[400 + first : 400 + last]), times)
        whole, at_work = await form(port, pids, tokens[400 + times : -times]), await form(port, pids, tokens[-times:])
    name = f"{engine}, {processes} process{'es' if processes > 1 else ''}"
    print(one.row(f"{name}: answers by the API"))
    print(f"{'':<42}= {_beside(one, said)} (aim: {PERCENT_API[engine]} %)")
    print(whole.row(f"{name}: form fetched and sent"), flush=True)
    print(at_work.row(f"{name}: form, ticket still at work"), flush=True)


def _beside(one: Figures, said: Figures) -> str:
    by_rate, by_processor = 100 * one.rate / said.rate, 100 * said.spent / one.spent
    return f"{by_rate:.0f} % of hello by turns, {by_processor:.0f} % by the server's processor"


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=6000)
    parser.add_argument("--engine", choices=["sqlite", "postgresql"])
    parser.add_argument("--processes", type=int, nargs="*", default=[1, 2])
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="touchstone-bench-") as folder, greeting() as hello:
        await hello.said(500)
        print((await hello.said(asked.times * 3)).row("Litestar alone: hello as JSON"), flush=True)
        if asked.engine != "postgresql":
            for together in (1, 32):
                rate = raw_sqlite(Path(folder) / "raw.db", 3, together)
                print(f"{f'sqlite alone, {together} rows a commit':<42}{rate:>9.0f}/s")
            await measure("sqlite", f"sqlite:///{folder}/t.db", Path(folder), 1, asked.times, hello)
        if asked.engine != "sqlite":
            servers = Servers(durable=True)
            url = os.environ.get("TOUCHSTONE_BENCH_DATABASE_URL") or await asyncio.to_thread(servers.start_postgres)
            try:
                print(f"{'postgresql alone, 32 connections':<42}{await raw_postgres(url, 3):>9.0f}/s")
                said, alone = await bare(url, asked.times, hello)
                print(alone.row("Litestar alone, one row and nothing else"))
                print(f"{'':<42}= {_beside(alone, said)}", flush=True)
                for processes in asked.processes:
                    await measure("postgresql", url, Path(folder), processes, asked.times, hello)
            finally:
                servers.stop()


if __name__ == "__main__":
    uvloop.run(main())
