import msgspec
import pytest

from core.errors import Invalid
from core.files import WRITERS
from journeys.models import Stage
from journeys.rules.editing import checked, from_file, moved, put, removed
from journeys.schemas.places import Bilingual, JourneyDefinition, Persona, Scenario, TouchpointDefinition

NAME = Bilingual("名", "name")


def touchpoint(key: str, stage: Stage = Stage.ENGAGE) -> TouchpointDefinition:
    return TouchpointDefinition(key, stage, NAME)


JOURNEY = JourneyDefinition(
    "service",
    NAME,
    [touchpoint("call"), touchpoint("pay", Stage.REALIZE), touchpoint("chat")],
    [Persona("lin", NAME)],
    [Scenario("in-a-hurry", NAME, persona="lin", touchpoints=["call", "pay"])],
)


def keys(journey: JourneyDefinition) -> list[str]:
    return [one.key for one in journey.touchpoints]


@pytest.mark.parametrize("form", sorted(WRITERS))
def test_it_comes_back_from_every_kind_of_file_as_it_went(form: str) -> None:
    assert from_file(WRITERS[form](JOURNEY)) == JOURNEY


def test_a_touchpoint_moves_among_those_of_its_stage() -> None:
    assert keys(moved(JOURNEY, "touchpoints", "chat", -1)) == ["chat", "pay", "call"]
    assert moved(JOURNEY, "touchpoints", "pay", -1) == JOURNEY
    assert moved(JOURNEY, "touchpoints", "call", -1) == JOURNEY


def test_what_is_removed_leaves_the_scenarios_too() -> None:
    left = removed(removed(JOURNEY, "touchpoints", "call"), "personas", "lin")
    assert (keys(left), left.scenarios[0].touchpoints, left.scenarios[0].persona) == (["pay", "chat"], ["pay"], "")
    assert checked(left) == left


def test_a_piece_takes_the_place_of_the_one_of_its_key() -> None:
    again = msgspec.structs.replace(JOURNEY.touchpoints[0], practice="service desk")
    assert put(JOURNEY, "touchpoints", "call", again).touchpoints[0].practice == "service desk"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"touchpoints": []}, "touchpoints"),
        ({"touchpoints": [touchpoint("call"), touchpoint("call"), touchpoint("pay")]}, "key"),
        ({"touchpoints": [touchpoint("Call Me"), *JOURNEY.touchpoints]}, "key"),
        ({"name": Bilingual("名", " ")}, "name_en"),
        ({"name": Bilingual("名" * 500, "x")}, "name_zh"),
        (
            {"touchpoints": [msgspec.structs.replace(touchpoint("call"), practice="x" * 500), touchpoint("pay")]},
            "practice",
        ),
        ({"personas": []}, "persona"),
        ({"scenarios": [Scenario("x", NAME, touchpoints=["nowhere"])]}, "touchpoints"),
        ({"touchpoints": [msgspec.structs.replace(touchpoint("call"), keywords=[""]), touchpoint("pay")]}, "keywords"),
    ],
)
def test_what_is_wrong_is_named_by_its_field(change: dict[str, object], field: str) -> None:
    with pytest.raises(Invalid) as wrong:
        checked(msgspec.structs.replace(JOURNEY, **change))
    assert field in {one.field for one in wrong.value.errors}


@pytest.mark.parametrize("n", [121, 10_000])
def test_f2_a_name_that_is_too_long_is_told_so(n: int) -> None:
    with pytest.raises(Invalid) as wrong:
        checked(msgspec.structs.replace(JOURNEY, name=Bilingual("名", "x" * n)))
    assert [(one.field, one.message) for one in wrong.value.errors] == [("name_en", "At most 120 characters")]
