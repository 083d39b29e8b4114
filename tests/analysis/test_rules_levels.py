"""Levels: strict with chance, and in the order in which a manager should care."""

import random
from uuid import UUID

import pytest

from analysis.disclosure import Group, change, figure
from analysis.models import Dimension
from analysis.rules.levels import hurting, level, praised
from analysis.schemas.figures import Figure
from analysis.schemas.reports import Difference, Level, TouchpointReport
from analysis.statistics import Sums

NEAR = Difference(-1, -4, 2)


@pytest.mark.parametrize(
    ("figure", "against", "expected"),
    [
        (Figure(), None, Level.FEW),
        (Figure(40, 33, 47, 90), NEAR, Level.HURTS),
        (Figure(40, 25, 55, 9), NEAR, Level.WATCH),
        (Figure(62, 58, 66, 90), Difference(-18, -24, -12), Level.HURTS),
        (Figure(75, 72, 78, 300), Difference(-15, -19, -11), Level.WATCH),
        (Figure(62, 50, 74, 12), Difference(-18, -30, -6), Level.WATCH),
        (Figure(68, 67, 69, 3000), Difference(-3, -4, -2), Level.WATCH),
        (Figure(72, 60, 84, 10), NEAR, Level.FINE),
        (Figure(80, 70, 90, 12), None, Level.FINE),
    ],
)
def test_a_level_follows_from_the_interval_not_from_the_mean(
    figure: Figure, against: Difference | None, expected: Level
) -> None:
    assert level(figure, against) is expected


def test_words_have_to_be_bad_and_worse_than_other_words() -> None:
    complaints = Figure(41, 38, 44, 40)
    assert level(complaints, NEAR, from_words=True) is Level.WATCH
    assert level(complaints, Difference(-17, -20, -14), from_words=True) is Level.HURTS
    assert level(Figure(60, 55, 65, 40), Difference(-20, -25, -15), from_words=True) is Level.WATCH


def touchpoint(key: str, figure: Figure, against: Difference | None) -> TouchpointReport:
    figures = dict.fromkeys(Dimension, Figure()) | {Dimension.SATISFACTION: figure}
    names = {"en": key, "zh": key}
    return TouchpointReport(key, "agree", names, level(figure, against), Dimension.SATISFACTION, figures, against)


def test_the_heaviest_comes_first_not_the_lowest() -> None:
    few = touchpoint("few", Figure(20, 10, 30, 12), Difference(-50, -60, -40))
    many = touchpoint("many", Figure(50, 48, 52, 400), Difference(-20, -23, -17))
    assert [one.key for one in hurting([few, many])] == ["many", "few"]


def test_praise_is_for_what_is_surely_better_and_good() -> None:
    best = touchpoint("best", Figure(90, 86, 94, 80), Difference(20, 15, 25))
    luck = touchpoint("luck", Figure(90, 70, 100, 6), Difference(20, -2, 42))
    poor = touchpoint("poor", Figure(55, 53, 57, 400), Difference(10, 8, 12))
    assert [one.key for one in praised([luck, poor, best])] == ["best"]


def test_chance_alone_hurts_nobody() -> None:
    """40 reports of 30 touchpoints that are all the same: how often one is said to hurt."""
    luck = random.Random(5)
    verdicts = [verdict for _ in range(40) for verdict in _alike(luck)]
    assert verdicts.count(Level.HURTS) / len(verdicts) <= 0.005
    assert verdicts.count(Level.WATCH) / len(verdicts) <= 0.2


def _alike(luck: random.Random) -> list[Level]:
    groups = [_answers(luck, luck.choice([5, 8, 15, 40, 200])) for _ in range(30)]
    verdicts = []
    for group in groups:
        others = Group(sum((one.sums for one in groups if one is not group), Sums()), group.people)
        verdicts.append(level(figure(group, 5), change(group, others, 5)))
    return verdicts


def _answers(luck: random.Random, n: int) -> Group:
    scores = luck.choices([0, 25, 50, 75, 100], [1, 2, 3, 6, 5], k=n)
    sums = Sums(n, sum(scores), sum(score**2 for score in scores))
    return Group(sums, frozenset(UUID(int=number) for number in range(n)))
