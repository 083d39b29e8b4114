"""Bodies that come packed: unpacked piece by piece, and given up as soon as they are larger than a body may be."""

import zlib
from collections.abc import AsyncGenerator, AsyncIterable, Iterator
from typing import Any

from core.i18n import gettext as _

GZIP, ZLIB = 31, 15
WINDOWS = {"gzip": GZIP, "x-gzip": GZIP, "deflate": ZLIB}
PIECE = 64 * 1024
MOST_UNPACKED = 10_000_000


class Unpackable(Exception):
    """`status`: what HTTP calls it."""

    def __init__(self, status: int, told: str) -> None:
        super().__init__(told)
        self.status, self.told = status, told


async def unpacked(packed: AsyncIterable[bytes], packing: str, most: int) -> AsyncGenerator[bytes, None]:
    """What was packed. At most `PIECE` bytes of it are held at a time: a bomb is known by its first `most` bytes."""
    if packing not in WINDOWS:
        raise Unpackable(415, _("This packing is not read here. Send the body as it is, or with gzip."))
    unpacker, size = zlib.decompressobj(WINDOWS[packing]), 0
    async for chunk in packed:
        for piece in _pieces(unpacker, chunk):
            size += len(piece)
            if size > most:
                raise Unpackable(413, _("Unpacked, the body is too large. Nothing was stored."))
            yield piece
    if not unpacker.eof:
        raise _damaged()


def _pieces(unpacker: Any, chunk: bytes) -> Iterator[bytes]:
    while chunk:
        try:
            piece = unpacker.decompress(chunk, PIECE)
        except zlib.error:
            raise _damaged() from None
        if unpacker.unused_data:
            raise _damaged()
        yield piece
        chunk = unpacker.unconsumed_tail


def _damaged() -> Unpackable:
    return Unpackable(400, _("The packed body is cut off or damaged. Nothing was stored; please send it again."))
