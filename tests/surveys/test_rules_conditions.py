"""Conditions are written by the words of an answer, and kept by its value."""

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from surveys.rules.conditions import meant, written
from surveys.rules.definitions import faults
from surveys.schemas import Condition
from tests.surveys.questions import survey


def test_an_answer_is_meant_by_its_word_in_either_language_or_by_its_value() -> None:
    asked, solved, why = survey("one", "solved", "words").questions
    told = [Condition(question="one", values=["Mail", "中文 phone", "mail"])]
    words = msgspec.structs.replace(why, show_if=told, required_if=[Condition(question="solved", values=["否"])])
    [*_others, found] = meant([asked, solved, words])
    assert found.show_if[0].values == ["mail", "phone", "mail"]
    assert found.required_if[0].values == ["no"]
    assert written([asked, solved, found], found.show_if[0], "en") == "Mail, Phone, Mail"
    assert written([asked, solved, found], found.required_if[0], "zh") == "否"


def test_what_nobody_can_answer_is_no_condition() -> None:
    mine = survey("one", "words")
    one, words = mine.questions
    never = msgspec.structs.replace(words, required_if=[Condition(question="one", values=["by pigeon"])])
    [fault] = faults(msgspec.structs.replace(mine, questions=[one, never]))
    assert (fault.field, "by pigeon" in fault.message) == ("questions.1.required_if", True)


@given(st.lists(st.sampled_from(["phone", "mail"]), min_size=1, max_size=2, unique=True), st.sampled_from(["zh", "en"]))
def test_what_the_editor_shows_is_read_as_it_was(values: list[str], language: str) -> None:
    one, words = survey("one", "words").questions
    condition = Condition(question="one", values=values)
    shown = written([one], condition, language).split(", ")
    again = msgspec.structs.replace(words, required_if=[Condition(question="one", values=shown)])
    assert meant([one, again])[1].required_if[0].values == values
