from datetime import UTC, datetime, timedelta
from itertools import pairwise
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.models import Channel, Reason, Trigger
from surveys.rules.asking import draw_of, expiry, language_of, last_day, may_ask_again, reason_not_to_ask
from surveys.schemas import Asking

NOON = datetime(2025, 3, 3, 12, tzinfo=UTC)
YESTERDAY = NOON - timedelta(days=1)


def trigger(**values: object) -> Trigger:
    return Trigger(**{"survey_id": uuid4(), **values})


def asking(**values: object) -> Asking:
    known: dict[str, object] = {
        "kind": "incident",
        "opted_out": False,
        "has_address": True,
        "last_asked_at": None,
        "resolved_at": YESTERDAY,
        "draw": 50.0,
    }
    return Asking(**(known | values))  # type: ignore[arg-type]


def test_it_asks_when_nothing_stands_against_it() -> None:
    assert reason_not_to_ask(trigger(), asking(), NOON) is None


@pytest.mark.parametrize(
    ("setting", "known", "reason"),
    [
        ({"active": False}, {}, Reason.EXCLUDED),
        ({"kinds": ["request"]}, {}, Reason.EXCLUDED),
        ({"kinds": ["request", "incident"]}, {}, None),
        ({}, {"resolved_at": NOON - timedelta(days=4)}, Reason.TOO_OLD),
        ({}, {"resolved_at": datetime(2016, 5, 1, tzinfo=UTC)}, Reason.TOO_OLD),
        ({}, {"resolved_at": NOON - timedelta(days=3)}, None),
        ({}, {"resolved_at": NOON + timedelta(hours=1)}, None),
        ({}, {"opted_out": True}, Reason.OPTED_OUT),
        ({}, {"has_address": False}, Reason.NO_ADDRESS),
        ({}, {"has_address": False, "channel": Channel.LINK}, None),
        ({}, {"last_asked_at": NOON - timedelta(days=6)}, Reason.COOLDOWN),
        ({}, {"last_asked_at": NOON}, Reason.COOLDOWN),
        ({}, {"last_asked_at": NOON - timedelta(days=7)}, None),
        ({"cooldown_days": 0}, {"last_asked_at": NOON}, None),
        ({"sample_percent": 50}, {}, Reason.SAMPLED_OUT),
        ({"sample_percent": 51}, {}, None),
        ({"sample_percent": 0}, {"draw": 0.0}, Reason.SAMPLED_OUT),
        ({"sample_percent": 100}, {"draw": 99.999}, None),
    ],
)
def test_it_says_why_it_does_not_ask(
    setting: dict[str, object], known: dict[str, object], reason: Reason | None
) -> None:
    assert reason_not_to_ask(trigger(**setting), asking(**known), NOON) is reason


@given(
    gaps=st.lists(st.integers(0, 20 * 24 * 60), max_size=40),
    cooldown=st.integers(0, 30),
    draws=st.lists(st.floats(0, 99.9), min_size=40, max_size=40),
)
def test_nobody_is_asked_twice_within_the_cooldown(gaps: list[int], cooldown: int, draws: list[float]) -> None:
    at, asked = NOON, list[datetime]()
    for gap, draw in zip(gaps, draws, strict=False):
        at += timedelta(minutes=gap)
        known = asking(resolved_at=at, draw=draw, last_asked_at=asked[-1] if asked else None)
        if reason_not_to_ask(trigger(cooldown_days=cooldown, sample_percent=70), known, at) is None:
            asked.append(at)
    waits = [later - earlier for earlier, later in pairwise(asked)]
    assert all(wait >= timedelta(days=cooldown) for wait in waits)


@given(digest=st.text("0123456789abcdef", min_size=64, max_size=64), percent=st.integers(0, 99))
def test_a_larger_sample_holds_the_smaller_one(digest: str, percent: int) -> None:
    def asked(share: int) -> bool:
        return reason_not_to_ask(trigger(sample_percent=share), asking(draw=draw_of(digest)), NOON) is None

    assert asked(percent + 1) or not asked(percent)
    assert asked(100)
    assert not asked(0)


def test_a_draw_lies_below_a_hundred() -> None:
    assert draw_of("0" * 64) == 0
    assert 99.9 < draw_of("f" * 64) < 100


@pytest.mark.parametrize(
    ("known", "texts", "language"),
    [
        ("zh-CN", ["printer"], "zh"),
        ("ZH_Hant", [], "zh"),
        ("en-GB", ["打印机"], "en"),
        ("de", ["打印机"], "en"),
        (None, ["3楼打印机坏了"], "zh"),
        ("", ["printer", "网络"], "zh"),
        (None, ["プリンタ"], "en"),
        (None, ["printer"], "en"),
        (None, [], "en"),
    ],
)
def test_it_speaks_the_language_of_the_person_or_of_the_ticket(
    known: str | None, texts: list[str], language: str
) -> None:
    assert language_of(known, texts) == language


@given(minutes=st.integers(0, 5 * 365 * 24 * 60), days=st.integers(1, 90))
def test_a_link_is_good_to_the_end_of_the_day_that_the_mail_names(minutes: int, days: int) -> None:
    sent = NOON + timedelta(minutes=minutes)
    end = expiry(sent, days)
    assert last_day(end).date() == (sent + timedelta(days=days)).date()
    # the furthest west, the day ends twelve hours after it ends in UTC
    assert end == datetime.combine(last_day(end).date(), datetime.min.time(), UTC) + timedelta(days=1, hours=12)
    assert end - sent >= timedelta(days=days)


def test_only_reasons_that_a_link_overcomes_are_looked_at_again() -> None:
    assert [reason for reason in Reason if may_ask_again(reason)] == [Reason.NO_ADDRESS, Reason.TOO_OLD]
    assert not may_ask_again(None)
