"""Events of a log that has been read, kept on disk until it is known that all of it can be trusted."""

from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryFile
from typing import IO

import msgspec

from journeys.schemas import TicketEventIn

BATCH = 2000
SIZE_BYTES = 8
_decoder = msgspec.msgpack.Decoder(list[TicketEventIn])
_encoder = msgspec.msgpack.Encoder()


@contextmanager
def spool() -> Iterator["Spool"]:
    """The file has no name, and goes when the block ends or the process dies."""
    with TemporaryFile() as file:
        yield Spool(file)


class Spool:
    """Takes events as they come and gives them back in batches."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._open: list[TicketEventIn] = []

    def add(self, events: list[TicketEventIn]) -> None:
        self._open += events
        if len(self._open) >= BATCH:
            self._write()

    def _write(self) -> None:
        batch = _encoder.encode(self._open)
        self._file.write(len(batch).to_bytes(SIZE_BYTES) + batch)
        self._open = []

    def __iter__(self) -> Iterator[list[TicketEventIn]]:
        self._write()
        self._file.seek(0)
        while size := self._file.read(SIZE_BYTES):
            yield _decoder.decode(self._file.read(int.from_bytes(size)))
