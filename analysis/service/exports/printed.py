"""The service review pack on paper: PDF/UA-1, every figure with its n and its interval."""

from typing import Any

from analysis.models import Dimension
from analysis.schemas.figures import Figure
from analysis.service.exports import saying
from analysis.service.exports.lines import Pack
from core.i18n import gettext as _
from core.printing import breakable, pdf


async def printed(pack: Pack, language: str) -> bytes:
    return await pdf("analysis/pack.typ", _told(pack, language))


def _told(pack: Pack, language: str) -> dict[str, Any]:
    names, levels = saying.dimension_names(), saying.level_names()
    shown = [one for one in pack.report.touchpoints if not one.figure.suppressed]
    return {
        "language": language,
        "title": saying.title(pack),
        "publisher": "Touchstone",
        "period": saying.period(pack),
        "whom": breakable(pack.whom) or _("All customers in view"),
        "chapters": [[one.title, [breakable(said) for said in one.sentences]] for one in pack.chapters],
        "hurts": _("What hurts"),
        "sentences": [breakable(one) for one in saying.sentences(pack)],
        "overall": _("Over all"),
        "head": [_("What was asked"), _("Mean"), _("95 % interval"), _("Answers")],
        "totals": [
            [names[dimension], *_cells(found.figure, pack)] for dimension, found in pack.report.dimensions.items()
        ],
        "places": _("Touchpoints"),
        "places_head": [_("Touchpoint"), _("Stands"), _("Mean"), _("95 % interval"), _("Answers")],
        "places_note": _("Satisfaction, or words where too few gave a score. The line is the 95 % interval."),
        "touchpoints": [
            {
                "cells": [breakable(pack.names[one.key]), levels[one.level], *_cells(one.figure, pack)],
                "line": _line(one.figure),
            }
            for one in shown
        ],
        "over_time": _("Satisfaction over time"),
        "months_head": [_("Months"), _("Mean"), _("95 % interval"), _("Answers")],
        "months": [
            {"cells": [saying.months(window), *_cells(figure, pack)], "line": _line(figure)}
            for window, figure in pack.report.dimensions[Dimension.SATISFACTION].months
        ],
        "nothing": _("Not enough answers for a number."),
        "about_head": _("How to make this report again"),
        "about": [[name, value] for name, value in pack.about.items()],
        "small": _("Groups of fewer than %(few)s people are not shown.") % {"few": pack.smallest_group},
    }


def _line(figure: Figure) -> list[float | None]:
    return [figure.low, figure.value if not figure.band else None, figure.high]


def _cells(figure: Figure, pack: Pack) -> list[str]:
    return [saying.value(figure, pack.smallest_group), saying.interval(figure), saying.n(figure)]
