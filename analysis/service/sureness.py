"""How sure: of the last twelve whole months, of everybody in scope together. Within a month it does not change, so no
two looks at it differ by one answer."""

import asyncio
from collections.abc import Sequence
from datetime import date
from uuid import UUID

from analysis.disclosure import counts_shown, stepped
from analysis.queries.scores import satisfaction_of
from analysis.rules.strata import strata
from analysis.schemas.figures import Window, month_of
from analysis.schemas.green import Share
from analysis.schemas.sureness import Silence, StratumRate, Sureness
from analysis.service.flow import bounds
from analysis.service.settled import Settled
from analysis.statistics.proportions import share
from core.db import Session
from core.settings import settings
from surveys.queries.strata import AskedOne, asked_between

MONTHS = 12
SCALE = (0.0, 100.0)


async def _made(session: Session, scope: frozenset[str] | None, today: date) -> Sureness:
    window = Window(month_of(today) - MONTHS, month_of(today) - 1)
    found = await asked_between(session, scope, *bounds(window))
    answers = await satisfaction_of(session, [one.response for one in found if one.response])
    return await asyncio.to_thread(_told, window, found, answers, settings().min_group)


sureness = Settled("sureness", Sureness, _made)


def _told(window: Window, found: Sequence[AskedOne], answers: dict[UUID, float], minimum: int) -> Sureness:
    answered = [one for one in found if one.response]
    if len(found) < minimum or len(answered) < minimum:
        return Sureness(window, None, None, None, {}, None)
    return Sureness(
        months=window,
        asked=stepped(len(found), minimum),
        answered=stepped(len(answered), minimum),
        rate=share(len(answered), len(found)),
        strata={name: _rates(values, found, minimum) for name, values in strata(found).items()},
        silence=_silence(found, answers, minimum),
    )


def _rates(values: Sequence[str], found: Sequence[AskedOne], minimum: int) -> tuple[StratumRate, ...]:
    asked: dict[str, int] = {}
    answered: dict[str, int] = {}
    for value, one in zip(values, found, strict=True):
        asked[value] = asked.get(value, 0) + 1
        answered[value] = answered.get(value, 0) + bool(one.response)
    shown, told = counts_shown(asked, minimum), counts_shown(answered, minimum)
    return tuple(
        StratumRate(value, stepped(n, minimum), *_of(told[value], n, minimum)) for value, n in shown.items() if n
    )


def _of(answered: int | None, asked: int, minimum: int) -> tuple[int | None, Share | None]:
    return (None, None) if answered is None else (stepped(answered, minimum), share(answered, asked))


def _silence(found: Sequence[AskedOne], answers: dict[UUID, float], minimum: int) -> Silence | None:
    """Of those who told their satisfaction, against everybody asked."""
    import numpy as np  # takes a while to load

    from analysis.statistics.weighting import rake, weighted_mean

    told = np.array([one.response in answers for one in found], dtype=np.bool_)
    if told.sum() < max(minimum, 2):
        return None
    scores = np.array([answers[one.response] for one in found if one.response in answers], dtype=np.float64)
    weights = rake(list(strata(found).values()), told)
    mean = weighted_mean(scores, weights, len(found) - len(scores), SCALE)
    raw, weighted = (Share(*(round(min(100.0, max(0.0, one)), 1) for one in of)) for of in (mean.raw, mean.weighted))
    return Silence(raw, weighted, round(mean.effective), round(mean.worst, 1), round(mean.best, 1))
