"""Moments of truth in sentences, in the current language."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from babel.dates import format_date

from analysis.models import COSTING, MomentLook, MomentState
from analysis.routes.words import percent, sentences
from analysis.rules.losses import each_of_100
from analysis.schemas.moments import MomentPoint, MomentView
from core import i18n
from core.i18n import gettext as _
from core.pages import DATE_STYLES

LEVEL_CHANGE, CARRIED_OVER = "level_change", "carried_over"
BROUGHT = ("loss", "points", "low", "high", "left", "left_low", "left_high")
FEW_ENDS = 0.03


def states() -> dict[str, tuple[str, str]]:
    """Name and look of each state."""
    return {
        MomentState.WATCH: (_("To watch"), "off"),
        MomentState.FOUND: (_("Found"), "bad"),
        MomentState.ACTED_ON: (_("Being acted on"), "doing"),
        MomentState.RECOVERED: (_("Recovered"), "good"),
        MomentState.WORSE: (_("Worse"), "bad"),
        MomentState.CLEARED: (_("Looks worse than it is"), "off"),
    }


def state(view: MomentView) -> tuple[str, str]:
    return (_("Wins people"), "good") if view.wins else states()[view.state]


def points(value: float) -> str:
    return f"{abs(value):.1f}"


def bounds(view: MomentView) -> str:
    low, high = sorted((-view.loss.low, -view.loss.high) if view.wins else (view.loss.low, view.loss.high))
    return _("95%%: %(low)s to %(high)s, on the scale from 1 to 5") % {"low": f"{low:.1f}", "high": f"{high:.1f}"}


def day(when: date | None) -> str:
    return format_date(when, "medium", locale=DATE_STYLES[i18n.current()]) if when else ""


def lede(shown: list[MomentView], names: Mapping[str, str]) -> str:
    costly = [one for one in shown if not one.wins and one.state in COSTING]
    if not costly:
        return _("Nothing is shown to cost more than chance would.") if shown else ""
    values = {"n": len(costly), "name": names.get(costly[0].touchpoint, costly[0].touchpoint)}
    if len(costly) == 1:
        return sentences(_("At one place a bad experience lasts: %(name)s.") % values, _acted_on(costly))
    told = _("At %(n)s places a bad experience lasts, most of all at %(name)s.") % values
    return sentences(told, _acted_on(costly))


def _acted_on(costly: list[MomentView]) -> str:
    n = sum(one.state == MomentState.ACTED_ON for one in costly)
    if n in (0, len(costly)):
        return _("Something is being done about it.") if n else ""
    return _("At %(n)s of them something is being done.") % {"n": n}


def sentence(view: MomentView) -> str:
    """What was found, with how sure it is, for who reads nothing else."""
    if view.wins:
        words = _(
            "Delighted visits add %(value)s points of 100 to how satisfied people end up (95%%: %(low)s to %(high)s)."
        )
        return words % of_100(-view.loss.per_100_visits, -view.loss.high, -view.loss.low)
    if view.state == MomentState.RECOVERED:
        return _("It cost something once; of late there are too few bad visits for it to matter.")
    if view.state == MomentState.CLEARED and view.kind == CARRIED_OVER:
        return _("What seems to be lost here is mostly carried over from another place.")
    if view.state == MomentState.CLEARED:
        return _("It is rated low more often than elsewhere, and harmless: what it costs is less than would matter.")
    if view.kind == LEVEL_CHANGE:
        return _("More visits are bad than before, of a sudden. That they cost anything is not shown yet.")
    if view.state == MomentState.WATCH:
        return _("A bad visit is rare here, and dear when it happens. Protect it.")
    return _(
        "Bad visits take %(value)s points of 100 off how satisfied people end up (95%%: %(low)s to %(high)s)."
    ) % of_100(view.loss.per_100_visits, view.loss.low, view.loss.high)


def of_100(value: float, low: float, high: float) -> dict[str, str]:
    """A loss per 100 visits and its bounds, for a sentence."""
    return dict(zip(("value", "low", "high"), each_of_100(value, low, high), strict=True))


def carried(view: MomentView, names: Mapping[str, str]) -> str:
    """From where, and what is left."""
    if not view.carried_from:
        return ""
    place, found = names.get(view.carried_from, view.carried_from), view.figures.get("carried")
    if not found:
        return _("That place is %(place)s.") % {"place": place}
    values = {"place": place, "share": percent(found["share"]), "usual": percent(found["usual"])}
    values |= {"n": f"{found['n']:,}", "others": f"{found['n_otherwise']:,}"}
    told = (view.loss.per_100_visits, found["points"], *found["ci95"], found["otherwise"], *found["otherwise_ci95"])
    values |= dict(zip(BROUGHT, each_of_100(*told), strict=True))
    whence = _("Of those who pass here %(share)s had been at %(place)s before, elsewhere %(usual)s.")
    brought = _(
        "That makes %(points)s (95%%: %(low)s to %(high)s) of the %(loss)s points of 100 that seem to be lost here. "
        "Without it %(left)s (%(left_low)s to %(left_high)s) are left."
    )
    counted = _("By %(n)s visits of those who had been there, and %(others)s of those who had not.")
    return sentences(*(told % values for told in (whence, brought, counted)))


def since(view: MomentView) -> str:
    if view.since is None:
        return ""
    if view.since_between is None:
        return _("as long as anybody was asked")
    first, last = view.since_between
    values = {"day": day(view.since), "first": day(first), "last": day(last)}
    if first == last:
        return _("since the week of %(day)s") % values
    return _("since the week of %(day)s (between %(first)s and %(last)s)") % values


def how_bad(view: MomentView) -> str:
    """What one bad visit does, and how many are bad."""
    effect, bad_share = view.figures.get("effect"), view.figures.get("bad_share")
    if effect is None or bad_share is None or view.wins:
        return ""
    told = _("One bad visit takes %(effect)s of the four points between the worst and the best end.")
    many = _("%(share)s of the answered visits are bad.")
    return sentences(told % {"effect": f"{max(0.0, effect):.2f}"}, many % {"share": percent(bad_share)})


def repair(view: MomentView) -> str:
    """Whether coming back to people mended it; only where enough of both is known."""
    with_repair, without = view.figures.get("effect_repaired"), view.figures.get("effect_unrepaired")
    if with_repair is None or without is None:
        return ""
    values = {"with": f"{with_repair:.2f}", "without": f"{without:.2f}"}
    return _("Where the provider came back to people it took %(with)s, where nobody did %(without)s.") % values


def whom(view: MomentView, known: Mapping[str, Mapping[str, str]]) -> str:
    """For whom: everybody, or a segment by its name."""
    if view.own:
        return _("your customers")
    if view.segment is None:
        return _("everybody")
    value = known.get(view.segment.dimension, {}).get(view.segment.value, view.segment.value)
    kinds = {
        "customer": _("the customer %(name)s"),
        "service": _("the service %(name)s"),
        "channel": _("who comes by %(name)s"),
        "persona": _("%(name)s"),
    }
    return kinds[view.segment.dimension] % {"name": value}


def silence(newest: MomentLook | None) -> list[str]:
    """Why nothing, or little, is found."""
    if newest is None:
        return [_("Nobody has looked yet. The first look follows the first answers, about an hour after them.")]
    told: dict[str, Any] = newest.report
    lines = []
    if more := told.get("answers_needed"):
        lines.append(
            _("About %(n)s more answers would decide whether a usual touchpoint costs 10 points per 100 visits.")
            % {"n": f"{more:,}"}
        )
    if told.get("journeys_with_end_answer", 1.0) < FEW_ENDS:
        lines.append(
            _("The question at the end of a matter is hardly ever answered; asking it finds several times as much.")
        )
    return lines


def advice(view: MomentView) -> str:
    if view.wins:
        return _("Find out what delights people here, and do it elsewhere.")
    if view.state == MomentState.CLEARED and view.kind == CARRIED_OVER:
        return _("Nothing has to be put right here first: look at the place that it is carried over from.")
    texts = {
        MomentState.CLEARED: _("People dislike it and go on as before. Effort is worth more elsewhere."),
        MomentState.WATCH: _("Nothing has to be done yet. See that what fails here is put right at once."),
        MomentState.FOUND: _("Register an improvement: with it a target, and a check whether it helped."),
        MomentState.ACTED_ON: _("An improvement is on its way. Whether it helped will show here too."),
        MomentState.RECOVERED: _("It is over. It stays here in case it comes back."),
        MomentState.WORSE: _("It came back, or grew. Look at what was done, and register another improvement."),
    }
    return texts[view.state]


def methods(history: Iterable[MomentPoint]) -> str:
    """By which versions of the method its numbers were counted, the newest last."""
    versions = list(dict.fromkeys(point.method for point in history))
    if len(versions) == 1:
        return _("Counted by version %(version)s of the method.") % {"version": versions[0]}
    told = _("Counted by versions %(versions)s of the method, the newest last: a step between two may be the method's.")
    return told % {"versions": ", ".join(versions)}
