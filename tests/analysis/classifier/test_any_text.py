"""Whatever is written: it is read, within its time, in bounds, the same way every time, and nothing of it is told."""

import logging
import time
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from analysis import classifier
from analysis.classifier import EMOTIONS, LABELS, Reading, TouchpointSeed, characters, explain, read
from analysis.classifier.batch import MAX_CHARACTERS
from analysis.service.heads import Reader
from analysis.service.reading import read_texts

TOUCHPOINTS = [
    TouchpointSeed("support", {"en": "Support contact", "zh": "客服"}, keywords=("colleague", "同事")),
    TouchpointSeed("approval", {"en": "Approval", "zh": "审批"}, keywords=("approve",)),
]
WORDS = [
    "support",
    "slow",
    "not",
    "great",
    "but",
    "approval",
    "客服",
    "很慢",
    "不",
    "但是",
    "太好了",
    "審批",
    "VPN",
    "thx",
]
SIGNS = [
    " ",
    "，",
    ".",
    "!",
    "？",
    "\n",
    "👍",
    "😡",
    "🏽",
    "\u200b",
    "\u202e",
    "&amp;",
    "<b>",
    "1",
    "Ａ",
    "\x00",
    "\ud800",
    '"',
]

anything = st.text(st.characters(codec=None), max_size=300)
comments = st.lists(st.sampled_from(WORDS + SIGNS), max_size=40).map("".join)
texts = anything | comments
calmly = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def one(text: str, language: str | None = None) -> Reading:
    return read([text], TOUCHPOINTS, languages=[language])[0]


@calmly
@given(text=texts, hint=st.sampled_from([None, "zh", "en", "zh-Hans", "de", ""]))
@example(text="\ud83d", hint=None)
@example(text="慢" * MAX_CHARACTERS + "好", hint=None)
def test_any_string_is_read_within_bounds(text: str, hint: str | None) -> None:
    reading = one(text, hint)
    assert reading.label in LABELS
    assert -1 <= reading.score <= 1
    assert 0 <= reading.confidence <= 1
    assert set(reading.emotions) <= set(EMOTIONS)
    assert all(0 < strength <= 1 for strength in reading.emotions.values())
    for mention in reading.mentions:
        assert mention.label in LABELS
        assert -1 <= mention.score <= 1
        assert 0 <= mention.confidence <= 1
        assert len(mention.candidates) <= 2


@calmly
@given(text=texts)
def test_mentions_stand_in_the_text_in_its_order_and_hold_words(text: str) -> None:
    mentions = one(text).mentions
    for mention in mentions:
        assert 0 <= mention.start < mention.end <= len(text)
        assert text[mention.start : mention.end].strip()
    places = [(mention.start, mention.end) for mention in mentions]
    assert places == sorted(places)


@calmly
@given(text=texts)
def test_a_text_is_read_the_same_way_every_time(text: str) -> None:
    assert one(text) == one(text)


@calmly
@given(batch=st.lists(texts, max_size=12))
@example(batch=["1", "Chinese colleagues"])  # a number before people is hidden with them, and not across comments
@example(batch=["My sister", "from Leeds, slow"])
def test_a_batch_reads_like_its_texts_alone_and_in_their_order(batch: list[str]) -> None:
    assert read(batch, TOUCHPOINTS) == [one(text) for text in batch]


@calmly
@given(text=comments)
def test_every_reading_can_be_explained(text: str) -> None:
    explanation = explain(text, TOUCHPOINTS)
    assert explanation.reading == one(text)
    assert all(clause.label in LABELS for clause in explanation.clauses)


def test_a_face_is_read_before_anybody_wrote_its_emoji() -> None:
    characters._table.cache_clear()
    assert one("è:]<").label == "positive"


def test_no_texts_are_no_readings() -> None:
    assert read([], TOUCHPOINTS) == []


LONG = {
    "words": "slow ",
    "characters": "慢",
    "emoji": "😡",
    "brackets": "<",
    "figures": "1 ",
    "one figure": "1",
    "commas": "没有人,",
    "mails": "a.",
    "at signs": "a@",
    "turns": "but not ",
    "one word": "o",
    "quotes": '"',
    "entities": "&amp",
    "marks on marks": "a\u0301\u0301",
    "right to left": "\u202e",
    "line ends": "\r\n",
}


@pytest.mark.parametrize("unit", LONG.values(), ids=LONG.keys())
def test_a_hundred_thousand_characters_are_read_as_far_as_their_beginning(unit: str) -> None:
    text = (unit * 100_000)[:100_000]
    reading = one(text)
    assert reading.truncated
    assert all(mention.end <= MAX_CHARACTERS for mention in reading.mentions)


def seconds(work: Callable[[], object]) -> float:
    """The best of three: what the machine does besides must not count."""

    def run() -> float:
        start = time.process_time()
        work()
        return time.process_time() - start

    return min(run() for _ in range(3))


@pytest.mark.parametrize("unit", LONG.values(), ids=LONG.keys())
def test_time_grows_with_length_and_not_faster(unit: str) -> None:
    """Twenty times as much text of one kind, in one comment: at most some forty times the time."""
    short, long = (unit * 200)[:200], (unit * 4_000)[:4_000]
    one("warm")
    together = seconds(lambda: read([f"{number} {short}" for number in range(20)], TOUCHPOINTS))
    assert seconds(lambda: read([f"7 {long}"], TOUCHPOINTS)) <= 2 * together + 0.05


def test_fifty_thousand_emoji_take_no_longer_than_the_part_that_is_read() -> None:
    read_part = seconds(lambda: one("😡" * MAX_CHARACTERS))
    assert seconds(lambda: one("😡" * 50_000)) <= 4 * read_part + 0.05


def test_time_grows_with_the_number_of_comments_and_not_faster() -> None:
    many = [f"The support in room {number} was slow, but kind. 客服{number}很慢。" for number in range(800)]
    read(many[:10], TOUCHPOINTS)
    assert seconds(lambda: read(many, TOUCHPOINTS)) <= 16 * seconds(lambda: read(many[:100], TOUCHPOINTS)) + 0.1


CANARIES = [
    "canary Quillfeather was rude",
    "金丝雀客服态度很差",
    "canary <b>4111 1111 1111 1111</b> 😡",
    "canary" * 2_000,
]


def test_reading_tells_nothing_of_what_it_reads(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    read(CANARIES, TOUCHPOINTS)
    told = caplog.text + "".join(capfd.readouterr())
    assert "canary" not in told.lower()
    assert "金丝雀" not in told


def test_a_failing_reader_tells_nothing_of_the_text_it_failed_on(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def brittle(texts: list[str], *_rest: object, **_more: object) -> list[Reading]:
        if any("canary" in text or "金丝雀" in text for text in texts):
            raise ValueError(texts)
        return [Reading("en", "neutral", 0.0, 0.5) for _ in texts]

    monkeypatch.setattr(classifier, "read", brittle)
    caplog.set_level(logging.DEBUG)
    readings = read_texts([*CANARIES, "fine"], [None] * 5, TOUCHPOINTS, Reader())
    assert [reading.label for reading in readings] == ["none"] * 4 + ["neutral"]
    told = caplog.text + "".join(capfd.readouterr())
    assert "could not be read: ValueError" in told
    assert "canary" not in told.lower()
    assert "金丝雀" not in told
