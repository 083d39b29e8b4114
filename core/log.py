"""Logging: one line an event, never a path, query, body, name or word of a person."""

import json
import logging
import sys

from core.settings import settings


class JsonLines(logging.Formatter):
    """For machines that collect logs: the same line, with its parts named."""

    def format(self, record: logging.LogRecord) -> str:
        parts = {"at": self.formatTime(record), "level": record.levelname, "from": record.name}
        error = {"error": cause(record.exc_info[1])} if record.exc_info and record.exc_info[1] else {}
        return json.dumps({**parts, "message": record.getMessage(), **error}, ensure_ascii=False)


def configure(level: str = "INFO") -> None:
    handler = logging.StreamHandler(sys.stderr)
    plain = logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s")
    handler.setFormatter(JsonLines() if settings().log_format == "json" else plain)
    logging.basicConfig(level=level, handlers=[handler], force=True)
    # Both write paths and query strings, and a path may hold the token of an invitation.
    for noisy in ("uvicorn.access", "litestar"):
        logging.getLogger(noisy).disabled = True
    logging.getLogger("alembic").setLevel(logging.WARNING)


def cause(error: BaseException) -> str:
    """Type and place of an error, without its message: messages quote data."""
    frame = error.__traceback__
    while frame and frame.tb_next:
        frame = frame.tb_next
    where = f" at {frame.tb_frame.f_code.co_name}:{frame.tb_lineno}" if frame else ""
    return f"{type(error).__name__}{where}"
