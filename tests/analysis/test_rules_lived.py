"""From a person's tickets and voices to visits: matters, silent visits, ends, and words in the place of scores."""

from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from uuid import UUID, uuid4

import pytest

from analysis.rules.lived import five, from_words, visits
from analysis.schemas.lived import Raised, Said, Visit
from tests.support.company import TODAY


def raised(days_ago: float, over_after: float | None = 1.0, matter: str = "", touchpoint: str = "delivery") -> Raised:
    opened = TODAY - timedelta(days=days_ago)
    over = None if over_after is None else opened + timedelta(days=over_after)
    return Raised(uuid4(), opened, over, matter, touchpoint, "acme", "laptop", "mail")


def said(at: datetime, ticket: UUID | None = None, score: float | None = 4.0, overall: float | None = None) -> Said:
    return Said(uuid4(), at, ticket, "" if overall else "delivery", score, overall, "acme", "laptop", "mail")


def told(found: list[Visit]) -> list[tuple[str, float | None]]:
    return [(visit.touchpoint, visit.score) for visit in found]


def test_a_ticket_that_nobody_answered_about_is_a_silent_visit() -> None:
    assert told(visits([raised(30)], [])) == [("delivery", None)]


def test_an_answer_takes_the_place_of_silence() -> None:
    ticket = raised(30)
    assert told(visits([ticket], [said(TODAY - timedelta(days=28), ticket.id, 2.0)])) == [("delivery", 2.0)]


def test_an_open_ticket_and_one_that_leads_nowhere_are_no_visits() -> None:
    assert visits([raised(3, over_after=None), raised(40, touchpoint="")], []) == []


def test_the_answer_about_the_whole_ends_its_matter() -> None:
    first, second = raised(40), raised(36)
    end = said(TODAY - timedelta(days=30), second.id, None, overall=3.0)
    found = visits([first, second], [end])
    assert told(found) == [("delivery", None), ("delivery", None), ("", 3.0)]
    assert len({visit.journey for visit in found}) == 1


@pytest.mark.parametrize(("apart", "journeys"), [(5, 1), (20, 2)])
def test_tickets_near_each_other_are_one_journey(apart: float, journeys: int) -> None:
    found = visits([raised(60), raised(60 - apart)], [])
    assert len({visit.journey for visit in found}) == journeys


def test_linked_tickets_are_one_journey_however_far_apart() -> None:
    found = visits([raised(200, matter="PRJ-1"), raised(100, matter="PRJ-1")], [])
    assert len({visit.journey for visit in found}) == 1


def test_what_is_said_meanwhile_belongs_to_the_matter_and_what_is_said_alone_to_none() -> None:
    ticket = raised(60, over_after=5)
    meanwhile, later, again = (said(TODAY - timedelta(days=days)) for days in (58, 20, 15))
    found = visits([ticket], [meanwhile, later, again])
    numbers = [visit.journey for visit in sorted(found, key=lambda visit: visit.day)]
    assert numbers == [0, 0, 1, 1]


def test_a_named_journey_holds_together_whenever_it_was_said_and_joins_the_matter_of_its_ticket() -> None:
    ticket = raised(60, over_after=5)
    of = {"a": "app/a", "b": "app/b", "-": ""}
    first, second, other, nameless = (
        replace(said(TODAY - timedelta(days=days)), journey=of[name])
        for days, name in ((58, "a"), (5, "a"), (1, "b"), (1, "-"))
    )
    tied = replace(said(TODAY - timedelta(days=2), ticket.id), journey=of["b"])
    found = visits([ticket], [nameless, second, other, tied, first])
    numbers = {visit.key: visit.journey for visit in found}
    assert numbers[f"{first.id}"] == numbers[f"{second.id}"], "fifty days apart, and said while a ticket was open"
    assert numbers[f"{tied.id}"] == numbers[f"{other.id}"] == 0
    assert len(set(numbers.values())) == 3


def test_the_order_of_what_is_given_changes_nothing() -> None:
    random = Random(1)
    tickets = [raised(days) for days in (90, 85, 40)]
    voices = [said(TODAY - timedelta(days=days)) for days in (88, 60, 39, 5)]
    expected = visits(tickets, voices)
    for _ in range(5):
        assert visits(random.sample(tickets, 3), random.sample(voices, 4)) == expected


def test_scores_and_words() -> None:
    assert five([0.0, 100.0, None]) == 3.0
    assert five([None]) is None
    assert from_words("none", 0.0, 0.9) is None
    assert from_words("very_negative", -1.0, 0.75) == 1.5


def test_a_visit_that_the_provider_came_back_to_says_so_and_the_end_does_not() -> None:
    one = replace(said(TODAY, score=1.0), repaired=True, persona="nurse")
    end = replace(said(TODAY, score=None, overall=4.0), repaired=True)
    assert [(visit.repaired, visit.persona) for visit in visits([], [one])] == [(True, "nurse")]
    assert not visits([], [end])[0].repaired


@pytest.mark.parametrize(("first", "last", "expected"), [(1, 6, True), (1, 1, False), (6, 6, False), (4, 6, False)])
def test_a_ticket_resolved_again_after_what_was_said_about_it_was_come_back_to(
    first: float, last: float, expected: bool
) -> None:
    """Said on the third day: about a ticket that was resolved and is reopened, resolved for good, still open, or whose
    first resolution came after it."""
    ticket = replace(raised(9, last), first_over_at=TODAY - timedelta(days=9 - first))
    [visit] = visits([ticket], [said(TODAY - timedelta(days=6), ticket.id, 1.0)])
    assert visit.repaired is expected
