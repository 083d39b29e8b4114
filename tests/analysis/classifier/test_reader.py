"""The whole reading: labels, mentions and their places; hard cases and any text at all have files of their own."""

import gc
import subprocess
import sys

import pytest

from analysis.classifier import Reading, TouchpointSeed, explain, read, reader
from core.settings import ROOT

SUPPORT = TouchpointSeed("support", {"en": "Support contact", "zh": "客服"}, keywords=("colleague", "同事"))
APPROVAL = TouchpointSeed("approval", {"en": "Approval", "zh": "审批"}, keywords=("approve",))
TOUCHPOINTS = [SUPPORT, APPROVAL]


def one(text: str, language: str | None = None) -> Reading:
    return read([text], TOUCHPOINTS, languages=[language])[0]


@pytest.mark.parametrize(
    ("text", "kind_words", "wait_words"),
    [
        ("The colleague was kind, but the approval took three days.", "The colleague was kind", "approval took"),
        ("客服很热情，但是审批花了三天。", "客服很热情", "审批花了三天"),
    ],
)
def test_it_reads_a_kind_colleague_and_a_slow_approval_as_mixed(text: str, kind_words: str, wait_words: str) -> None:
    reading = one(text)
    support, approval = reading.mentions
    assert reading.label == "mixed"
    assert (support.touchpoint, approval.touchpoint) == ("support", "approval")
    assert support.score > 0 > approval.score
    assert kind_words in text[support.start : support.end]
    assert wait_words in text[approval.start : approval.end]


def test_offsets_count_the_text_as_it_was_given() -> None:
    text = "<p>Ｈｅｌｌｏ\u200b！</p> 客\u200b服态度很差！！"
    (mention,) = [mention for mention in one(text).mentions if mention.touchpoint == "support"]
    assert text[mention.start : mention.end] == "客\u200b服态度很差"


@pytest.mark.parametrize(
    "text", ["Очень медленно", "プリンターが動きません", "Der Drucker ist nicht gut und sehr langsam"]
)
def test_a_language_that_is_not_read_is_said_so(text: str) -> None:
    reading = one(text)
    assert (reading.language, reading.label) == ("other", "none")


def test_a_hint_decides_only_where_the_text_does_not() -> None:
    assert one("👍", "zh").language == "zh"
    assert one("审批很慢", "en").language == "zh"


def test_strong_words_make_it_very() -> None:
    assert one("This was absolutely terrible, the worst support ever.").label == "very_negative"
    assert one("Excellent, absolutely fantastic support, thank you so much!").label == "very_positive"
    assert one("非常差，极其失望！！").label == "very_negative"
    assert one("非常满意，太棒了！").label == "very_positive"


def test_an_opinion_about_nothing_known_is_unplaced() -> None:
    (mention,) = one("The coffee machine is terrible.").mentions
    assert (mention.touchpoint, mention.candidates) == (None, ())


def test_an_unsure_touchpoint_leaves_two_candidates() -> None:
    seeds = [TouchpointSeed(key, {"en": f"{key} desk"}) for key in ("north", "south", "west")]
    (mention,) = read(["The desk was awful."], seeds)[0].mentions
    assert (mention.touchpoint, mention.candidates) == (None, ("north", "south"))


def test_feelings_are_named_by_words_and_by_what_happened() -> None:
    assert one("I am furious about this.").emotions["anger"] > 0.5
    assert one("等了三天，真让人失望。").emotions["disappointment"] > 0.5
    assert one("Thank you so much!").emotions["gratitude"] > 0.5
    assert "anger" not in one("I was not angry.").emotions


def test_an_explanation_names_the_words_that_counted() -> None:
    (clause,) = explain("The support was terrible and nobody answered.").clauses
    assert {("textblob", "terrible"), ("event", "nobody answer")} <= {(hit.source, hit.words) for hit in clause.hits}


def test_a_short_comment_is_read_whole() -> None:
    assert not one("Fine.").truncated


def test_an_explanation_names_the_words_that_moved_the_classifier() -> None:
    (clause,) = explain("An odd and dreadful thing").clauses
    moved = {hit.words: hit.weight for hit in clause.hits if hit.source == "word"}
    assert moved["dreadful"] < 0
    (clause,) = explain("这个很差").clauses
    assert any("差" in hit.words and hit.weight < 0 for hit in clause.hits if hit.source == "word")


def test_reading_needs_neither_scikit_learn_nor_textblob() -> None:
    code = (
        "import sys; from analysis.classifier import read; read(['It was slow', '很慢'], []);"
        "print([m for m in ('sklearn', 'textblob', 'scipy', 'nltk') if m in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert run.stdout.strip() == "[]"


def test_both_halves_of_a_mixed_comment_count_alike() -> None:
    long_praise = "The kind colleague at the desk explained every single step very patiently and clearly to me"
    reading = one(f"{long_praise}, but the approval was slow.")
    assert reading.label == "mixed"
    assert abs(reading.score) < 0.4
    assert 0.3 < reading.confidence <= 1


def test_a_comment_in_two_languages_is_read_in_both() -> None:
    assert one("The support was terrible and rude, 客服态度很差").score < -0.4
    assert one("The support was excellent and kind, 客服非常热情").score > 0.4
    assert one("The support was excellent and kind, 但是审批太慢了，太差").label == "mixed"


def test_the_search_for_circles_goes_on_after_reading_and_after_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    read(["fine"], [])
    assert gc.isenabled()
    monkeypatch.setattr(reader, "readings", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        read(["fine"], [])
    assert gc.isenabled()


@pytest.mark.parametrize(
    "text", ["错过了班车", "误了火车", "没赶上会议", "漏发了一件", "Missed the bus.", "They made me late for work."]
)
def test_what_was_lost_because_of_a_service_is_against_it(text: str) -> None:
    (found,) = read([text], [])
    assert found.label == "negative"
    assert found.score < 0


@pytest.mark.parametrize(
    "text", ["什么都没漏", "没耽误我上班", "赶上了末班车", "Never missed a delivery.", "Nothing was lost."]
)
def test_what_was_not_lost_is_for_it(text: str) -> None:
    (found,) = read([text], [])
    assert found.label == "positive"
    assert found.score > 0
