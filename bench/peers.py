"""What is in use today, to be measured beside ours: TextBlob, VADER, SnowNLP, each with its usual bounds.

VADER and SnowNLP are no part of the installation: a bench shows them where they are at hand.
"""

from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from analysis.classifier import Label, read

Labeller = Callable[[Sequence[str]], list[Label]]


def labellers(language: str) -> dict[str, Labeller]:
    """Ours first, then those that read the language and are installed."""
    return {"this reader": ours} | {name: read_by for name, package, read_by in _peers(language) if find_spec(package)}


def _peers(language: str) -> Iterator[tuple[str, str, Labeller]]:
    if language == "en":
        yield "TextBlob", "textblob", textblob
        yield "VADER", "vaderSentiment", vader
    if language == "zh":
        yield "SnowNLP", "snownlp", snownlp


def ours(texts: Sequence[str]) -> list[Label]:
    return [reading.label for reading in read(texts, [])]


def textblob(texts: Sequence[str]) -> list[Label]:
    """Its polarity -1..1 has no neutral of its own: no word found is none."""
    blob: Any = import_module("textblob").TextBlob
    return [_label(blob(text).sentiment.polarity, -0.05, 0.05) for text in texts]


def vader(texts: Sequence[str]) -> list[Label]:
    """The bounds are those of its authors."""
    analyser: Any = import_module("vaderSentiment.vaderSentiment").SentimentIntensityAnalyzer()
    return [_label(analyser.polarity_scores(text)["compound"], -0.05, 0.05) for text in texts]


def snownlp(texts: Sequence[str]) -> list[Label]:
    """A probability 0..1 that knows no neutral: the middle fifth is read as one."""
    snow: Any = import_module("snownlp").SnowNLP
    return [_label(snow(text).sentiments if text.strip() else 0.5, 0.4, 0.6) for text in texts]


def _label(value: float, below: float, above: float) -> Label:
    return "negative" if value <= below else "positive" if value >= above else "neutral"
