"""What a reading says once people have put it right. Said in words: docs/reading.md, "Correcting".

Corrections stand beside the reading and are applied to it in their order, the last one winning; taking one back, or
reading the comment again with another classifier, starts from the reading and applies those that stand.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from analysis.models import Correction, Experience, Mention, PlacedBy
from analysis.rules.counting import SILENT
from analysis.rules.placing import clearest
from core.ids import beside

# A corrected label says which way and how strongly; as points these stand in the middle of what the label means.
SCORES: Mapping[str, float] = {
    "very_negative": -0.9,
    "negative": -0.5,
    "neutral": 0.0,
    "mixed": 0.0,
    "positive": 0.5,
    "very_positive": 0.9,
    SILENT: 0.0,
}
SAME_STRETCH = 0.3
_OF_COMMENT = ("touchpoint", "sentiment", "sentiment_score", "sentiment_confidence")
_OF_MENTION = ("touchpoint", "candidates", "sentiment", "score", "confidence", "nowhere")


@dataclass(frozen=True)
class Judgement:
    """What is said to be right; None: not judged. A touchpoint "": it is about none of them."""

    label: str | None = None
    touchpoint: str | None = None


def settle(experience: Experience, mentions: Iterable[Mention], corrections: Iterable[Correction]) -> list[Mention]:
    """Bring a reading to what stands now; the mentions that it has then. A mention that nobody read or corrected into
    being goes."""
    found = list(mentions)
    _take_back(experience, _OF_COMMENT)
    for mention in found:
        _take_back(mention, _OF_MENTION)
    made = {(one.start, one.end): one for one in found if not _says_something(one)}
    found = [one for one in found if _says_something(one)]
    for correction in sorted(corrections, key=lambda one: one.id):
        if correction.undone_at is None:
            found = _applied(correction, experience, found, made)
    found = sorted((one for one in found if _says_something(one)), key=lambda one: (one.start, one.end, one.touchpoint))
    if experience.placed_by == PlacedBy.WORDS and "touchpoint" not in experience.as_read:
        experience.touchpoint = clearest(found)
    return found


def _take_back(row: Experience | Mention, names: Iterable[str]) -> None:
    for name in names:
        if name in row.as_read:
            setattr(row, name, row.as_read[name])
    row.as_read = {}


def _says_something(mention: Mention) -> bool:
    return bool(mention.touchpoint or mention.sentiment != SILENT or mention.as_read)


def _applied(
    correction: Correction, experience: Experience, mentions: list[Mention], made: Mapping[tuple[int, int], Mention]
) -> list[Mention]:
    """An only mention and its comment have one label: whichever is corrected, both are. `made`: mentions that only a
    correction had brought about; they come back where it brings them about again."""
    right = Judgement(correction.label, correction.touchpoint)
    if correction.whole:
        _judge_comment(experience, right)
        if len(mentions) == 1:
            _judge_mention(mentions[0], Judgement(label=right.label))
        return mentions
    mention = found_again(correction, mentions)
    if mention is None:
        mention = made.get((correction.start or 0, correction.end or 0)) or _new_mention(correction)
        mentions = [*mentions, mention]
    _judge_mention(mention, right)
    if len(mentions) == 1:
        _judge_comment(experience, Judgement(label=right.label))
    return mentions


def found_again(correction: Correction, mentions: Sequence[Mention]) -> Mention | None:
    """The mention of the stretch that was corrected: of two touchpoints in one stretch, the one that was meant."""
    ranked = [(_common(correction, one), read_touchpoint(one) == correction.read_touchpoint, one) for one in mentions]
    best = max(ranked, key=lambda one: one[:2], default=None)
    return best[2] if best and best[0] >= SAME_STRETCH else None


def _common(correction: Correction, mention: Mention) -> float:
    """The characters that both hold, as a share of those that either holds."""
    start, end = correction.start or 0, correction.end or 0
    both = min(end, mention.end) - max(start, mention.start)
    return both / max(1, max(end, mention.end) - min(start, mention.start))


def read_touchpoint(mention: Mention) -> str:
    """Where the classifier itself placed it."""
    read: str = mention.as_read.get("touchpoint", mention.touchpoint)
    return read


def _new_mention(correction: Correction) -> Mention:
    return Mention(
        id=beside(correction.experience_id, correction.start or 0),
        experience_id=correction.experience_id,
        start=correction.start or 0,
        end=correction.end or 0,
        sentiment=SILENT,
        score=0.0,
        confidence=0.0,
    )


def _judge_comment(experience: Experience, right: Judgement) -> None:
    if right.label is not None:
        _keep(experience, ("sentiment", "sentiment_score", "sentiment_confidence"))
        experience.sentiment, experience.sentiment_score = right.label, SCORES[right.label]
        experience.sentiment_confidence = 1.0
    if right.touchpoint is not None:
        _keep(experience, ("touchpoint",))
        experience.touchpoint = right.touchpoint


def _judge_mention(mention: Mention, right: Judgement) -> None:
    if right.label is not None:
        _keep(mention, ("sentiment", "score"))
        mention.sentiment, mention.score = right.label, SCORES[right.label]
    if right.touchpoint is not None:
        _keep(mention, ("touchpoint", "candidates", "confidence", "nowhere"))
        mention.touchpoint, mention.candidates = right.touchpoint, []
        mention.confidence, mention.nowhere = 1.0, not right.touchpoint


def _keep(row: Experience | Mention, names: Iterable[str]) -> None:
    """A new dict: a change inside the old one would go unnoticed."""
    row.as_read = {name: getattr(row, name) for name in names} | row.as_read
