"""Moments of truth are found where they are, and nowhere else."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.statistics.moments import Experiences, Report, find_moments
from analysis.statistics.moments.changes import risen
from analysis.statistics.moments.counting import count
from analysis.statistics.moments.lives import told_changes
from analysis.statistics.moments.looks import look_at_changes
from analysis.statistics.moments.shapes import DIMENSIONS, Method
from analysis.statistics.moments.weeks import weeks_of
from tests.support.journeys import CUSTOMERS, DAYS, FIRST_DAY, PLACES, World, experiences, words

COSTLY, UGLY = "place c", "place f"


def report(world: World) -> Report:
    rows = experiences(world)
    return find_moments(rows, words(rows))


@pytest.fixture(scope="module")
def found() -> Report:
    return report(World(cost={COSTLY: 1.0}, ugly=(UGLY,)))


def alarms(of: Report) -> list[tuple[str, dict[str, str] | None]]:
    return [(f.touchpoint, f.segment) for f in of.findings if f.kind == "negative_moment_of_truth"]


def test_it_finds_the_place_that_costs_and_not_the_one_that_is_only_ugly(found: Report) -> None:
    assert alarms(found) == [(COSTLY, None)]


def test_its_interval_holds_the_true_loss(found: Report) -> None:
    """0.3 of the visits are bad, and each takes one point of the end."""
    low, high = found.findings[0].ci95
    assert low < 30 < high
    assert 20 < found.findings[0].loss_per_100_visits < 40
    assert found.findings[0].loss_per_100_journeys == pytest.approx(found.findings[0].loss_per_100_visits / 2, rel=0.1)


def test_its_evidence_are_bad_visits_there_each_wording_once(found: Report) -> None:
    rows = experiences(World(cost={COSTLY: 1.0}, ugly=(UGLY,)))
    ties = [int(event.split()[1]) for event in found.findings[0].evidence]
    assert 3 <= len(ties) <= 5
    assert all(rows.score[tie] <= 2.5 and rows.names[rows.touchpoint[tie]] == COSTLY for tie in ties)
    assert len({tie // 10 for tie in ties}) == len(ties)


def test_what_is_merely_ugly_is_said_to_be_harmless(found: Report) -> None:
    [ugly] = [f for f in found.findings if f.kind == "low_and_harmless"]
    assert ugly.touchpoint == UGLY
    assert ugly.bad_share > 0.2
    assert ugly.ci95[0] < 0 < ugly.ci95[1] < 8


def test_what_people_bring_along_is_said_of_where_it_comes_from() -> None:
    """Nothing goes wrong at the second place, and those who come from elsewhere lose nothing there."""
    of = report(World(journeys=5000, cost={COSTLY: 1.0}, leads_to={COSTLY: "place h"}))
    assert alarms(of) == [(COSTLY, None)]
    [second] = [f for f in of.findings if f.kind == "carried_over"]
    assert second.carried is not None
    assert (second.touchpoint, second.carried.touchpoint) == ("place h", COSTLY)
    assert second.carried.share > second.carried.usual + 0.1
    assert second.carried.points > second.loss_per_100_visits / 2
    assert second.carried.otherwise_ci95[0] < 0 < second.carried.otherwise_ci95[1]
    assert second.carried.n + second.carried.n_otherwise == second.passes


def test_two_moments_one_after_the_other_are_two() -> None:
    """Whoever comes from the first is hurt twice; that does not excuse the second."""
    of = report(World(journeys=5000, cost={COSTLY: 1.0, "place h": 1.0}, leads_to={COSTLY: "place h"}))
    assert sorted(alarms(of)) == [(COSTLY, None), ("place h", None)]


def test_what_only_one_customer_suffers_is_said_of_that_customer() -> None:
    of = report(World(journeys=5000, cost={COSTLY: 1.2}, only_at={COSTLY: "globex"}))
    assert alarms(of) == [(COSTLY, {"customer": "globex"})]


def test_what_began_late_is_dated() -> None:
    began = FIRST_DAY + 0.6 * DAYS
    of = report(World(journeys=4000, cost={COSTLY: 1.2}, since={COSTLY: began}))
    assert alarms(of) == [(COSTLY, None)]
    day = str(np.datetime64(int(began), "D"))
    since, detected = (np.datetime64(of.findings[0].since), np.datetime64(of.findings[0].first_detected))
    assert abs((since - np.datetime64(day)).astype(int)) <= 21
    assert np.datetime64(day) < detected <= np.datetime64(day) + 60


def test_a_moment_was_first_told_of_when_bad_visits_became_more() -> None:
    rows = experiences(World(journeys=6000, cost={COSTLY: 0.5}, since={COSTLY: FIRST_DAY + 0.6 * DAYS}))
    heard, tested = (find_moments(rows, words(rows), method) for method in (Method(), Method(quiet_alpha=1e-12)))
    assert alarms(heard) == alarms(tested) == [(COSTLY, None)]
    [change] = told_changes(weeks_of(count(rows, Method()).timeline), Method()).values()
    assert heard.findings[0].first_detected == str(np.datetime64(int(change), "D"))
    assert heard.findings[0].first_detected < tested.findings[0].first_detected
    assert heard.findings[0].since == tested.findings[0].since


def test_a_suspicion_of_one_week_is_not_yet_looked_into() -> None:
    rows = experiences(World(cost={COSTLY: 1.2}, since={COSTLY: FIRST_DAY + 0.6 * DAYS}))
    counted, place = count(rows, Method()), PLACES.index(COSTLY)
    weeks, months = weeks_of(counted.timeline), counted.parameters.layout.months

    def looked(n: int) -> bool:
        so_far = replace(weeks, bad=weeks.bad[:, :n], answered=weeks.answered[:, :n])
        seen = look_at_changes(counted.cells(everybody_only=True), months, counted.people, Method(), so_far)
        return seen is not None and bool(seen.tested[place, 0])

    first = next(n for n in range(20, 100) if place in risen(weeks.bad[:, :n], weeks.answered[:, :n]))
    assert (looked(first), looked(first + 1)) == (False, True)


def test_looks_that_announce_are_strict_in_the_first_year() -> None:
    half, year, later = (Method().announcing(months) for months in (6, 12, 30))
    assert half.alpha == year.alpha / 4
    assert (year.alpha, later.changes_alpha) == (Method().announcing_alpha, Method().changes_alpha)


def test_more_may_be_lost_than_is_told(found: Report) -> None:
    """What is rated middling or better is not seen to cost: the interval reaches further up than down."""
    one = found.findings[0]
    assert one.ci95[1] - one.loss_per_100_visits > 1.2 * (one.loss_per_100_visits - one.ci95[0])


def test_a_moment_that_is_over_has_recovered() -> None:
    of = report(World(journeys=6000, cost={COSTLY: 1.0}, until={COSTLY: FIRST_DAY + 0.5 * DAYS}))
    assert [(f.kind, f.touchpoint) for f in of.findings] == [("recovered", COSTLY)]
    assert of.findings[0].first_detected < "2025-12-01"


@pytest.mark.parametrize("seed", range(5))
def test_ratings_that_depend_on_nothing_give_nothing(seed: int) -> None:
    rows = experiences(World(journeys=800, seed=seed))
    random = np.random.default_rng(seed)
    shuffled = rows.score.copy()
    for use in (rows.is_end, ~rows.is_end):
        shuffled[use] = random.permutation(shuffled[use])
    nothing = Experiences(**{name: getattr(rows, name) for name in rows.__slots__} | {"score": shuffled})
    assert find_moments(nothing, words(rows)).findings == ()


def test_the_order_of_rows_does_not_matter(found: Report) -> None:
    rows = experiences(World(cost={COSTLY: 1.0}, ugly=(UGLY,)))
    mixed = find_moments(rows.take(np.random.default_rng(3).permutation(len(rows))), words(rows))
    assert alarms(mixed) == alarms(found)
    one, other = mixed.findings[0], found.findings[0]
    assert one.loss_per_100_visits == pytest.approx(other.loss_per_100_visits)
    assert (one.since, one.first_detected, one.evidence) == (other.since, other.first_detected, other.evidence)


def test_without_the_end_question_the_report_says_what_is_missing() -> None:
    rows = experiences(World(cost={COSTLY: 1.0}))
    endless = rows.take(~rows.is_end)
    assert "asking it finds" in str(find_moments(endless, words(rows)).method["outcome"])


def test_without_names_of_persons_and_segments_it_still_finds() -> None:
    rows = experiences(World(journeys=4000, cost={COSTLY: 1.2}))
    unnamed = Experiences(
        **{name: getattr(rows, name) for name in rows.__slots__}
        | {"person": rows.journey, "segments": {name: np.full(len(rows), -1) for name in DIMENSIONS}}
    )
    assert alarms(find_moments(unnamed, words(rows))) == [(COSTLY, None)]


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 25), st.integers(1, 3), st.integers(0, 10_000), st.booleans(), st.booleans())
def test_tiny_data_give_no_findings_and_say_so(n: int, places: int, seed: int, ends: bool, silent: bool) -> None:
    random = np.random.default_rng(seed)
    score = np.where(random.random(n) < (1.0 if silent else 0.3), np.nan, random.integers(1, 6, n).astype(float))
    nobody = np.full(n, -1)
    tiny = Experiences(
        names=tuple(f"place {place}" for place in range(places)),
        values={name: CUSTOMERS if name == "customer" else () for name in DIMENSIONS},
        time=FIRST_DAY + 100 * random.random(n),
        tie=np.arange(n),
        journey=random.integers(0, 4, n),
        person=random.integers(0, 3, n),
        touchpoint=random.integers(0, places + ends, n),
        score=score,
        repaired=random.random(n) < 0.5,
        segments={name: random.integers(-1, 3, n) if name == "customer" else nobody for name in DIMENSIONS},
    )
    of = find_moments(tiny, words(tiny))
    assert of.findings == ()
    assert str(of.method["note"]).startswith("not enough data yet")
