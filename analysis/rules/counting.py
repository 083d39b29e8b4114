"""What an experience adds to the rollup. The job adds by this rule and `touchstone rebuild` recounts by it."""

from collections.abc import Iterable, Sequence
from statistics import fmean

from analysis.models import Dimension, Experience, Mention
from analysis.schemas.voices import Counted, ReadExperience, ReadMention

SILENT = "none"


def counted(experience: Experience | ReadExperience, mentions: Sequence[Mention | ReadMention]) -> list[Counted]:
    """Scores count at the main touchpoint; words count, once for each, at every touchpoint they are about."""
    main = [
        _count(experience, experience.touchpoint, dimension, score)
        for dimension, score in _scores(experience).items()
        if score is not None
    ]
    words = [
        _count(experience, touchpoint, Dimension.SENTIMENT, percent(score))
        for touchpoint, score in opinions(experience, mentions).items()
    ]
    return main + words


def _scores(experience: Experience | ReadExperience) -> dict[Dimension, float | None]:
    return {
        Dimension.FUNCTIONAL: experience.functional,
        Dimension.EMOTIONAL: experience.emotional,
        Dimension.SATISFACTION: experience.satisfaction,
        Dimension.LOST_MINUTES: experience.lost_minutes,
    }


def opinions(experience: Experience | ReadExperience, mentions: Iterable[Mention | ReadMention]) -> dict[str, float]:
    """Touchpoint -> mean score of its clauses. A clause about no known place is about the main one; a comment
    without a single clause of opinion stands for itself."""
    heard: dict[str, list[float]] = {}
    for mention in mentions:
        if mention.sentiment != SILENT:
            heard.setdefault(mention.touchpoint or experience.touchpoint, []).append(mention.score)
    if not heard and experience.sentiment != SILENT:
        heard[experience.touchpoint] = [experience.sentiment_score]
    return {touchpoint: fmean(scores) for touchpoint, scores in heard.items()}


def percent(score: float) -> float:
    """-1..1 to 0-100."""
    return (score + 1) * 50


def _count(experience: Experience | ReadExperience, touchpoint: str, dimension: Dimension, score: float) -> Counted:
    return Counted(
        day=experience.day,
        touchpoint=touchpoint,
        service=experience.service,
        customer=experience.customer,
        channel=experience.channel,
        dimension=dimension,
        score=round(score),
        person=experience.person_id or experience.voice_id,
    )
