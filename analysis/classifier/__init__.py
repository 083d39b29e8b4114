"""Reads comments in Chinese and English, on this machine: sentiment, emotions, touchpoints, clause by clause.

Importing this package is cheap: NumPy comes with the first text that is read, scikit-learn with the first that is
learnt from, TextBlob with the first explanation.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.classifier.shapes import (
    EMOTIONS,
    LABELS,
    ClauseReading,
    Correction,
    Emotion,
    Explanation,
    HeldOut,
    Hit,
    Label,
    Language,
    MentionReading,
    Reading,
    TouchpointSeed,
)

if TYPE_CHECKING:
    from analysis.classifier.head import Learned, LocalHead

# Stored with every reading; a test holds that the shipped weights were made for this version.
VERSION = "2026.8"


def __getattr__(name: str) -> Any:
    """The two classes that bring NumPy come with the first who asks for them."""
    if name in ("Learned", "LocalHead"):
        from analysis.classifier import head  # see above

        return getattr(head, name)
    raise AttributeError(name)


def read(
    texts: Sequence[str],
    touchpoints: Sequence[TouchpointSeed],
    *,
    languages: Sequence[str | None] | None = None,
    head: "LocalHead | None" = None,
) -> list[Reading]:
    """One reading a text, in order; `languages` are hints, used only where a text does not show its own."""
    from analysis.classifier import reader  # brings NumPy and the lexicon

    return reader.read(texts, touchpoints, languages=languages, head=head)


def explain(
    text: str,
    touchpoints: Sequence[TouchpointSeed] = (),
    *,
    language: str | None = None,
    head: "LocalHead | None" = None,
) -> Explanation:
    """Why a text is read as it is: every clause with the words and events that counted."""
    from analysis.classifier import explaining  # brings TextBlob, a second and 100 MB

    return explaining.explain(text, touchpoints, language=language, head=head)


def learn(corrections: Sequence[Correction], touchpoints: Sequence[TouchpointSeed], *, seed: int = 0) -> "Learned":
    """What corrections teach: a head for `read`, and F1 before and after on corrections held out of the learning."""
    from analysis.classifier import local  # see `read`

    return local.learn(corrections, touchpoints, seed=seed)


def train(data_dir: Path, out: Path, seed: int = 7, vectors: Path | None = None) -> dict[str, int]:
    """Trains both languages from the labelled sets in `data_dir`; answers with the texts used of each set.

    `vectors`: a folder with the word vectors of docs/model-card.md; Chinese loses a point or two without them.
    """
    from analysis.classifier import training  # see `read`

    return training.train(data_dir, out, seed, vectors)


__all__ = [
    "EMOTIONS",
    "LABELS",
    "VERSION",
    "ClauseReading",
    "Correction",
    "Emotion",
    "Explanation",
    "HeldOut",
    "Hit",
    "Label",
    "Language",
    "Learned",
    "LocalHead",
    "MentionReading",
    "Reading",
    "TouchpointSeed",
    "explain",
    "learn",
    "read",
    "train",
]
