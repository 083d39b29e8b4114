"""What the report says about itself: how much was looked at, by which method, and when it is too little."""

import math

import numpy as np

from analysis.statistics.moments.counting import Counted
from analysis.statistics.moments.looks import Look
from analysis.statistics.moments.shapes import VERSION, Experiences, Method
from analysis.statistics.moments.stored import Stored

WORTH_FINDING = 0.10  # points per visit that a decision is wanted about
NEEDED_Z = 3.3  # about what one test among a hundred needs
TOO_LITTLE = "not enough data yet"


def too_little(experiences: Experiences, method: Method) -> dict[str, object]:
    answers = int(experiences.answered.sum())
    return {"version": VERSION, "experiences": len(experiences), "answers": answers, "alpha": method.alpha} | _noted(
        f"{TOO_LITTLE}: fewer than two answered visits", None
    )


def described(counted: Counted, seen: Look, method: Method) -> dict[str, object]:
    rows, people, of = counted.timeline.rows, counted.people, counted.parameters.components
    answers = int(counted.timeline.visited.sum())
    return {
        "version": VERSION,
        "experiences": len(rows),
        "answers": answers,
        "journeys": people.journeys,
        "journeys_with_end_answer": people.end_share,
        "persons_who_answered": people.persons,
        "months": counted.parameters.layout.months,
        "windows": [sight.months for sight in seen.sights],
        "tested": int(seen.tested.sum()),
        "alpha": method.alpha,
        "relevance_per_100_visits": 100 * method.relevance,
        "variance": {"person": of.person, "journey": of.journey, "chance": of.chance},
        "loading_of_later_ratings": counted.parameters.loading,
        "dose_of_a_middling_visit": seen.pool.dose,
        "outcome": outcome(people.end_share, method),
    } | _noted(*_needed(seen, answers))


def about_stored(stored: Stored, seen: Look | None, method: Method) -> dict[str, object]:
    """The same of a look at what is stored."""
    ends = stored.of_people.end_share
    plain: dict[str, object] = {
        "version": VERSION,
        "answers": stored.answers,
        "journeys": stored.journeys,
        "journeys_with_end_answer": ends,
        "persons_who_answered": stored.persons,
        "tested": int(seen.tested.sum()) if seen else 0,
        "alpha": method.alpha,
        "relevance_per_100_visits": 100 * method.relevance,
        "outcome": outcome(ends, method),
    }
    nothing = (f"{TOO_LITTLE}: nobody answered", None)
    return plain | _noted(*(_needed(seen, stored.answers) if seen else nothing))


def outcome(end_share: float, method: Method) -> str:
    """Without the end question the evidence over all passes is not used, and little can be found."""
    if end_share >= method.least_end_share:
        return "journey end and later ratings"
    return "later ratings only: the journey-end question is hardly ever answered; asking it finds several times as much"


def _needed(seen: Look, answers: int) -> tuple[str | None, int | None]:
    """How many answers more would decide about a loss worth finding at a usual touchpoint."""
    found = seen.sights[-1].found
    enough = found.enough[:, 0]
    if not enough.any():
        most = float(found.bad[:, 0].max(initial=0))
        more = round_up(answers * (8 / most - 1)) if 0 < most < 8 else None
        return f"{TOO_LITTLE}: no touchpoint has 8 bad visits of 6 people who said anything afterwards", more
    error = float(np.median(found.error[enough, 0]))
    more = round_up(answers * ((NEEDED_Z * error / WORTH_FINDING) ** 2 - 1))
    if more <= 0:
        return None, None
    lost = f"{100 * WORTH_FINDING:.0f} points lost per 100 visits"
    return f"{TOO_LITTLE} everywhere: about {more:,} more answers would decide about {lost} at a usual touchpoint", more


def round_up(value: float) -> int:
    """Two digits: more would pretend to know."""
    if value <= 0:
        return 0
    unit = int(10 ** max(0, math.floor(math.log10(value)) - 1))
    return math.ceil(value / unit) * unit


def _noted(note: str | None, more: int | None) -> dict[str, object]:
    return {"note": note, "answers_needed": more}
