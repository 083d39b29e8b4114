import pytest

from analysis.classifier import TouchpointSeed
from analysis.classifier.linking import PLACED, Linker

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
