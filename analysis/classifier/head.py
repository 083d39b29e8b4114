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

OUTCOMES = 3
_SURE = 1e-3


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
    sentiment: Mapping[str, Shift] = field(default_factory=dict)  # by language; the columns are the three outcomes
    touchpoints: tuple[str, ...] = ()
    places: Shift | None = None  # a column a touchpoint

    @property
    def empty(self) -> bool:
        return not self.sentiment and self.places is None

    def outcomes(self, language: str, texts: Sequence[str], likely: Floats, told: Floats) -> Floats:
        """Probabilities of against, no opinion, for: as they are read here."""
        shift = self.sentiment.get(language)
        if shift is None or not len(texts):
            return likely
        return shifted_outcomes(shift, plain(likely, told), shift.words.evened(ngrams.find(texts)))

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


def plain(likely: Floats, told: Floats) -> Floats:
    """What is known of texts before anything is learnt: how likely each outcome is, as logarithms, and what is told."""
    return np.column_stack([np.log(np.clip(likely, _SURE, 1)), told])


def outcome_inputs(known: Floats) -> Floats:
    """The last one is the intercept."""
    return np.column_stack([known, np.abs(known[:, OUTCOMES - 1] - known[:, 0]), np.ones(len(known))])


def shifted_outcomes(shift: Shift, known: Floats, words: Floats) -> Floats:
    """Probabilities of against, no opinion, for."""
    return probabilities(known[:, :OUTCOMES] + outcome_inputs(known) @ shift.base + words)


def probabilities(logarithms: Floats) -> Floats:
    raised = np.exp(logarithms - logarithms.max(axis=1, keepdims=True)) if len(logarithms) else logarithms
    likely: Floats = raised / raised.sum(axis=1, keepdims=True)
    return likely
