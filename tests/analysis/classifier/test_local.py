import subprocess
import sys

import numpy as np
import pytest

from analysis.classifier import Correction, LocalHead, TouchpointSeed, learn, read
from analysis.classifier.head import Shift, Table, plain
from analysis.classifier.judged import as_sure, judged, read_sentiment, sureness, tempered
from analysis.classifier.local import LEAST

NO_TERMS = Table(np.zeros(0, dtype=np.int64), np.zeros((0, 3)))

PORTAL = TouchpointSeed("portal", {"en": "Self-service portal", "zh": "自助门户"})
CANTEEN = TouchpointSeed("canteen", {"en": "Canteen", "zh": "食堂"})
SEEDS = [PORTAL, CANTEEN]

# The house's own words: the portal is called Heron there, and "as documented" is praise.
_THINGS = (
    "ticket",
    "form",
    "password",
    "printer",
    "laptop",
    "list",
    "order",
    "mail",
    "search",
    "page",
    "login",
    "menu",
)
TAUGHT = [
    correction
    for thing in _THINGS
    for correction in (
        Correction(f"heron shows my {thing} as documented", "en", "positive", "portal"),
        Correction(f"soup again beside the {thing}", "en", "negative", "canteen"),
        Correction(f"the {thing} has a number", "en", "neutral", ""),
    )
]


@pytest.fixture(scope="module")
def head() -> LocalHead:
    return learn(TAUGHT, SEEDS).head


def test_what_a_house_calls_its_things_is_learnt(head: LocalHead) -> None:
    (before,), (after,) = (read(["heron is there as documented"], SEEDS, head=one) for one in (None, head))
    assert [mention.touchpoint for mention in before.mentions] != ["portal"]
    assert [mention.touchpoint for mention in after.mentions] == ["portal"]
    assert after.score > before.score


def test_learning_says_how_held_out_corrections_fared() -> None:
    learnt = learn(TAUGHT, SEEDS)
    assert learnt.before.n == learnt.after.n == len(TAUGHT)
    assert learnt.before.sentiment is not None
    assert learnt.after.sentiment is not None
    assert learnt.after.sentiment > learnt.before.sentiment
    assert (learnt.after.touchpoints or 0) > (learnt.before.touchpoints or 0)


def test_a_head_reads_the_same_after_it_was_stored(head: LocalHead) -> None:
    stored = LocalHead.load(head.dump())
    texts = ["heron as documented", "soup", "a number", "审批太慢"]
    assert read(texts, SEEDS, head=stored) == read(texts, SEEDS, head=LocalHead.load(stored.dump()))
    assert stored.version == head.version


def test_no_words_stand_in_a_head(head: LocalHead) -> None:
    assert b"heron" not in head.dump()
    assert "soup" not in repr(head)


def test_the_same_corrections_make_the_same_head() -> None:
    assert learn(TAUGHT, SEEDS, seed=3).head.dump() == learn(TAUGHT, SEEDS, seed=3).head.dump()


def test_nothing_is_learnt_from_answers_without_a_pattern() -> None:
    labels = ("positive", "negative", "neutral")
    noise = [Correction(f"word{i} went to word{i * 7 % 11}", "en", labels[i % 3], None) for i in range(60)]
    learnt = learn(noise, SEEDS)
    assert learnt.before.sentiment is not None
    assert learnt.after.sentiment is not None
    assert learnt.after.sentiment >= learnt.before.sentiment


def test_no_corrections_change_nothing() -> None:
    learnt = learn([], SEEDS)
    assert learnt.head.empty
    assert learnt.before.n == 0
    assert learnt.before.sentiment is None
    assert read(["审批太慢"], SEEDS, head=learnt.head) == read(["审批太慢"], SEEDS)


def test_a_few_corrections_are_not_enough_to_tell() -> None:
    assert learn(TAUGHT[:6], SEEDS).head.empty


def test_a_touchpoint_that_is_new_is_read_by_its_own_words(head: LocalHead) -> None:
    approval = TouchpointSeed("approval", {"en": "Approval"})
    (reading,) = read(["the approval is slow"], [approval, PORTAL], head=head)
    assert [mention.touchpoint for mention in reading.mentions] == ["approval"]


def test_a_touchpoint_that_is_gone_is_never_named(head: LocalHead) -> None:
    (reading,) = read(["heron as documented"], [CANTEEN], head=head)
    assert all(mention.touchpoint in (None, "canteen") for mention in reading.mentions)


def test_another_process_learns_the_same(head: LocalHead) -> None:
    code = (
        "from tests.analysis.classifier.test_local import SEEDS, TAUGHT\n"
        "from analysis.classifier import learn\n"
        "from hashlib import sha256\n"
        "print(sha256(learn(TAUGHT, SEEDS).head.dump()).hexdigest())"
    )
    runs = {
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
        for _ in range(2)
    }
    assert len(runs) == 1


def test_confidence_is_as_sure_as_held_out_answers_allow() -> None:
    chance = np.random.default_rng(5)
    answers = chance.integers(-1, 2, 600)
    right = np.where(chance.random(600) < 0.6, answers, (answers + 2) % 3 - 1)
    boastful = np.full((600, 3), 0.02)
    boastful[np.arange(600), right + 1] = 0.96
    modest = tempered(boastful, sureness(boastful, answers))
    assert (modest.argmax(axis=1) == boastful.argmax(axis=1)).all()
    assert modest.max() == pytest.approx((right == answers).mean(), abs=0.05)


def test_a_head_made_less_sure_names_the_same_outcomes() -> None:
    chance = np.random.default_rng(3)
    known = plain(chance.dirichlet([1, 1, 1], 40), np.zeros((40, 6)))
    shift = Shift(chance.normal(size=(11, 3)), Table(np.arange(5), chance.normal(size=(5, 3))), NO_TERMS)
    rows = judged([f"word{i}" for i in range(40)], None, known, np.zeros(40, dtype=np.int64))
    sure = read_sentiment(shift, rows)
    assert read_sentiment(as_sure(shift, 0.5), rows) == pytest.approx(tempered(sure, 0.5))


def test_of_too_few_corrections_no_score_is_told() -> None:
    few = [Correction(f"the form is fine {i}", "en", "positive", "portal" if i < 3 else None) for i in range(LEAST + 5)]
    learnt = learn(few, SEEDS)
    assert learnt.after.sentiment is not None
    assert learnt.before.touchpoints is learnt.after.touchpoints is None
