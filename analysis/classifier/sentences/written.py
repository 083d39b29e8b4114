"""Reads the sentences written by hand: a head line "= label event feelings" holds for every line below it."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Literal, cast, get_args

from analysis.classifier.shapes import EMOTIONS, Emotion

Polarity = Literal["negative", "neutral", "positive", "mixed"]
_POLARITIES = get_args(Polarity)


@dataclass(frozen=True, slots=True)
class Example:
    """A sentence and what a reader should find in it; `event` names what happened, "none" if nothing did."""

    text: str
    label: Polarity
    emotions: tuple[Emotion, ...]
    event: str


@lru_cache(maxsize=2)
def written(language: str) -> tuple[Example, ...]:
    """The sentences written by hand in one language, in the order of their files."""
    folder = files(__package__).joinpath(language)
    pages = sorted((page for page in folder.iterdir() if page.name.endswith(".txt")), key=lambda page: page.name)
    return tuple(example for page in pages for example in _page(page.read_text("utf-8"), page.name))


def _page(text: str, name: str) -> Iterator[Example]:
    head: tuple[Polarity, tuple[Emotion, ...], str] | None = None
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("= "):
            head = head_of(line, f"{name}:{number}")
        elif line.strip() and not line.startswith("# "):
            if head is None:
                raise ValueError(f"{name}:{number}: a sentence without a head line above it")
            yield Example(line.strip(), *head)


def head_of(line: str, place: str) -> tuple[Polarity, tuple[Emotion, ...], str]:
    """What a head line says of the sentences below it."""
    label, event, *feelings = line[2:].split()
    if label not in _POLARITIES or not set(feelings) <= set(EMOTIONS):
        raise ValueError(f"{place}: {line}")
    return cast(Polarity, label), cast(tuple[Emotion, ...], tuple(feelings)), event
