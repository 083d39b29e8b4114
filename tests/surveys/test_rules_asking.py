from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.models import Channel, Detail, Reason
from surveys.rules.asking import expiry, language_of, last_day, may_ask_again, verdict
from surveys.rules.sampling import draw_of
from surveys.schemas import Ask, Asking, AskingPolicy, Later, Refusal, ReopeningRule, TriggerDefinition

NOON = datetime(2025, 3, 3, 12, tzinfo=UTC)
YESTERDAY = NOON - timedelta(days=1)
MINE, OTHER = UUID(int=1), UUID(int=2)
TICKET = {"kind": "incident", "service": "mail", "priority": "high", "close_reason": "solved"}
POLICY = AskingPolicy(asks=1, days=7)


def asking(**values: object) -> Asking:
    known: dict[str, object] = {"survey_id": MINE, "attributes": TICKET, "over_at": YESTERDAY, "draw": 50.0}
    return Asking(**(known | values))  # type: ignore[arg-type]


def asked(days: float, by: UUID | None = OTHER) -> dict[str, object]:
    return {"asks": (Ask(by, NOON - timedelta(days=days)),)}


def test_it_asks_when_nothing_stands_against_it() -> None:
    assert verdict(TriggerDefinition(), POLICY, asking(), NOON) is None


@pytest.mark.parametrize(
    ("setting", "known", "refusal"),
    [
        ({"active": False}, {}, Refusal(Reason.EXCLUDED, Detail.OFF)),
        ({"kinds": ["request"]}, {}, Refusal(Reason.EXCLUDED, Detail.NOT_MEANT)),
        ({"kinds": ["request", "incident"]}, {}, None),
        ({"services": ["mail"], "priorities": ["high"]}, {}, None),
        ({"services": ["mail"], "priorities": ["low"]}, {}, Refusal(Reason.EXCLUDED, Detail.NOT_MEANT)),
        ({"groups": ["Network"]}, {}, Refusal(Reason.EXCLUDED, Detail.NOT_MEANT)),
        ({"attributes": {"site": ["Wuhan"]}}, {"more": {"site": "Wuhan"}}, None),
        ({"attributes": {"site": ["Wuhan"]}}, {}, Refusal(Reason.EXCLUDED, Detail.NOT_MEANT)),
        ({"close_reasons": ["solved"]}, {}, None),
        ({"not_close_reasons": ["solved"]}, {}, Refusal(Reason.EXCLUDED, Detail.CLOSE_REASON)),
        ({"not_close_reasons": [""]}, {"attributes": {"close_reason": ""}}, None),
        ({"not_people": ["li"]}, {"person_key": "li"}, Refusal(Reason.EXCLUDED, Detail.ON_LIST)),
        ({}, {"reopened": True}, Refusal(Reason.EXCLUDED, Detail.REOPENED)),
        ({}, {"major_incident": True}, Refusal(Reason.EXCLUDED, Detail.MAJOR_INCIDENT)),
        ({}, {"over_at": NOON - timedelta(days=4)}, Refusal(Reason.TOO_OLD)),
        ({}, {"over_at": NOON - timedelta(days=4), "seen_at": NOON - timedelta(days=3)}, None),
        ({}, {"over_at": datetime(2016, 5, 1, tzinfo=UTC)}, Refusal(Reason.TOO_OLD)),
        ({}, {"over_at": NOON - timedelta(days=3)}, None),
        ({}, {"over_at": NOON + timedelta(hours=1)}, None),
        ({}, {"opted_out": True}, Refusal(Reason.OPTED_OUT)),
        ({}, {"has_address": False}, Refusal(Reason.NO_ADDRESS)),
        ({}, {"bounced": True}, Refusal(Reason.NO_ADDRESS, Detail.BOUNCED)),
        ({}, {"has_address": False, "bounced": True, "channel": Channel.LINK}, None),
        ({}, asked(6), Refusal(Reason.COOLDOWN, Detail.PERSON_CLOCK)),
        ({}, asked(0), Refusal(Reason.COOLDOWN, Detail.PERSON_CLOCK)),
        ({}, asked(7), None),
        ({"cooldown_days": 30}, asked(7, by=MINE), Refusal(Reason.COOLDOWN, Detail.SURVEY_CLOCK)),
        ({"cooldown_days": 30}, asked(30, by=MINE), None),
        ({"patience_days": 5}, asked(3), Later(NOON + timedelta(days=4))),
        ({"patience_days": 3}, asked(3), Refusal(Reason.COOLDOWN, Detail.PERSON_CLOCK)),
        ({"reopened": ReopeningRule.ONCE}, {"asked_before": True}, Refusal(Reason.ALREADY_ASKED)),
        ({}, {"asked_before": True}, None),
        ({"sample_percent": 50}, {}, Refusal(Reason.SAMPLED_OUT, Detail.LOT)),
        ({"sample_percent": 51}, {}, None),
        ({"sample_percent": 0}, {"draw": 0.0}, Refusal(Reason.SAMPLED_OUT, Detail.LOT)),
        ({"sample_percent": 100}, {"draw": 99.999}, None),
    ],
)
def test_it_says_why_it_does_not_ask(
    setting: dict[str, object], known: dict[str, object], refusal: Refusal | Later | None
) -> None:
    trigger = TriggerDefinition(**setting)  # type: ignore[arg-type]
    assert verdict(trigger, POLICY, asking(**known), NOON) == refusal


@given(digest=st.text("0123456789abcdef", min_size=64, max_size=64), percent=st.integers(0, 99))
def test_a_larger_sample_holds_the_smaller_one(digest: str, percent: int) -> None:
    def drawn(share: int) -> bool:
        trigger = TriggerDefinition(sample_percent=share)
        return verdict(trigger, POLICY, asking(draw=draw_of(digest)), NOON) is None

    assert drawn(percent + 1) or not drawn(percent)
    assert drawn(100)
    assert not drawn(0)


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
    assert may_ask_again(None), "planned by mail, and not asked yet"
