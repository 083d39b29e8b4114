import random
from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from analysis.classifier import wording
from analysis.classifier.batch import folded
from analysis.classifier.stemming import stem
from analysis.classifier.themes import ThemeInput, _theme, represent, themes

LEAST = 5
# Of each theme what is said, in a few shapes.
SAID = {
    "printer": (
        "the printer jams on every page",
        "paper jams again in the printer",
        "the printer jams, toner and paper",
    ),
    "password": ("my password expired again", "reset the password twice", "the password reset mail never came"),
    "parking": ("no parking near the office", "parking costs too much", "the parking garage is full"),
}
SAID_IN_CHINESE = {
    "打印机": ("打印机又卡纸了", "今天打印机卡纸,换了墨粉", "楼下的打印机卡纸很烦"),
    "密码": ("密码过期了,重置不了", "重置密码的邮件没收到", "我的密码又过期"),
}


def comments(said: Mapping[str, tuple[str, ...]], each: int, language: str = "en", month: int = 0) -> list[ThemeInput]:
    """Every comment by somebody else."""
    chance = random.Random(each)
    made = [
        ThemeInput(chance.choice(shapes) + " " + str(i), f"{month} {topic} {i}", language, month)
        for topic, shapes in said.items()
        for i in range(each)
    ]
    chance.shuffle(made)
    return made


def authors_of(word: str, some: list[ThemeInput]) -> set[str]:
    """Independent of how themes count: who used all parts of a word, in whatever form."""
    if not word.isascii():
        return {one.author for one in some if word in folded(one.text)}
    parts = {stem(part) for part in word.split()}
    return {one.author for one in some if parts <= {stem(part) for part in folded(one.text).split()}}


def test_what_many_speak_of_becomes_a_theme_named_by_their_words() -> None:
    found = themes(comments(SAID, 40), language="en", min_authors=LEAST)
    named = [" ".join(one.words) for one in found]
    for topic in SAID:
        assert any(topic in words for words in named)
    assert all(one.authors >= LEAST and 0 < one.share <= 1 and one.looked_at == 120 for one in found)


def test_chinese_words_are_found_without_a_dictionary() -> None:
    found = themes(comments(SAID_IN_CHINESE, 40, "zh"), language="zh", min_authors=LEAST)
    words = {word for one in found for word in one.words}
    assert words & {"打印机", "卡纸"}
    assert words & {"密码", "过期", "重置"}


def test_a_word_of_few_people_is_never_named_however_often_they_write_it() -> None:
    loud = [ThemeInput("Mallory breaks the printer, Mallory!", f"loud {i % (LEAST - 1)}", "en", 0) for i in range(60)]
    found = themes([*comments(SAID, 40), *loud], language="en", min_authors=LEAST)
    assert found
    assert not any("mallory" in word for one in found for word in one.words)


def test_examples_come_from_different_people_and_belong_to_the_theme() -> None:
    said = comments(SAID, 40)
    for one in themes(said, language="en", min_authors=LEAST):
        assert len({said[i].author for i in one.examples}) == len(one.examples) > 0
        assert any(word.split()[0] in said[i].text for word in one.words for i in one.examples)


def test_themes_that_go_on_keep_their_keys_when_a_month_is_added() -> None:
    before = comments(SAID, 30)
    after = before + comments(
        {**SAID, "canteen": ("the canteen soup is cold", "cold soup in the canteen")}, 15, month=1
    )
    old = themes(before, language="en", min_authors=LEAST)
    new = themes(after, language="en", min_authors=LEAST, previous=old)
    assert {one.key for one in old} <= {one.key for one in new}
    assert len({one.key for one in new}) == len(new)


@pytest.mark.parametrize("given_", [[], [ThemeInput("", "a", "en", 0)] * 50, [ThemeInput("...", "a", "zh", 0)] * 50])
def test_where_nothing_is_said_there_is_no_theme(given_: list[ThemeInput]) -> None:
    assert themes(given_, language="en", min_authors=LEAST) == []
    assert themes(given_, language="zh", min_authors=LEAST) == []


def test_comments_in_another_language_do_not_name_themes() -> None:
    mixed = comments(SAID, 40) + comments(SAID_IN_CHINESE, 40, "zh")
    assert all(word.isascii() for one in themes(mixed, language="en", min_authors=LEAST) for word in one.words)


WORDS = st.sampled_from(
    ("printer", "jams", "paper", "password", "reset", "mail", "parking", "garage", "soup", "打印机", "卡纸", "密码")
)
COMMENTS = st.lists(
    st.builds(
        ThemeInput,
        st.lists(WORDS, max_size=6).map(" ".join) | st.text(max_size=20),
        st.integers(0, 30).map(str),
        st.sampled_from(["en", "zh", "mixed"]),
        st.integers(0, 3),
    ),
    min_size=30,
    max_size=60,
)


@settings(max_examples=20, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(COMMENTS, st.sampled_from(["en", "zh"]), st.integers(2, 6))
def test_behind_every_word_stand_enough_people_and_the_same_comments_give_the_same(
    said: list[ThemeInput], language: str, least: int
) -> None:
    found = themes(said, language=language, min_authors=least)
    assert found == themes(said, language=language, min_authors=least)
    fitting = [one for one in said if one.language in (language, "mixed")]
    for one in found:
        assert one.authors >= least
        assert all(len(authors_of(word, fitting)) >= least for word in one.words)
        assert set(one.examples) <= set(range(len(said)))


@settings(max_examples=30, deadline=None)
@given(st.lists(st.text(max_size=30) | WORDS, max_size=30), st.integers(0, 5))
def test_any_comments_can_be_represented(said: list[str], k: int) -> None:
    chosen = represent(said, k)
    assert len(chosen) == len(set(chosen)) == min(k, len(said))
    assert set(chosen) <= set(range(len(said)))


def test_a_theme_that_no_comment_belongs_to_is_none() -> None:
    found = wording.found(["the parking lot is full", "the printer is out of ink"], "en")
    nowhere = np.zeros((2, 1))
    assert _theme(found, np.array([0, 1]), np.array([0, 1]), nowhere, 0, least=2) is None


def test_the_chosen_are_typical_and_differ() -> None:
    said = [one.text for one in comments(SAID, 20)] + ["AAAAAAAARGH!!!!! WORST EVER"]
    chosen = [said[i] for i in represent(said, 3)]
    assert {topic for topic in SAID for text in chosen if topic in text} == set(SAID)
