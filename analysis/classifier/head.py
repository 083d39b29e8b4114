"""What one installation has learnt: shifts of sentiment and of touchpoints, as hashed weights without any text."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.classifier import ngrams
from analysis.classifier.sentiment import Floats
from analysis.classifier.shapes import HeldOut

_SURE = 1e-4


@dataclass(frozen=True, slots=True)
class Table:
    """Weights of some hashed columns, a row each."""

    places: NDArray[np.int64]  # sorted
    weights: Floats  # (places, columns)

    def summed(self, found: ngrams.Found) -> Floats:
        """The weights of each text's columns summed up."""
        return self._summed(found)[0]

    def evened(self, found: ngrams.Found) -> Floats:
        """The same, each known column counting less where a text holds many of them."""
        summed, many = self._summed(found)
        scaled: Floats = summed / np.sqrt(np.maximum(many, 1))[:, None]
        return scaled

    def _summed(self, found: ngrams.Found) -> tuple[Floats, NDArray[np.int64]]:
        summed = np.zeros((found.texts, self.weights.shape[1]))
        if not len(self.places):
            return summed, np.zeros(found.texts, dtype=np.int64)
        at = np.minimum(np.searchsorted(self.places, found.columns), len(self.places) - 1)
        known = self.places[at] == found.columns
        np.add.at(summed, found.rows[known], self.weights[at[known]])
        return summed, np.bincount(found.rows[known], minlength=found.texts)


@dataclass(frozen=True, slots=True)
class Shift:
    """Added to log-odds, a column each: `base` weighs the plain inputs, `words` hashed words and runs of words."""

    base: Floats  # (inputs, columns)
    words: Table
    terms: Table  # of the touchpoints' own terms; empty for sentiment


@dataclass(frozen=True, slots=True)
class LocalHead:
    """`version`: the classifier it was learnt on, the only one it fits."""

    version: str
    sentiment: Mapping[str, Shift] = field(default_factory=dict)  # by language; the columns are the two stages
    touchpoints: tuple[str, ...] = ()
    places: Shift | None = None  # a column a touchpoint

    @property
    def empty(self) -> bool:
        return not self.sentiment and self.places is None

    def outcomes(self, language: str, texts: Sequence[str], likely: Floats) -> Floats:
        """Probabilities of against, no opinion, for: as they are read here."""
        shift = self.sentiment.get(language)
        if shift is None or not len(texts):
            return likely
        stages = log_odds(likely)
        return probabilities(stages + stage_shift(shift, stages, shift.words.evened(ngrams.find(texts))))

    def dump(self) -> bytes:
        arrays: dict[str, Any] = {"version": np.array(self.version), "touchpoints": np.array(self.touchpoints, str)}
        for name, shift in self._shifts().items():
            arrays[f"{name}.base"] = shift.base.astype(np.float32)
            for part, table in (("words", shift.words), ("terms", shift.terms)):
                arrays[f"{name}.{part}.places"] = table.places.astype(np.int32)
                arrays[f"{name}.{part}"] = table.weights.astype(np.float16)
        packed = io.BytesIO()
        np.savez_compressed(packed, **arrays)
        return packed.getvalue()

    def _shifts(self) -> dict[str, Shift]:
        found = {f"sentiment-{language}": shift for language, shift in self.sentiment.items()}
        return found if self.places is None else found | {"places": self.places}

    @classmethod
    def load(cls, dumped: bytes) -> "LocalHead":
        with np.load(io.BytesIO(dumped), allow_pickle=False) as arrays:
            names = [name.removesuffix(".base") for name in arrays.files if name.endswith(".base")]
            shifts = {name: _shift(arrays, name) for name in names}
            places = shifts.pop("places", None)
            sentiment = {name.removeprefix("sentiment-"): shift for name, shift in shifts.items()}
            return cls(str(arrays["version"]), sentiment, tuple(arrays["touchpoints"].tolist()), places)


@dataclass(frozen=True, slots=True)
class Learned:
    """A head, and how corrections it had not seen were read without it and with it."""

    head: LocalHead
    before: HeldOut
    after: HeldOut


def _shift(arrays: Any, name: str) -> Shift:
    tables = [
        Table(arrays[f"{name}.{part}.places"].astype(np.int64), arrays[f"{name}.{part}"].astype(float))
        for part in ("words", "terms")
    ]
    return Shift(arrays[f"{name}.base"].astype(float), *tables)


def stage_inputs(stages: Floats, column: int) -> Floats:
    return np.column_stack([stages[:, column], np.abs(stages[:, 1]), np.ones(len(stages))])


def stage_shift(shift: Shift, stages: Floats, words: Floats) -> Floats:
    """What is added to the log-odds of the two stages."""
    moved = [stage_inputs(stages, column) @ shift.base[:, column] + words[:, column] for column in range(2)]
    return np.column_stack(moved)


def log_odds(likely: Floats) -> Floats:
    """Of the two stages: that there is an opinion, and that it is for."""
    against, none, favour = np.clip(likely, _SURE, 1).T
    return np.column_stack([np.log((against + favour) / none), np.log(favour / against)])


def probabilities(stages: Floats) -> Floats:
    opinion, favour = (1 / (1 + np.exp(-np.clip(stages, -30, 30)))).T
    return np.column_stack([opinion * (1 - favour), 1 - opinion, opinion * favour])
