"""What others offer for reading comments offline, behind one face: a number from against to for, and its bounds."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating[Any]]


@dataclass(frozen=True, slots=True)
class Peer:
    """Between `low` and `high` its number means no opinion; as its own authors say, or not tuned where they do not."""

    name: str
    language: str
    package: str
    low: float
    high: float
    load: Callable[[], Callable[[str], float]]

    @property
    def installed(self) -> bool:
        return find_spec(self.package) is not None

    def polarities(self, texts: Sequence[str]) -> Floats:
        read = self.load()
        return np.array([read(text) for text in texts])

    def outcomes(self, polarities: Floats) -> NDArray[np.int64]:
        return np.where(polarities > self.high, 1, np.where(polarities < self.low, -1, 0))

    def leans_for(self, polarities: Floats) -> NDArray[np.bool_]:
        """With no third answer allowed."""
        return polarities > (self.low + self.high) / 2


# Each is imported only when it is measured: none of them belongs to the program.
def _textblob() -> Callable[[str], float]:
    from textblob import TextBlob

    return lambda text: float(TextBlob(text).sentiment.polarity)


def _vader() -> Callable[[str], float]:
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    reader = SentimentIntensityAnalyzer()
    return lambda text: float(reader.polarity_scores(text)["compound"])


def _snownlp() -> Callable[[str], float]:
    from snownlp import SnowNLP

    return lambda text: float(SnowNLP(text).sentiments)


def _cnsenti() -> Callable[[str], float]:
    from cnsenti import Sentiment

    reader = Sentiment()

    def read(text: str) -> float:
        found = reader.sentiment_count(text)
        return float(found["pos"] - found["neg"])

    return read


def _jionlp() -> Callable[[str], float]:
    import jionlp

    return jionlp.sentiment.LexiconSentiment()  # type: ignore[no-any-return]


PEERS = (
    Peer("TextBlob", "en", "textblob", -0.05, 0.1, _textblob),
    Peer("VADER", "en", "vaderSentiment", -0.05, 0.05, _vader),
    Peer("SnowNLP", "zh", "snownlp", 0.5, 0.5, _snownlp),
    Peer("cnsenti", "zh", "cnsenti", 0.0, 0.0, _cnsenti),
    Peer("jionlp", "zh", "jionlp", 0.5, 0.5, _jionlp),
)
