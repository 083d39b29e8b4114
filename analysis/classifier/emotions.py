"""Feelings of a comment: from words that name them, from emoji, and from what such an event usually leaves."""

from collections.abc import Iterable, Mapping

from analysis.classifier.sentiment import NEGATIVE, POSITIVE, Floats
from analysis.classifier.shapes import EMOTIONS

_AGAINST = frozenset({"anger", "frustration", "anxiety", "disappointment", "confusion"})
# Weaker than this says more about the lexicon than about the person.
_LEAST = 0.15


def combine(found: Iterable[Mapping[str, float]], likely: Floats) -> dict[str, float]:
    """Independent signs of one feeling add up towards 1; a feeling against the comment's direction is damped."""
    missing = dict.fromkeys(EMOTIONS, 1.0)
    for strengths in found:
        for emotion in EMOTIONS:
            missing[emotion] *= 1 - strengths.get(emotion, 0.0)
    felt = {emotion: (1 - missing[emotion]) * _room(emotion, likely) for emotion in EMOTIONS}
    return {emotion: round(strength, 3) for emotion, strength in felt.items() if strength >= _LEAST}


def _room(emotion: str, likely: Floats) -> float:
    return 1 - float(likely[POSITIVE if emotion in _AGAINST else NEGATIVE])
