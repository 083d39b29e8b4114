"""The trained weights as they are shipped: plain arrays in one file, nothing that could run, no words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from analysis.classifier.hashing import Remembered

FILE = "weights.npz"

# The first outputs: is there an opinion, and which way?
STAGES = 2
# Behind them the same two, and whether both ways, learnt from the project's own sentences alone; and how much a text
# sounds like them. Then come the feelings.
HEARD = 6

_REMEMBERED = 50_000  # words

CALIBRATION = ("intercepts", "blend", "talk", "within", "outcome")


class Calibrated(Protocol):
    """What turns log-odds into probabilities: an intercept an output, and the blend of the stages."""

    @property
    def intercepts(self) -> NDArray[np.float32]: ...
    @property
    def blend(self) -> NDArray[np.float32]: ...
    @property
    def talk(self) -> NDArray[np.float32]: ...
    @property
    def within(self) -> NDArray[np.float32]: ...
    @property
    def outcome(self) -> NDArray[np.float32]: ...


@dataclass(frozen=True, slots=True)
class Weights:
    """Of one language, as they are trained: a row an output, a column a bucket; `blend` calibrates the stages."""

    linear: NDArray[np.float32]  # (outputs, buckets)
    intercepts: NDArray[np.float32]  # (outputs,)
    blend: NDArray[np.float32]  # (STAGES, inputs)
    talk: NDArray[np.float32]  # (STAGES, inputs): the same for texts that sound like service talk
    within: NDArray[np.float32]  # (inputs + 1, hidden): decides on whole comments
    outcome: NDArray[np.float32]  # (hidden + 1, 4)


@dataclass(frozen=True, slots=True)
class Table:
    """The same as they are looked up: the buckets that weigh something have rows, those of a feeling the first ones."""

    rows: NDArray[np.int32]  # (buckets + 1,); row 0: weighs nothing
    stages: NDArray[np.float32]  # (rows, HEARD)
    feelings: NDArray[np.float32]  # (rows with a feeling, outputs - HEARD)
    intercepts: NDArray[np.float32]
    blend: NDArray[np.float32]
    talk: NDArray[np.float32]
    within: NDArray[np.float32]
    outcome: NDArray[np.float32]
    words: Remembered = field(default_factory=lambda: Remembered(_REMEMBERED))  # what the pieces of a word weigh

    @property
    def outputs(self) -> int:
        return HEARD + int(self.feelings.shape[1])


def save(path: Path, version: str, weights: Mapping[str, Weights]) -> None:
    """Half precision is enough: the third figure of a weight changes no reading."""
    arrays: dict[str, Any] = {"version": np.array(version)}
    for language, trained in weights.items():
        used = np.flatnonzero(np.abs(trained.linear).max(axis=0))
        felt = np.abs(trained.linear[HEARD:, used]).sum(axis=0) > 0
        steps = np.diff(used, prepend=0)
        arrays[f"{language}_width"] = np.array(trained.linear.shape[1], dtype=np.int32)
        # The places stand in rising order: their distances compress better than they do.
        arrays[f"{language}_steps"] = steps.astype(np.min_scalar_type(steps.max(initial=0)))
        arrays[f"{language}_felt"] = np.packbits(felt)
        arrays[f"{language}_stages"] = trained.linear[:HEARD, used].astype(np.float16)
        arrays[f"{language}_feelings"] = trained.linear[HEARD:, used[felt]].astype(np.float16)
        for name in CALIBRATION:
            arrays[f"{language}_{name}"] = getattr(trained, name)
    np.savez_compressed(path, **arrays)


def load(path: Path) -> tuple[str, dict[str, Table]]:
    """The version, and the weights by language."""
    with np.load(path, allow_pickle=False) as arrays:
        languages = [name.removesuffix("_blend") for name in arrays.files if name.endswith("_blend")]
        return str(arrays["version"]), {language: _table(arrays, language) for language in languages}


def _table(arrays: Any, language: str) -> Table:
    places = np.cumsum(arrays[f"{language}_steps"], dtype=np.int64)
    felt = np.unpackbits(arrays[f"{language}_felt"], count=len(places)).astype(bool)
    order = np.argsort(~felt, kind="stable")
    rows = np.zeros(int(arrays[f"{language}_width"]) + 1, dtype=np.int32)
    rows[places[order]] = np.arange(1, len(places) + 1)
    stages = _with_nothing(arrays[f"{language}_stages"].T[order])
    feelings = _with_nothing(arrays[f"{language}_feelings"].T)
    return Table(rows, stages, feelings, *(arrays[f"{language}_{name}"] for name in CALIBRATION))


def _with_nothing(weights: NDArray[np.float16]) -> NDArray[np.float32]:
    """A row of zeros before the others."""
    rows = np.zeros((len(weights) + 1, weights.shape[1]), dtype=np.float32)
    rows[1:] = weights
    return rows


@lru_cache(maxsize=1)
def shipped() -> tuple[str, dict[str, Table]]:
    """The weights that come with the program."""
    with as_file(files(__package__).joinpath(FILE)) as path:
        return load(path)
