import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import i18n


@pytest.mark.parametrize(
    ("asked", "kept", "accept", "chosen"),
    [
        (None, None, None, "en"),
        (None, None, "", "en"),
        ("zh", "en", "en", "zh"),
        (None, "zh", "en", "zh"),
        (None, None, "zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        (None, None, "fr-FR,fr;q=0.9,zh-TW;q=0.5,en;q=0.4", "zh"),
        (None, None, "en;q=0.2,zh;q=0.9", "zh"),
        (None, None, "fr, de;q=0.5", "en"),
        (None, None, "*", "en"),
        ("xx", None, "zh", "zh"),
        ("ZH-hans", None, None, "zh"),
        ("", "", "en-GB", "en"),
        (None, None, "zh;q=nonsense,en", "en"),
        ("' OR 1=1 --", None, None, "en"),
    ],
)
def test_the_language_asked_for_wins_then_the_kept_then_the_browsers(
    asked: str | None, kept: str | None, accept: str | None, chosen: str
) -> None:
    assert i18n.choose(asked, kept, accept) == chosen


@given(st.none() | st.text(), st.none() | st.text(), st.none() | st.text())
def test_whatever_is_asked_a_language_is_chosen(asked: str | None, kept: str | None, accept: str | None) -> None:
    assert i18n.choose(asked, kept, accept) in i18n.LANGUAGES


def test_english_needs_no_catalogue_and_chinese_has_one() -> None:
    assert i18n.gettext("Sign in") == "Sign in"
    i18n.use("zh")
    assert i18n.gettext("Sign in") == "登录"


def test_a_message_nobody_translated_is_shown_in_english() -> None:
    i18n.use("zh")
    assert i18n.gettext("no such message") == "no such message"


def test_one_and_many_are_told_apart_in_english() -> None:
    assert [i18n.ngettext("one", "many", n) for n in (0, 1, 2)] == ["many", "one", "many"]


async def test_two_requests_at_once_speak_their_own_language() -> None:
    async def request(language: str) -> str:
        i18n.use(language)
        await asyncio.sleep(0.01)
        return i18n.gettext("Sign in")

    answers = await asyncio.gather(request("zh"), request("en"), request("zh"))
    assert answers == ["登录", "Sign in", "登录"]


def test_a_name_in_both_languages_is_told_in_ones_own() -> None:
    for language, expected in (("en", "Remote access"), ("zh", "远程接入")):
        i18n.use(language)
        assert i18n.own_name("Remote access · 远程接入") == expected
        assert i18n.own_name("Acme · Globex") == "Acme · Globex"
        assert i18n.own_name("远程接入") == "远程接入"
