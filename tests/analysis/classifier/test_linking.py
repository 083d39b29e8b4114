import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.classifier import TouchpointSeed
from analysis.classifier.linking import PLACED, Linker, confidences

PORTAL = TouchpointSeed("portal", {"en": "Self-service portal", "zh": "自助门户"}, keywords=("web form", "表单"))
APPROVAL = TouchpointSeed("approval", {"en": "Approval", "zh": "审批"}, "Someone has to agree before work begins")
DELIVERY = TouchpointSeed("delivery", {"en": "Delivery of equipment", "zh": "设备交付"}, keywords=("到货",))
LINKER = Linker([PORTAL, APPROVAL, DELIVERY])


@pytest.mark.parametrize(
    ("clause", "key"),
    [
        ("approvals take forever", "approval"),
        ("it was approved at once", "approval"),
        ("the web form lost my text", "portal"),
        ("审批太慢", "approval"),
        ("门户打不开", "portal"),
        ("显示器三周没到货", "delivery"),
    ],
)
def test_names_and_keywords_place_a_clause(clause: str, key: str) -> None:
    links = LINKER.links([clause])[0]
    assert [link.touchpoint for link in links] == [key]
    assert links[0].confidence >= PLACED


def test_two_things_in_one_clause_are_two_links() -> None:
    assert {link.touchpoint for link in LINKER.links(["portal and approval are both great"])[0]} == {
        "portal",
        "approval",
    }


def test_a_word_of_the_description_alone_is_not_enough() -> None:
    (link,) = LINKER.links(["they did not agree"])[0]
    assert (link.touchpoint, link.candidates) == (None, ("approval",))


def test_nothing_named_is_unplaced_without_candidates() -> None:
    (link,) = LINKER.links(["the weather was nice"])[0]
    assert (link.touchpoint, link.candidates, link.confidence) == (None, (), 0.0)


def test_no_touchpoints_place_nothing() -> None:
    assert [link.touchpoint for link in Linker([]).links(["审批 approval"])[0]] == [None]


def test_a_touchpoint_with_one_language_or_empty_words_is_taken() -> None:
    (link,) = Linker([TouchpointSeed("x", {"zh": ""}, "", ("", "打印机"))]).links(["打印机坏了"])[0]
    assert link.touchpoint == "x"


PRICE = TouchpointSeed("price", {"en": "Price and value for money", "zh": "价格"})
STAFF = TouchpointSeed("staff", {"en": "Attitude of staff"}, keywords=("expensive manners",))
OVERALL = TouchpointSeed("overall", {"en": "Overall satisfaction"})


@pytest.mark.parametrize(
    ("clause", "key"), [("far too expensive", "price"), ("太贵了", "price"), ("he was rude", "staff")]
)
def test_a_touchpoint_is_known_by_the_words_of_its_topic(clause: str, key: str) -> None:
    assert Linker([PRICE, STAFF]).links([clause])[0][0].touchpoint == key


def test_inflections_count_and_other_words_do_not() -> None:
    linker = Linker([TouchpointSeed("help", {"en": "Helpful desk"}), APPROVAL])
    assert linker.links(["approving it took days"])[0][0].touchpoint == "approval"
    assert linker.links(["help me with it"])[0][0].touchpoint is None


def test_an_opinion_that_names_nothing_is_about_the_whole() -> None:
    linker = Linker([PRICE, OVERALL])
    (link,) = linker.links(["not impressed at all"])[0]
    assert (link.touchpoint, link.by_default) == ("overall", True)
    (link,) = linker.links(["the price is high"])[0]
    assert (link.touchpoint, link.by_default) == ("price", False)


def test_each_touchpoint_of_a_comment_is_put_to_the_clause_that_names_it() -> None:
    found = Linker([PORTAL, APPROVAL]).links(["the portal is fine", "approval is slow", "审批太慢"], [0, 0, 1])
    assert [[link.touchpoint for link in links] for links in found] == [["portal"], ["approval"], ["approval"]]


def test_a_term_of_two_words_does_not_reach_across_the_edge_of_a_clause() -> None:
    linker = Linker([TouchpointSeed("sheet", {"en": "Sheet"}, keywords=("carbon copy",))])
    assert linker.links(["one carbon copy"])[0][0].touchpoint == "sheet"
    assert [links[0].touchpoint for links in linker.links(["this is carbon", "copy that"])] == [None, None]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(max_size=30) | st.sampled_from(["the portal", "approval and 门户", "price", "!"]), max_size=8))
def test_any_clauses_are_linked_each_by_itself_the_same_as_together(clauses: list[str]) -> None:
    linker = Linker([PORTAL, APPROVAL, PRICE, OVERALL])
    together = linker.links(clauses)
    assert together == [linker.links([clause])[0] for clause in clauses]
    for links in together:
        assert all(0 <= link.confidence <= 1 and len(link.candidates) <= 2 for link in links)
        assert all(link.touchpoint in (None, *linker.keys) for link in links)


def test_confidence_is_tempered_and_keeps_its_order_and_its_half() -> None:
    sure = confidences(np.array([-3.0, -0.5, 0.0, 0.5, 3.0, 99.0]))
    assert sure[2] == 0.5
    assert (np.diff(sure) > 0).all()
    assert sure[4] < 1 / (1 + np.exp(-3.0))
    assert sure[-1] <= 1
