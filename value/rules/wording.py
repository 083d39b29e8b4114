"""States and verdicts in words, in the current language."""

from collections.abc import Mapping
from typing import Any

from analysis.models import Dimension
from core.i18n import gettext as _
from value.models import State
from value.rules.kept import verdict_kept
from value.schemas.measuring import Verdict, VerdictKind

WHOLE = 90  # points of the hundred


def state_names() -> dict[str, str]:
    return {
        State.PROPOSED: _("Proposed"),
        State.PLANNED: _("Planned"),
        State.DOING: _("Being done"),
        State.DONE: _("Done, being measured"),
        State.MEASURED: _("Measured"),
        State.CLOSED: _("Closed"),
        State.DROPPED: _("Dropped"),
    }


def unit(dimension: str) -> str:
    return _("minutes") if dimension == Dimension.LOST_MINUTES else _("points")


def verdict(found: Verdict, dimension: str) -> str:
    """One sentence; "so far" while it is being measured."""
    told = _nothing_known() if _anything_is_possible(found, dimension) else _verdict(found, unit(dimension))
    return told if found.judging or found.kind is VerdictKind.NO_DATA else _("So far: %(verdict)s") % {"verdict": told}


def _anything_is_possible(found: Verdict, dimension: str) -> bool:
    """An interval from one end of the scale to the other says nothing that a reader could use."""
    if found.kind is not VerdictKind.UNCLEAR or dimension == Dimension.LOST_MINUTES:
        return False
    return found.low is not None and found.high is not None and found.low <= -WHOLE and found.high >= WHOLE


def _nothing_known() -> str:
    return _("cannot be told apart from chance: too little is known of how figures here move by themselves")


def kept(one: Mapping[str, Any]) -> str:
    """Of an agenda's improvement: what could be told of it on that day."""
    return verdict(verdict_kept(one["verdict"]), one["dimension"]) if isinstance(one.get("verdict"), dict) else ""


def _verdict(found: Verdict, points: str) -> str:
    if found.kind is VerdictKind.NO_DATA or found.low is None or found.high is None:
        return _("Too early: not enough answers before or since the change")
    low, high = abs(found.low), abs(found.high)
    numbers = {"low": f"{min(low, high):.0f}", "high": f"{max(low, high):.0f}", "unit": points}
    if found.kind is VerdictKind.HELPED:
        return _("helped, by %(low)s to %(high)s %(unit)s") % _at_least(numbers, min(low, high))
    if found.kind is VerdictKind.WORSE:
        return _("made it worse, by %(low)s to %(high)s %(unit)s") % _at_least(numbers, min(low, high))
    if found.kind is VerdictKind.NO_EFFECT:
        return _("no effect larger than %(n)s %(unit)s") % {"n": found.largest, "unit": points}
    if found.kind is VerdictKind.TOO_EARLY:
        return _("too early to tell: about %(n)s more answers would decide") % {"n": f"{found.more or 1:,}"}
    return _("cannot be told apart from chance: between %(low)s and %(high)s %(unit)s") % {
        "low": signed(found.low),
        "high": signed(found.high),
        "unit": points,
    }


def _at_least(numbers: dict[str, str], low: float) -> dict[str, str]:
    """An effect that is clear but small does not round to none."""
    return {**numbers, "low": f"{low:.1f}"} if low < 1 else numbers


def signed(value: float) -> str:
    return f"{'−' if value < 0 else '+'}{abs(value):.0f}"
