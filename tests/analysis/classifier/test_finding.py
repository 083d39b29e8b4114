"""What the lexicon knows is found wherever it stands, and patterns are tried only where they may match."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.classifier import finding, words
from analysis.classifier.batch import folded, gather
from analysis.classifier.clauses import cut
from analysis.classifier.inventory import patterns
from analysis.classifier.literals import Literals, sums_of
from analysis.classifier.shapes import Language
from analysis.classifier.signs import Found, Sign
from analysis.classifier.triggers import conditions, is_anchored, openings


def signs(texts: list[str], *languages: Language) -> Found:
    batch = gather(texts)
    spoken = words.find(batch)
    return finding.find(batch, spoken, cut(batch, spoken), languages)


def found(text: str, language: Language = "en") -> dict[str, Sign]:
    return {one.event.name: one for _, one in signs([text], language)}


def test_an_event_is_found_and_a_negation_turns_it_round() -> None:
    assert found("The agent was rude to me")["discourtesy"].weight < 0
    turned = found("The agent was not rude")["discourtesy"]
    assert turned.turned
    assert turned.weight > 0


def test_what_an_overriding_event_covers_is_dropped() -> None:
    assert "thanks" not in found("Thanks in advance for your help")


def test_the_lexicon_of_the_language_is_used() -> None:
    assert "waiting" in found("等了三天", "zh")
    assert "waiting" not in found("等了三天", "en")
    assert {"waiting", "silence"} <= set(found("等了三天 and nobody answered", "mixed"))


def test_an_event_counts_in_the_last_clause_it_touches() -> None:
    told = signs(["It was fine, they are friendly, and nobody answered"], "en")
    places = {one.event.name: clause for clause, one in told}
    assert places["silence"] == 2


def test_the_same_emoji_counts_once() -> None:
    told = signs(["👍 good 👍 👍", "👍"], "en", "other")
    assert len(told.rows) - len(found("good")) == 2


def test_what_is_told_adds_up_by_row() -> None:
    rude = signs(["The agent was rude to me"], "en")
    told = Found(np.ones(5, dtype=int), np.zeros(5, dtype=int), rude.things).tell(3)
    assert told.shape == (3, 6)
    assert not told[[0, 2]].any()
    assert told[1, 3] == told.max()


@pytest.mark.parametrize(
    ("pattern", "begun"),
    [
        (r"\b(?:kind|nice)\b.*x", {"kind", "nice"}),
        (r"(?:very )?slow\w+", {"slow", "very slow"}),
        (r"\b(?:wait(?:ed|ing)?|held \w+)", {"wait", "waited", "waiting", "held "}),
        (r"\d+ days|late", set()),
        (r"^\W*none", set()),
    ],
)
def test_how_a_pattern_begins_is_read_off_it(pattern: str, begun: set[str]) -> None:
    assert openings(pattern) == begun


@pytest.mark.parametrize(
    ("pattern", "needed"),
    [
        (r"\b(?:kind|nice)ly?\b", {"kindl", "nicel", "kindly", "nicely"}),
        (r"wait(?:ed|ing)?", {"wait", "waited", "waiting"}),
        (r"\w+ never .*called", {" never ", "called"}),
        ("[不没]好", {"不好", "没好"}),
    ],
)
def test_what_a_pattern_needs_is_read_off_it(pattern: str, needed: set[str]) -> None:
    assert set().union(*conditions(pattern)) == needed


def test_a_pattern_of_anything_needs_nothing() -> None:
    assert conditions(r"\w+\d*|x?") == []


def test_nearly_all_patterns_of_the_lexicon_say_what_they_need() -> None:
    """A pattern without a word of its own is tried on every sentence: give it one."""
    without = [pattern.expression for pattern in patterns() if not pattern.conditions]
    assert len(without) <= 5, without


@settings(deadline=None)
@given(text=st.text("abcdefghij klmnopqrst uvwyz'不没等了三天很好慢", max_size=60))
def test_conditions_never_hide_a_match(text: str) -> None:
    for pattern in patterns():
        if pattern.compiled.search(text):
            assert all(any(one in text for one in strings) for strings in pattern.conditions), pattern.expression


SAID = [
    "I have been waiting for three days and nobody answered my mail, it is still not working again.",
    "The kind lady explained everything clearly, it was solved within five minutes, thank you so much!",
    "They passed me around between four desks, I had to repeat myself over and over, what a joke.",
    "等了三天都没人回复，电话打不通，又要重新提交一遍，太让人失望了。",
    "客服非常热情，很快就解决了，讲得很清楚，谢谢！",
    "被踢皮球，转来转去，态度恶劣，一直不耐烦，问题还是没解决。",
]


@pytest.mark.parametrize("text", SAID)
def test_every_match_begins_as_its_pattern_says(text: str) -> None:
    text = folded(text)
    for pattern in patterns():
        match = pattern.compiled.search(text)
        if match and pattern.openings:
            assert text[match.start() :].startswith(tuple(pattern.openings)), pattern.expression


@given(
    strings=st.lists(st.text("abc好", min_size=1, max_size=9), min_size=1, max_size=8, unique=True),
    text=st.text("abc好", max_size=60),
)
def test_strings_are_found_everywhere_they_stand(strings: list[str], text: str) -> None:
    places, numbers = Literals(strings).find(sums_of(text))
    told = set(zip(places.tolist(), numbers.tolist(), strict=True))
    assert told == {(i, n) for n, one in enumerate(strings) for i in range(len(text)) if text.startswith(one, i)}
    assert len(told) == len(np.atleast_1d(places))


@pytest.mark.parametrize(("pattern", "anchored"), [("^a|^b", True), ("^(?:a|b)", True), ("^a|b", False), ("a^", False)])
def test_a_pattern_that_begins_a_text_is_known(pattern: str, *, anchored: bool) -> None:
    assert is_anchored(pattern) is anchored
