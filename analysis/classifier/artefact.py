"""The trained weights as they are shipped: plain arrays in one file, nothing that could run, no words."""

from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

FILE = "weights.npz"


@dataclass(frozen=True, slots=True)
class Weights:
    """Of one language, two rows everywhere: "is there an opinion?" and "which way?"; `blend` calibrates them."""

    linear: NDArray[np.float32]  # (2, features)
    intercepts: NDArray[np.float32]  # (2,)
    blend: NDArray[np.float32]  # (2, inputs)


def save(path: Path, version: str, weights: dict[str, Weights]) -> None:
    """Half precision is enough: the third figure of a weight changes no reading."""
    arrays: dict[str, Any] = {"version": np.array(version)}
    for language, trained in weights.items():
        used = np.flatnonzero(np.abs(trained.linear).max(axis=0)).astype(np.int32)
        arrays[f"{language}_width"] = np.array(trained.linear.shape[1], dtype=np.int32)
        # The places stand in rising order: their distances compress better than they do.
        arrays[f"{language}_steps"] = np.diff(used, prepend=0).astype(np.uint16)
        arrays[f"{language}_linear"] = trained.linear[:, used].astype(np.float16)
        arrays[f"{language}_intercepts"] = trained.intercepts
        arrays[f"{language}_blend"] = trained.blend
    np.savez_compressed(path, **arrays)


def load(path: Path) -> tuple[str, dict[str, Weights]]:
    """The version and the weights by language."""
    with np.load(path, allow_pickle=False) as arrays:
        languages = [name.removesuffix("_blend") for name in arrays.files if name.endswith("_blend")]
        return str(arrays["version"]), {language: _weights(arrays, language) for language in languages}


def _weights(arrays: Any, language: str) -> Weights:
    linear = np.zeros((2, int(arrays[f"{language}_width"])), dtype=np.float32)
    linear[:, np.cumsum(arrays[f"{language}_steps"], dtype=np.int64)] = arrays[f"{language}_linear"]
    return Weights(linear, arrays[f"{language}_intercepts"], arrays[f"{language}_blend"])


@lru_cache(maxsize=1)
def shipped() -> tuple[str, dict[str, Weights]]:
    """The weights that come with the program."""
    with as_file(files(__package__).joinpath(FILE)) as path:
        return load(path)
