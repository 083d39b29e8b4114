"""The steps of a question, as they stand in its definition or as its kind has them."""

from journeys.schemas.places import Bilingual
from surveys.schemas import Kind, Question, Scale

SATISFIED = [
    Bilingual(zh="很不满意", en="Very dissatisfied"),
    Bilingual(zh="不太满意", en="Dissatisfied"),
    Bilingual(zh="一般", en="Neither"),
    Bilingual(zh="比较满意", en="Satisfied"),
    Bilingual(zh="很满意", en="Very satisfied"),
]
LIKELY = [Bilingual(zh="完全不可能", en="Not at all likely"), Bilingual(zh="非常可能", en="Extremely likely")]
AGREED = [Bilingual(zh="完全不同意", en="Strongly disagree"), Bilingual(zh="完全同意", en="Strongly agree")]
STANDARD = {
    Kind.CSAT: Scale(min=1, max=5, labels=SATISFIED),
    Kind.CES: Scale(min=1, max=7, labels=AGREED),
    Kind.NPS: Scale(min=0, max=10, labels=LIKELY),
}
# Which ends a kind may have: its name promises that figures can be compared with those of others.
ENDS = {Kind.CSAT: {(1, 5)}, Kind.CES: {(1, 5), (1, 7)}, Kind.NPS: {(0, 10)}}


def scale_of(question: Question) -> Scale | None:
    return question.scale or STANDARD.get(question.kind)


def steps_of(scale: Scale) -> list[int]:
    return list(range(scale.min, scale.max + 1))


def labels_of(scale: Scale, language: str) -> list[str]:
    """A word for every step; steps between two named ends stand for themselves."""
    words = [str(getattr(label, language)) for label in scale.labels]
    steps = steps_of(scale)
    if len(words) == len(steps):
        return words
    if len(steps) < 2:
        return [""] * len(steps)
    first, last = (words[0], words[1]) if len(words) == 2 else ("", "")
    return [first, *[""] * (len(steps) - 2), last]
