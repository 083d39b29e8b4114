"""Which tickets are one matter, and when it is over."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from journeys.rules.matters import LONGEST, Matter, matters, over_since
from journeys.schemas.places import Strand

MONDAY = datetime(2025, 3, 3, 9, tzinfo=UTC)
GAP = timedelta(days=7)


def day(number: float) -> datetime:
    return MONDAY + timedelta(days=number)


def strand(number: int, opened: float, over: float | None, matter: str = "") -> Strand:
    return Strand(UUID(int=number), day(opened), None if over is None else day(over), matter)


def numbers(found: list[Matter]) -> list[list[int]]:
    return sorted([ticket_id.int for ticket_id in matter.ticket_ids] for matter in found)


def test_what_comes_soon_after_belongs_to_the_same_matter() -> None:
    assert numbers(matters([strand(1, 0, 2), strand(2, 9, 10), strand(3, 17.1, 18)], GAP)) == [[1, 2], [3]]


def test_a_linked_ticket_belongs_to_it_however_late_it_comes() -> None:
    told = [strand(1, 0, 2, "PRB-1"), strand(2, 30, 31), strand(3, 80, 81, "PRB-1")]
    assert numbers(matters(told, GAP)) == [[1, 3], [2]]


def test_an_open_ticket_keeps_the_matter_open_and_takes_in_what_comes() -> None:
    [matter] = matters([strand(1, 0, None), strand(2, 20, 21)], GAP)
    assert matter.over_at is None
    assert over_since(matter, GAP, day(100)) is None


def test_somebody_who_needs_help_every_week_comes_to_an_end_of_something() -> None:
    found = matters([strand(week, 7 * week, 7 * week + 1) for week in range(1, 30)], GAP)
    assert len(found) == 4
    assert all(matter.strands[-1].opened_at - matter.strands[0].opened_at <= LONGEST for matter in found)


def test_a_matter_is_over_when_the_gap_has_passed_and_by_its_last_ticket() -> None:
    [matter] = matters([strand(1, 0, 6), strand(2, 1, 3)], GAP)
    assert matter.last.ticket_id.int == 1
    assert over_since(matter, GAP, day(12.9)) is None
    assert over_since(matter, GAP, day(13)) == day(6)


spans = st.tuples(st.integers(0, 200), st.one_of(st.none(), st.integers(0, 30)), st.sampled_from(["", "", "a", "b"]))


@given(told=st.lists(spans, max_size=12), data=st.data())
def test_every_ticket_is_in_one_matter_whatever_the_order(
    told: list[tuple[int, int | None, str]], data: st.DataObject
) -> None:
    strands = [
        strand(number, opened, None if length is None else opened + length, key)
        for number, (opened, length, key) in enumerate(told)
    ]
    found = matters(strands, GAP)
    assert sorted(number for group in numbers(found) for number in group) == list(range(len(told)))
    assert numbers(matters(data.draw(st.permutations(strands)), GAP)) == numbers(found)
    for key in ("a", "b"):
        holding = [matter for matter in found if any(one.matter == key for one in matter.strands)]
        assert len(holding) <= 1
