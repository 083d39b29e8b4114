from hypothesis import given
from hypothesis import strategies as st

from journeys.schemas.places import Bilingual
from surveys.rules.branching import applies, holds, in_order, options_in_order, shuffled
from surveys.schemas import Condition, Construct, Kind, Question
from tests.surveys.questions import survey


def question(key: str, block: str = "") -> Question:
    wording = Bilingual(zh="一", en="a")
    return Question(key=key, construct=Construct.OTHER, kind=Kind.YESNO, wording=wording, block=block)


def test_a_condition_is_about_a_score_an_answer_or_the_ticket() -> None:
    low = Condition(question="score", at_most=2)
    assert holds(low, {"score": 2}, {})
    assert not holds(low, {"score": 3}, {})
    assert not holds(low, {"score": None}, {})
    assert not holds(low, {"score": "na"}, {})
    assert holds(Condition(question="tags", values=["b"]), {"tags": ["a", "b"]}, {})
    assert holds(Condition(question="solved", values=["no"]), {"solved": False}, {})
    assert holds(Condition(question="words"), {"words": "some"}, {})
    assert not holds(Condition(question="words"), {"words": None}, {})
    assert holds(Condition(ticket="service", values=["vpn"]), {}, {"service": "vpn"})
    assert not holds(Condition(ticket="service", values=["vpn"]), {}, {})


@given(st.integers(0, 10), st.integers(0, 10), st.integers(0, 10))
def test_bounds_include_their_ends(score: int, low: int, high: int) -> None:
    assert holds(Condition(question="q", at_least=low, at_most=high), {"q": score}, {}) == (low <= score <= high)


def test_all_conditions_have_to_hold() -> None:
    both = [Condition(question="a", at_most=2), Condition(question="b", values=["no"])]
    asked = Question(
        key="c", construct=Construct.OTHER, kind=Kind.LINE, wording=Bilingual(zh="一", en="a"), show_if=both
    )
    assert applies(asked, {"a": 1, "b": False}, {})
    assert not applies(asked, {"a": 1, "b": True}, {})


@given(st.text(max_size=20), st.lists(st.text(max_size=5), unique=True, max_size=8))
def test_an_order_of_ones_own_loses_nothing_and_stays(seed: str, things: list[str]) -> None:
    once = shuffled(things, seed, "q", str)
    assert sorted(once) == sorted(things)
    assert shuffled(list(reversed(things)), seed, "q", str) == once


def test_every_order_is_about_alike_likely() -> None:
    firsts = [shuffled("abc", str(seed), "q", str)[0] for seed in range(3000)]
    assert all(850 < firsts.count(letter) < 1150 for letter in "abc")


def test_only_questions_of_one_block_change_places() -> None:
    asked = [question("a"), question("b", "x"), question("c", "x"), question("d")]
    orders = {"".join(one.key for one in in_order(asked, str(seed))) for seed in range(50)}
    assert orders == {"abcd", "acbd"}


def test_reasons_are_shuffled_and_other_answers_are_not() -> None:
    reasons, choice = survey("why", "faces").questions[1], survey("one").questions[0]
    orders = {tuple(one.value for one in options_in_order(reasons, str(seed))) for seed in range(50)}
    assert len(orders) > 10
    assert {tuple(one.value for one in options_in_order(choice, str(seed))) for seed in range(50)} == {
        ("phone", "mail")
    }
