"""Reading comments without a database: NDJSON in, NDJSON out, in the same order; and training the reader anew."""

import codecs
import itertools
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any, BinaryIO

import click
import msgspec
from msgspec import Meta, Struct

from analysis import classifier
from analysis.classifier import Reading, TouchpointSeed
from core.errors import FieldError, Invalid
from journeys.schemas.places import JourneyDefinition
from web import builtin
from web.cli.progress import counted

# Read together: enough for speed, little enough for flat memory.
LINES, BYTES = 1_024, 1024 * 1024
LONGEST_LINE = 1024 * 1024  # bytes; the rest of a longer line is passed over


class Comment(Struct, frozen=True):
    id: str | int
    text: str
    lang: str | None = None


class _Named(Struct, frozen=True):
    id: str | int


class SeedIn(Struct, frozen=True, forbid_unknown_fields=True):
    key: Annotated[str, Meta(min_length=1)]
    name: dict[str, str]
    description: str = ""
    keywords: list[str] = []


@click.command()
@click.argument("file", type=click.File("rb"), default="-")
@click.option("--touchpoints", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="TP.json")
def read(file: BinaryIO, touchpoints: Path | None) -> None:
    """Read comments from FILE or standard input: one JSON object a line, {"id", "text"[, "lang"]}.

    Answers with one line each, in the same order. A line that cannot be read is answered by an error line.
    Without --touchpoints the built-in journey is looked for.
    """
    seeds = _seeds(touchpoints.read_bytes()) if touchpoints else _built_in(builtin.journey())
    out, encode = sys.stdout.buffer, msgspec.json.Encoder().encode_lines
    with counted("comments read") as more:
        for chunk in _chunks(_lines(file)):
            out.write(encode(_answers(chunk, seeds)))
            out.flush()
            more(len(chunk))


Line = tuple[int, bytes | None]


def _lines(file: BinaryIO) -> Iterator[Line]:
    """Lines with their numbers; None for one that is too long, of which no more than its beginning is kept."""
    for number in itertools.count(1):
        line = rest = file.readline(LONGEST_LINE)
        if not line:
            return
        while len(rest) == LONGEST_LINE and not rest.endswith(b"\n"):
            line, rest = b"", file.readline(LONGEST_LINE)
        yield number, line or None


def _chunks(lines: Iterator[Line]) -> Iterator[list[Line]]:
    chunk, size = list[Line](), 0
    for line in lines:
        chunk.append(line)
        size += len(line[1] or b"")
        if len(chunk) == LINES or size >= BYTES:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


def _answers(chunk: Sequence[Line], seeds: Sequence[TouchpointSeed]) -> list[dict[str, Any]]:
    given = [_parsed(number, line) for number, line in chunk]
    comments = [item for item in given if isinstance(item, Comment)]
    texts, hints = [comment.text for comment in comments], [comment.lang for comment in comments]
    readings = iter(classifier.read(texts, seeds, languages=hints) if comments else [])
    return [_answer(item.id, next(readings)) if isinstance(item, Comment) else item for item in given]


_decode = msgspec.json.Decoder(Comment).decode


def _parsed(number: int, line: bytes | None) -> Comment | dict[str, Any]:
    if line is None:
        return {"line": number, "error": f"the line is longer than {LONGEST_LINE:,} bytes"}
    try:
        return _decode(line.removeprefix(codecs.BOM_UTF8) if number == 1 else line)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as wrong:
        return {"line": number, **_whose(line), "error": str(wrong) if line.strip() else "the line is empty"}


def _whose(line: bytes) -> dict[str, str | int]:
    """The id of a line that is wrong otherwise, where it has one."""
    try:
        return {"id": msgspec.json.decode(line, type=_Named).id}
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return {}


def _answer(id_: str | int, reading: Reading) -> dict[str, Any]:
    return {
        "id": id_,
        "lang": reading.language,
        "sentiment": {"label": reading.label, "score": reading.score, "confidence": reading.confidence},
        "emotions": reading.emotions,
        "mentions": [
            {
                "touchpoint": one.touchpoint,
                "start": one.start,
                "end": one.end,
                "score": one.score,
                "label": one.label,
                "confidence": one.confidence,
            }
            for one in reading.mentions
        ],
    }


def _seeds(content: bytes) -> list[TouchpointSeed]:
    try:
        given = msgspec.json.decode(content, type=list[SeedIn])
    except (msgspec.MsgspecError, UnicodeDecodeError) as wrong:
        message = "The touchpoints are not a list of {key, name: {zh, en}, description, keywords}"
        raise Invalid(message, [FieldError("touchpoints", str(wrong))]) from wrong
    return [TouchpointSeed(seed.key, seed.name, seed.description, tuple(seed.keywords)) for seed in given]


def _built_in(journey: JourneyDefinition) -> list[TouchpointSeed]:
    def seed(found: Any) -> TouchpointSeed:
        name = {"zh": found.name.zh, "en": found.name.en}
        return TouchpointSeed(found.key, name, f"{found.description.zh} {found.description.en}", tuple(found.keywords))

    return [seed(touchpoint) for touchpoint in journey.touchpoints]


@click.command()
@click.argument("data", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="Where the weights go.")
@click.option("--seed", default=7, show_default=True)
@click.option(
    "--vectors",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder with the archive of Chinese word vectors (docs/model-card.md).",
)
def train(data: Path, out: Path, seed: int, vectors: Path | None) -> None:
    """Train the reader from the labelled sets in the folder DATA (docs/model-card.md); takes minutes."""
    try:
        used = classifier.train(data, out, seed, vectors)
    except (ValueError, OSError) as wrong:
        raise Invalid(f"The sets in {data} cannot be trained from: {wrong}") from wrong
    _tell(used.items())


def _tell(used: Iterable[tuple[str, int]]) -> None:
    for name, texts in used:
        click.echo(f"{texts:>8,} {name}")


commands = [read, train]
