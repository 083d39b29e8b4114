"""What a reading says once it is put right, without a database."""

from datetime import date, datetime, timedelta, timezone
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.models import Correction, Experience, Mention, PlacedBy
from analysis.rules import cursors
from analysis.rules.correcting import SCORES, settle
from analysis.rules.learning import Lesson, fingerprint, interval, lessons, worth_using
from analysis.schemas.readings import Place
from analysis.schemas.versions import Scores
from core.errors import Invalid

DAY = date(2026, 6, 1)
AT = datetime(2026, 6, 1, tzinfo=timezone(timedelta(0)))
TEXT = "The approval took nine days, the colleague was kind."
PLACES = ["", "approval", "access", "delivery"]


def experience() -> Experience:
    return Experience(
        id=UUID(int=1), voice_kind="response", voice_id=UUID(int=2), day=DAY, said_at=AT, comment=TEXT, language="en",
        touchpoint="approval", placed_by=PlacedBy.WORDS, sentiment="mixed", sentiment_score=0.1,
        sentiment_confidence=0.6, emotions={}, as_read={},
    )  # fmt: skip


def mention(start: int, end: int, touchpoint: str, sentiment: str, number: int) -> Mention:
    return Mention(
        id=UUID(int=number), experience_id=UUID(int=1), touchpoint=touchpoint, candidates=[], start=start, end=end,
        sentiment=sentiment, score=SCORES[sentiment], confidence=0.8, as_read={}, nowhere=False,
    )  # fmt: skip


def read() -> list[Mention]:
    return [mention(0, 27, "approval", "negative", 10), mention(29, 51, "", "positive", 11)]


def correction(
    number: int, span: tuple[int, int] | None = None, label: str | None = None, touchpoint: str | None = None,
    about: str = "", undone: bool = False,
) -> Correction:  # fmt: skip
    start, end = span or (None, None)
    return Correction(
        id=UUID(int=number), experience_id=UUID(int=1), start=start, end=end, read_touchpoint=about, label=label,
        touchpoint=touchpoint, classifier="1", made_by="a", made_at=AT, undone_at=AT if undone else None,
    )  # fmt: skip


def shape(one: Experience, mentions: list[Mention]) -> tuple[object, ...]:
    told = [(m.start, m.end, m.touchpoint, m.sentiment, m.score, m.confidence, m.nowhere, m.as_read) for m in mentions]
    return one.sentiment, one.sentiment_score, one.sentiment_confidence, one.touchpoint, one.as_read, tuple(told)


spans = st.one_of(st.none(), st.tuples(st.integers(0, 25), st.integers(26, 51)))
judged = st.tuples(spans, st.none() | st.sampled_from(list(SCORES)), st.none() | st.sampled_from(PLACES))


@given(said=st.lists(judged, max_size=6), back=st.randoms())
def test_corrections_taken_back_leave_the_reading_as_it_was(said: list[object], back: object) -> None:
    one, mentions = experience(), read()
    before = shape(experience(), read())
    made = [correction(n, *what) for n, what in enumerate(said)]  # type: ignore[misc]
    mentions = settle(one, mentions, made)
    back.shuffle(made)  # type: ignore[attr-defined]
    for taken in made:
        taken.undone_at = AT
        mentions = settle(one, mentions, made)
    assert shape(one, mentions) == before


@given(said=st.lists(judged, max_size=6))
def test_settling_twice_is_settling_once(said: list[object]) -> None:
    one, made = experience(), [correction(n, *what) for n, what in enumerate(said)]  # type: ignore[misc]
    mentions = settle(one, read(), made)
    once = shape(one, mentions)
    assert shape(one, settle(one, mentions, made)) == once


@given(said=st.lists(judged, max_size=6), order=st.randoms())
def test_the_order_of_making_counts_not_the_order_of_reading(said: list[object], order: object) -> None:
    made = [correction(n, *what) for n, what in enumerate(said)]  # type: ignore[misc]
    one, other = experience(), experience()
    first = shape(one, settle(one, read(), made))
    order.shuffle(made)  # type: ignore[attr-defined]
    assert shape(other, settle(other, read(), made)) == first


def test_a_correction_finds_its_stretch_in_another_reading() -> None:
    one = experience()
    longer = [mention(0, 28, "access", "neutral", 20), mention(29, 51, "", "positive", 21)]
    settled = settle(one, longer, [correction(1, (0, 27), "very_negative", about="approval")])
    assert [(m.start, m.sentiment) for m in settled] == [(0, "very_negative"), (29, "positive")]


def test_a_stretch_that_another_reading_passes_over_comes_back_as_a_mention() -> None:
    one = experience()
    (first, second) = settle(one, [read()[1]], [correction(1, (0, 27), "negative", "approval", about="approval")])
    assert (first.start, first.end, first.touchpoint, first.sentiment) == (0, 27, "approval", "negative")
    assert second.start == 29
    assert one.touchpoint == "approval"


def test_of_two_touchpoints_in_one_stretch_the_one_that_was_meant_is_corrected() -> None:
    one = experience()
    both = [mention(0, 27, "access", "negative", 30), mention(0, 27, "approval", "negative", 31)]
    settled = settle(one, both, [correction(1, (0, 27), touchpoint="delivery", about="approval")])
    assert {m.touchpoint for m in settled} == {"access", "delivery"}


def test_where_a_person_said_where_they_stood_words_do_not_move_it() -> None:
    one = experience()
    one.placed_by = PlacedBy.PERSON
    settle(one, read(), [correction(1, (0, 27), touchpoint="delivery", about="approval")])
    assert one.touchpoint == "approval"


# ---- lessons ----


def test_the_last_word_on_a_stretch_is_the_lesson() -> None:
    said = [
        correction(1, (0, 27), "negative", about="approval"),
        correction(2, (0, 27), touchpoint="access", about="approval"),
        correction(3, (0, 27), "neutral", about="approval"),
        correction(4, None, "mixed"),
    ]
    found = lessons([(one, experience()) for one in said])
    assert found == [Lesson(TEXT[:27], "en", "neutral", "access"), Lesson(TEXT, "en", "mixed", None)]


def test_the_same_corrections_have_the_same_fingerprint() -> None:
    some = [correction(1), correction(2)]
    assert fingerprint("1", "p", some) == fingerprint("1", "p", some)
    others = {fingerprint("1", "p", some), fingerprint("2", "p", some), fingerprint("1", "q", some)}
    assert len(others | {fingerprint("1", "p", some[:1])}) == 4


@pytest.mark.parametrize(
    ("before", "after", "used"),
    [
        ((50.0, 50.0), (51.0, 50.0), True),
        ((50.0, 50.0), (50.0, 50.0), False),
        ((50.0, 50.0), (60.0, 49.9), False),
        ((None, 50.0), (None, 51.0), True),
        ((None, None), (None, None), False),
    ],
)
def test_only_what_is_better_in_something_and_worse_in_nothing_is_used(
    before: tuple[float, float], after: tuple[float, float], used: bool
) -> None:
    assert worth_using(Scores(*before), Scores(*after)) is used


@given(score=st.floats(0, 100), n=st.integers(1, 5000))
def test_the_interval_holds_the_score_and_shrinks_with_n(score: float, n: int) -> None:
    found, more = interval(score, n), interval(score, 4 * n)
    assert found is not None
    assert more is not None
    assert -0.1 <= found[0] <= score + 0.1
    assert score - 0.1 <= found[1] <= 100.1
    assert more[1] - more[0] <= found[1] - found[0] + 0.1


def test_an_interval_as_it_stands_in_the_books() -> None:
    """Newcombe 1998, table I: 81 of 263, Wilson without correction: 0.2553 to 0.3662."""
    assert interval(100 * 81 / 263, 263) == (25.5, 36.6)
    assert interval(None, 5) is None
    assert interval(50.0, 0) is None


# ---- cursors ----


@given(month=st.integers(0, 40_000), confidence=st.floats(0, 1), id_=st.uuids())
def test_a_cursor_leads_back_to_its_place(month: int, confidence: float, id_: UUID) -> None:
    place = Place(month, confidence, id_)
    assert cursors.place_of(cursors.told(place)) == place


@pytest.mark.parametrize("cursor", ["x", "1~2", "1~0.5~nothing", f"a~0.5~{UUID(int=7)}", "1~2~3~4~5"])
def test_what_is_no_cursor_is_refused(cursor: str) -> None:
    with pytest.raises(Invalid):
        cursors.place_of(cursor)
