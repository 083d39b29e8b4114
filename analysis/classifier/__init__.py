"""Reads comments in Chinese and English, on this machine: sentiment, emotions, touchpoints, clause by clause.

Importing this package is cheap; scikit-learn and TextBlob are loaded with the first text that is read.
"""

from collections.abc import Sequence
from pathlib import Path

from analysis.classifier.shapes import (
    EMOTIONS,
    LABELS,
    ClauseReading,
    Emotion,
    Explanation,
    Hit,
    Label,
    Language,
    MentionReading,
    Reading,
    TouchpointSeed,
)

# Stored with every reading; a test holds that the shipped weights were made for this version.
VERSION = "2026.1"


def read(
    texts: Sequence[str],
    touchpoints: Sequence[TouchpointSeed],
    *,
    languages: Sequence[str | None] | None = None,
) -> list[Reading]:
    """One reading a text, in order; `languages` are hints, used only where a text does not show its own."""
    from analysis.classifier import reader  # brings scikit-learn and TextBlob, a second and 100 MB

    return reader.read(texts, touchpoints, languages=languages)


def explain(text: str, touchpoints: Sequence[TouchpointSeed] = (), *, language: str | None = None) -> Explanation:
    """Why a text is read as it is: every clause with the lexicon words and events that counted."""
    from analysis.classifier import reader  # see `read`

    return reader.explain(text, touchpoints, language=language)


def train(data_dir: Path, out: Path, seed: int = 7) -> dict[str, int]:
    """Trains both languages from the labelled sets in `data_dir`; answers with the texts used of each set."""
    from analysis.classifier import training  # see `read`

    return training.train(data_dir, out, seed)


__all__ = [
    "EMOTIONS",
    "LABELS",
    "VERSION",
    "ClauseReading",
    "Emotion",
    "Explanation",
    "Hit",
    "Label",
    "Language",
    "MentionReading",
    "Reading",
    "TouchpointSeed",
    "explain",
    "read",
    "train",
]
