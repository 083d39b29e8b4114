"""What people say when they speak of a thing of this name: words of common topics for touchpoints named after them."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from analysis.classifier.batch import folded

# The topic of a touchpoint that stands for the whole.
GENERAL = "general"

_JOINT = re.compile(r"\s*(?:\b(?:and|or|of|for|with|by|in|the|our|your)\b|[,;/&+()、·|]|[的和与及或])\s*")


@dataclass(frozen=True, slots=True)
class Topic:
    names: frozenset[str]
    words: tuple[str, ...]


@lru_cache(maxsize=1)
def topics() -> Mapping[str, Topic]:
    """Every topic by its key, its words in reading form."""
    read = tomllib.loads(files(__package__).joinpath("lexicon/topics.toml").read_text("utf-8"))
    return {key: Topic(frozenset(_listed(one["names"])), tuple(_listed(one["words"]))) for key, one in read.items()}


def _listed(text: str) -> Iterable[str]:
    return (word.strip() for word in folded(text).split(",") if word.strip())


def named(names: Iterable[str]) -> set[str]:
    """The topics that names speak of: by the whole of a name or by a part of it between joints."""
    parts = {part for name in names for part in _parts(folded(name).strip())}
    return {key for key, topic in topics().items() if topic.names & parts}


def _parts(name: str) -> set[str]:
    """All stretches of a name that begin and end at a joint: "value for money" and "value" and "money"."""
    cuts = [(match.start(), match.end()) for match in _JOINT.finditer(name)]
    starts, ends = [0, *(end for _, end in cuts)], [*(start for start, _ in cuts), len(name)]
    return {name[start:end] for i, start in enumerate(starts) for end in ends[i:] if start < end}
