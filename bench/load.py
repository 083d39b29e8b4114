"""A small load generator: keep-alive connections over plain sockets, so that measuring costs little."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

CONNECTIONS = 32


class Answer(NamedTuple):
    status: int
    body: bytes


class Connection(asyncio.Protocol):
    """One request at a time; an answer is known by its Content-Length."""

    def __init__(self) -> None:
        self._kept, self._waiting = b"", asyncio.get_running_loop().create_future()
        self._transport: Any = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._kept += data
        head, found, body = self._kept.partition(b"\r\n\r\n")
        if not found:
            return
        length = head.lower().partition(b"content-length:")[2].split(b"\r\n", 1)[0]
        if len(body) >= int(length or 0):
            self._kept = b""
            self._waiting.set_result(Answer(int(head[9:12]), body))

    def connection_lost(self, exc: Exception | None) -> None:
        if not self._waiting.done():
            self._waiting.set_exception(ConnectionError("the server hung up"))

    async def ask(self, method: str, path: str, kind: str = "", body: bytes = b"") -> Answer:
        self._waiting = asyncio.get_running_loop().create_future()
        sent = f"Content-Type: {kind}\r\nContent-Length: {len(body)}\r\n" if body else ""
        head = f"{method} {path} HTTP/1.1\r\nHost: x\r\n{sent}\r\n"
        self._transport.write(head.encode() + body)
        return await self._waiting


@dataclass
class Figures:
    """Seconds a task took, and what the servers used meanwhile."""

    took: list[float] = field(default_factory=list)
    wrong: int = 0
    seconds: float = 0
    cpu: float = 0
    megabytes: float = 0

    @property
    def rate(self) -> float:
        return len(self.took) / self.seconds

    @property
    def spent(self) -> float:
        """Milliseconds of the servers' processor a task: hardly moved by whatever else the machine does."""
        return 1000 * self.cpu / len(self.took)

    def at(self, share: float) -> float:
        """Milliseconds below which that share of the tasks lay."""
        return sorted(self.took)[min(len(self.took) - 1, int(share * len(self.took)))] * 1000

    def __add__(self, other: "Figures") -> "Figures":
        spent = self.seconds + other.seconds, self.cpu + other.cpu, max(self.megabytes, other.megabytes)
        return Figures([*self.took, *other.took], self.wrong + other.wrong, *spent)

    def row(self, name: str) -> str:
        spent = f"{self.spent:.3f} ms of processor, {self.megabytes:.0f} MB"
        return f"{name:<42}{self.rate:>9.0f}/s  p50 {self.at(0.5):>6.1f} ms  p99 {self.at(0.99):>6.1f} ms  {spent}" + (
            f"  {self.wrong} WRONG" if self.wrong else ""
        )


Task = Callable[[Connection, int], Awaitable[bool]]


async def press(port: int, task: Task, times: int, pids: list[int], connections: int = CONNECTIONS) -> Figures:
    """Run the task so many times over some connections at once; `task` says whether the answer was right."""
    figures, numbers = Figures(), iter(range(times))
    loop = asyncio.get_running_loop()

    async def one() -> None:
        _transport, connection = await loop.create_connection(Connection, "127.0.0.1", port)
        for number in numbers:
            begun = time.perf_counter()
            figures.wrong += not await task(connection, number)
            figures.took.append(time.perf_counter() - begun)

    before, begun = sum(map(cpu_seconds, pids)), time.perf_counter()
    await asyncio.gather(*(one() for _ in range(connections)))
    figures.seconds = time.perf_counter() - begun
    figures.cpu = sum(map(cpu_seconds, pids)) - before
    figures.megabytes = sum(map(resident, pids))
    return figures


def cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / 100


def resident(pid: int) -> float:
    """Megabytes."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * 4096 / 1e6


def children_of(pid: int) -> list[int]:
    """The process and those it started."""
    found = [pid]
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(path.read_text().rpartition(")")[2].split()[1])
        except (OSError, ValueError):
            continue
        if parent == pid:
            found.append(int(path.parent.name))
    return found
