"""What the people of the demo company answer, and what some of them write."""

import math
from random import Random
from typing import Any

from web.demo.company import phrases
from web.demo.tickets import FAILED, DemoTicket

BUT = {"en": (", but ", ", yet "), "zh": ("，但是", "，不过")}
END = {"en": ".", "zh": "。"}
MINUTES = (0, 8, 40, 150, 480)
ANSWERING = 0.48
FORGIVING = 0.35


def answers_at_all(ticket: DemoTicket, rng: Random) -> bool:
    """People answer rather when it went badly, or very well."""
    mood = (ticket.quality < 2.5) * 0.12 + (ticket.quality > 4.6) * 0.06
    return rng.random() < ANSWERING + mood


def scores(ticket: DemoTicket, rng: Random) -> dict[str, int]:
    felt = ticket.quality + ticket.mood + ticket.person.leniency
    shift = {"functional": 0.1, "emotional": -0.15 if ticket.handoffs > 1 else 0.05, "satisfaction": 0.0}
    return {name: _rating(felt + by + rng.gauss(0, 0.45)) for name, by in shift.items() if rng.random() < 0.97}


def _rating(value: float) -> int:
    return max(1, min(5, round(value)))


def answers(ticket: DemoTicket, rng: Random) -> dict[str, Any]:
    """A submitted form: question key -> what was chosen or written."""
    given: dict[str, Any] = dict(scores(ticket, rng))
    if rng.random() < 0.6:
        given["lost_time"] = str(_lost_minutes(ticket, rng))
    if rng.random() < (0.6 if ticket.quality < 3 else 0.3):
        given["comment"] = comment(ticket, rng)
    if rng.random() < 0.2:
        given["contact"] = True
    return given


def about_all(ticket: DemoTicket, rng: Random) -> dict[str, Any]:
    """The form about the whole matter. Most trouble is forgiven by then; a planted failure is not."""
    whole = 4.0 + FORGIVING * (ticket.quality - 4.0) + ticket.mood + ticket.person.leniency
    whole -= 1.2 * (ticket.plant is not None and ticket.quality < FAILED)
    given: dict[str, Any] = {"overall": _rating(whole + rng.gauss(0, 0.5))}
    if rng.random() < (0.5 if ticket.quality < 3 else 0.2):
        given["comment"] = comment(ticket, rng)
    return given


def _lost_minutes(ticket: DemoTicket, rng: Random) -> int:
    drawn = math.exp(rng.gauss(5.5 - ticket.quality, 0.8)) * 10
    return next((step for step in MINUTES if drawn <= step), MINUTES[-1])


def comment(ticket: DemoTicket, rng: Random) -> str:
    language = "zh" if ticket.person.chinese else "en"
    felt = ticket.quality + ticket.person.leniency
    said = _phrase(rng, language, *_topic(ticket, rng, felt))
    if felt < 2.9 and rng.random() < 0.3:
        kind = _phrase(rng, language, "general", "good")
        return kind + rng.choice(BUT[language]) + _lowered(said, language) + END[language]
    return said + END[language]


def _topic(ticket: DemoTicket, rng: Random, felt: float) -> tuple[str, str]:
    """The topic of the comment and its mood: the planted one, else what happened, else nothing special."""
    mood = "bad" if felt < 2.9 else "good" if felt > 4.1 else "fine"
    if ticket.plant and mood in phrases()[ticket.plant.topic] and rng.random() < 0.8:
        return ticket.plant.topic, mood
    happened = {"reopened": ticket.reopened, "handover": ticket.handoffs > 1, "waiting": ticket.waited_long}
    troubles = [topic for topic, true in happened.items() if true]
    if mood == "bad" and troubles:
        return rng.choice(troubles), mood
    return "general", mood


def _phrase(rng: Random, language: str, topic: str, mood: str) -> str:
    return rng.choice(phrases()[topic][mood][language])


def _lowered(sentence: str, language: str) -> str:
    keep = language == "zh" or sentence.startswith(("I ", "VPN", "On my"))
    return sentence if keep else sentence[0].lower() + sentence[1:]


def suggestion(rng: Random, language: str) -> str:
    return _phrase(rng, language, "suggestion", "fine") + END[language]
