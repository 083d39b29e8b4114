"""The value stream in sentences: where it blocks, where it goes round, where nobody has it."""

from collections.abc import Mapping

from analysis.routes.words import duration, percent, sentences
from core.i18n import gettext as _
from journeys.schemas.stream import NOBODY, OPENED, OTHERS, RESOLVED, Step, Stream


def step_names() -> dict[str, str]:
    return {
        OPENED: _("Opened"),
        RESOLVED: _("Resolved"),
        NOBODY: _("With no group"),
        OTHERS: _("Other groups"),
    }


def lede(found: Stream | None) -> str:
    if found is None or found.efficiency is None:
        return ""
    flows = _("Of the time that %(n)s tickets were open, %(share)s was work: that is the flow efficiency.")
    return flows % {"n": f"{found.tickets:,}", "share": percent(found.efficiency)}


def told(found: Stream, names: Mapping[str, str]) -> list[str]:
    return [one for one in (_blocks(found, names), _waits(found, names), _round(found, names), _unowned(found)) if one]


def _blocks(found: Stream, names: Mapping[str, str]) -> str:
    """Where most of the time that is no work passes."""
    idle = sum(_idle(one) for one in found.steps)
    if not idle:
        return ""
    worst = max(found.steps, key=_idle)
    values = {"name": names.get(worst.group, worst.group), "share": percent(_idle(worst) / idle)}
    return _("It blocks most at %(name)s: %(share)s of all waiting and lying in queues.") % values


def _idle(step: Step) -> float:
    return step.waiting + step.queue


def _waits(found: Stream, names: Mapping[str, str]) -> str:
    slow = max((one for one in found.passages if one.target != RESOLVED), key=lambda one: one.hours, default=None)
    if slow is None or not slow.hours:
        return ""
    values = {"source": names.get(slow.source, slow.source), "target": names.get(slow.target, slow.target)}
    waits = _("The slowest passage is from %(source)s to %(target)s: %(time)s until somebody takes it up there.")
    return waits % (values | {"time": duration(slow.hours)})


def _round(found: Stream, names: Mapping[str, str]) -> str:
    backs = [one for one in found.passages if one.back]
    parts = []
    if backs:
        worst = max(backs, key=lambda one: one.times)
        values = {"source": names.get(worst.source, worst.source), "target": names.get(worst.target, worst.target)}
        goes = _("It goes round most often from %(source)s back to %(target)s, %(n)s times.")
        parts.append(goes % (values | {"n": f"{worst.times:,}"}))
    if found.reopened:
        again = _("%(n)s tickets were reopened after they were called resolved.")
        parts.append(again % {"n": f"{found.reopened:,}"})
    return sentences(*parts)


def _unowned(found: Stream) -> str:
    if not found.unowned:
        return ""
    share = {"n": f"{found.unowned:,}", "share": percent(found.unowned / found.tickets)}
    return _("%(n)s tickets (%(share)s) lay for a time with no group at all: a step without an owner.") % share
