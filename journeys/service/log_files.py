"""Opening a log file: packed or not, in any encoding, with a clear word when it cannot be read.

Nothing is held but the line at hand. What is no text, or ends before its end, is refused as a whole.
"""

import codecs
import gzip
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BufferedReader, TextIOWrapper
from pathlib import Path

from core.errors import Invalid
from journeys.schemas import FileForm

GZIP = b"\x1f\x8b"
UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
LONGEST_LINE = 1 << 20
CHUNK = 1 << 16
MOST_NULS = 0.05  # one stray NUL spoils its row; many mean that this is no text
SAY_IT = 'say so in the mapping under [file], such as encoding = "cp1252", "gb18030" or "utf-16"'
NOT_TEXT = {
    b"PK\x03\x04": "is a ZIP archive or an Excel workbook: save it as CSV",
    b"%PDF": "is a PDF, not a log",
    b"SQLite format": "is a database, not a log",
    b"PAR1": "is a Parquet file: save it as CSV",
}


def unreadable(path: Path, message: str) -> Invalid:
    return Invalid(f"{path.name} {message}")


@dataclass
class LogText:
    """An open log. `position` is how far the file itself has been read, in bytes, packed or not."""

    path: Path
    text: TextIOWrapper
    position: Callable[[], int]
    line: int = 0
    last_line_ended: bool = True

    def __iter__(self) -> Iterator[str]:
        """Line by line, and no line longer than can be held."""
        while text := self.text.readline(LONGEST_LINE + 1):
            self.line += 1
            if len(text) > LONGEST_LINE:
                raise unreadable(self.path, f"has more than {LONGEST_LINE:,} characters in line {self.line:,}")
            self.last_line_ended = text.endswith(("\n", "\r"))
            yield text


@contextmanager
def opened_log(path: Path, form: FileForm) -> Iterator[LogText]:
    """The file as text with its line ends untouched; `Invalid` says what is wrong with it, and where."""
    if not path.is_file():
        raise unreadable(path, "is not a regular file")
    try:
        with path.open("rb") as file:
            raw = _unpacked(file)
            _check_start(path, raw, form)
            log = LogText(path, TextIOWrapper(raw, encoding=_encoding(form), newline=""), file.tell)
            with _said_clearly(log, form):
                yield log
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise unreadable(path, f"is cut off or damaged: {error}") from None
    except PermissionError:
        raise unreadable(path, "may not be read by this user") from None


def _encoding(form: FileForm) -> str:
    return "utf-8-sig" if codecs.lookup(form.encoding).name == "utf-8" else form.encoding


@contextmanager
def _said_clearly(log: LogText, form: FileForm) -> Iterator[None]:
    try:
        yield
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise unreadable(log.path, f"is cut off or damaged after line {log.line:,}") from None
    except UnicodeError:
        raise unreadable(log.path, _wrong_encoding(log.path, form)) from None


def _unpacked(file: BufferedReader) -> BufferedReader:
    if file.peek(2)[:2] != GZIP:
        return file
    return BufferedReader(gzip.GzipFile(fileobj=file), CHUNK)


def _check_start(path: Path, raw: BufferedReader, form: FileForm) -> None:
    """Say what the file is instead, where its first bytes tell."""
    start = raw.peek(4096)[:4096]
    if not start:
        raise unreadable(path, "is empty")
    for mark, words in NOT_TEXT.items():
        if start.startswith(mark):
            raise unreadable(path, words)
    wide = codecs.lookup(form.encoding).name.startswith(("utf-16", "utf-32"))
    if start.startswith(UTF16_MARKS) and not wide:
        raise unreadable(path, 'is UTF-16: say so in the mapping under [file], encoding = "utf-16"')
    if start.count(0) > MOST_NULS * len(start) and not wide:
        raise unreadable(path, f"is not text in {form.encoding}: byte {start.index(0):,} is 0x00")


def _wrong_encoding(path: Path, form: FileForm) -> str:
    """Where the first byte stands that does not belong: read again, slowly, since the fast way does not know."""
    decoder = codecs.getincrementaldecoder(form.encoding)("strict")
    lines, done = 1, 0
    with path.open("rb") as file:
        raw = _unpacked(file)
        while chunk := raw.read(CHUNK):
            kept = len(decoder.getstate()[0])
            try:
                lines += decoder.decode(chunk).count("\n")
            except UnicodeError as error:
                return _misplaced(error, lines, done - kept, form)
            done += len(chunk)
    return f"ends in the middle of a character of {form.encoding} in line {lines:,}: it is cut off"


def _misplaced(error: UnicodeError, lines: int, offset: int, form: FileForm) -> str:
    if not isinstance(error, UnicodeDecodeError):
        return f"is not {form.encoding} in line {lines:,}: {SAY_IT}"
    before = error.object[: error.start].decode(form.encoding, "replace").count("\n")
    byte = error.object[error.start]
    where = f"line {lines + before:,}, byte {offset + error.start:,}"
    return f"is not {form.encoding}: {where} is 0x{byte:02x}. If it is in another encoding, {SAY_IT}"
