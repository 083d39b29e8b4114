"""A comparison in plain words, in the current language."""

from collections.abc import Iterable, Mapping

from analysis.routes import words
from analysis.rules.comparison import RATE
from analysis.schemas.compared import Comparison, How, Outcome
from analysis.schemas.reports import ASKED
from core import i18n
from core.i18n import gettext as _
from surveys.schemas.variants import Variant


def tabs(here: str, *, several: bool) -> list[tuple[str, str, bool, None]]:
    """What can be compared; customers only by who sees more than one."""
    return [(f"/compare?how={key}", name, key == here, None) for key, name in _hows(several=several)]


def _hows(*, several: bool) -> list[tuple[str, str]]:
    found = [(How.TIME.value, _("Before and after a change")), (How.SERVICES.value, _("Two services"))]
    found.append((How.SURVEYS.value, _("Two surveys, or versions of one")))
    return [*found, (How.CUSTOMERS.value, _("Two customers"))] if several else found


def measures(how: str) -> list[tuple[str, str]]:
    """By what two sides may be compared."""
    names = words.dimension_names()
    answered = [(RATE, _("How many answered"))] if how == How.SURVEYS else []
    return [(key.value, names[key]) for key in ASKED] + answered


def survey_names(variants: Iterable[Variant]) -> dict[str, str]:
    language = i18n.current()
    named = [(one, one.title.get(language, one.survey)) for one in variants]
    return {
        one.key: title if one.number is None else _("%(title)s, version %(n)s") % {"title": title, "n": one.number}
        for one, title in named
    }


def verdict(found: Comparison, names: Mapping[str, str]) -> str:
    outcome = found.outcome
    assert outcome
    one, other = sides(found, names)
    return words.sentences(
        _said(outcome, one, other, found.question.worthwhile), _more(outcome, asked=found.question.dimension is None)
    )


def sides(found: Comparison, names: Mapping[str, str]) -> tuple[str, str]:
    if found.question.how is How.TIME:
        return _("After the change"), _("before it")
    return names.get(found.question.one, found.question.one), names.get(found.question.other, found.question.other)


def _said(outcome: Outcome, one: str, other: str, worthwhile: float) -> str:
    low, high = outcome.low or 0.0, outcome.high or 0.0
    if outcome.verdict == "worse":
        low, high = -high, -low
    values = {
        "one": one,
        "other": other,
        "points": words.whole(abs(outcome.value or 0.0)),
        "low": words.whole(low).replace("-", "−"),
        "high": words.whole(high).replace("-", "−"),
        "worthwhile": words.whole(worthwhile),
    }
    known = {
        "better": _("Better. %(one)s: %(points)s points higher than %(other)s (%(low)s to %(high)s)."),
        "worse": _("Worse. %(one)s: %(points)s points lower than %(other)s (%(low)s to %(high)s)."),
        "same": _("No difference that matters: whatever there is, it is less than %(worthwhile)s points."),
        "undecided": _("Not decided: the difference lies between %(low)s and %(high)s points."),
        "too_few": _("Too few answers to compare: each side needs at least 20 that may be shown."),
    }
    return known[outcome.verdict] % values


def _more(outcome: Outcome, *, asked: bool) -> str:
    if outcome.verdict != "undecided":
        return ""
    if outcome.more is None:
        return _("More answers will not decide it: those of the past are too few.")
    more = {"n": f"{outcome.more:,}"}
    if asked:
        return _("About %(n)s people more who are asked on each side would decide.") % more
    return _("About %(n)s answers more on each side that still grows would decide.") % more
