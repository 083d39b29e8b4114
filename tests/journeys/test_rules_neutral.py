import json
from typing import Any

import pytest

from core.errors import FieldError, Invalid
from journeys.rules.neutral import MOST_IN_A_LIST, Parsed, event_of_cells, parse_events
from journeys.schemas import Rejected
from tests.journeys.story import ALICE, as_json, at, event

CREATED = event("created")


def body(value: Any) -> bytes:
    return json.dumps(value).encode()


def refusals(**changed: Any) -> dict[str, str]:
    """What is said of an event with these fields changed; `None` leaves a field out."""
    parsed = parse_events(body(as_json(CREATED, **changed)))
    assert parsed.events == []
    return {error.field: error.message for error in parsed.rejected[0].errors}


def test_it_reads_one_event() -> None:
    assert parse_events(body(as_json(CREATED))) == Parsed([(0, CREATED)], [])


def test_it_reads_a_list_and_says_which_of_it_is_wrong() -> None:
    parsed = parse_events(body([as_json(CREATED), 3, as_json(CREATED, ticket="T-2")]))
    assert [index for index, _ in parsed.events] == [0, 2]
    assert parsed.rejected == [Rejected(1, [FieldError("", "must be a JSON object")])]


def test_it_reads_lines_said_or_unsaid_and_passes_over_blank_ones() -> None:
    lines = b"\n\n".join(body(as_json(event("updated", n))) for n in range(3))
    assert len(parse_events(lines).events) == 3
    assert len(parse_events(lines, lines=True).events) == 3


def test_a_broken_line_spoils_only_itself() -> None:
    parsed = parse_events(body(as_json(CREATED)) + b"\n{broken\n" + body(as_json(CREATED, event_id="2")))
    assert [index for index, _ in parsed.events] == [0, 2]
    assert "not valid JSON" in parsed.rejected[0].errors[0].message


def test_an_object_over_several_lines_is_one_event() -> None:
    assert len(parse_events(json.dumps(as_json(CREATED), indent=2).encode()).events) == 1


def test_a_list_has_its_limit_and_lines_have_none() -> None:
    many = [as_json(CREATED)] * (MOST_IN_A_LIST + 1)
    with pytest.raises(Invalid, match=r"1001 events; a list may hold 1000"):
        parse_events(body(many))
    assert len(parse_events(b"\n".join(map(body, many))).events) == MOST_IN_A_LIST + 1


@pytest.mark.parametrize("text", [b"", b"{", b"[1,", b"nonsense", b"\xff\xfe{\x00", b'{"a":1} {"b":2}'])
def test_what_is_no_json_is_refused_as_a_whole(text: bytes) -> None:
    with pytest.raises(Invalid, match="not valid JSON"):
        parse_events(text)


@pytest.mark.parametrize("text", [b"[" * 5000 + b"]" * 5000, b'{"a":' * 5000 + b"1" + b"}" * 5000])
def test_what_is_nested_too_deeply_is_refused(text: bytes) -> None:
    with pytest.raises(Invalid, match="nested too deeply"):
        parse_events(text)


def test_a_line_that_is_nested_too_deeply_spoils_only_itself() -> None:
    parsed = parse_events(body(as_json(CREATED)) + b"\n" + b"[" * 5000)
    assert (len(parsed.events), parsed.rejected[0].index) == (1, 1)


def test_every_wrong_field_is_named_at_once() -> None:
    wrong = refusals(ticket=None, type="solved", at="yesterday", colour="red", requester={"name": "Alice"})
    assert wrong["ticket"] == "is missing"
    assert wrong["type"].startswith("must be one of created, assigned")
    assert "ISO 8601" in wrong["at"]
    assert wrong["colour"] == "is not a field of this form"
    assert wrong["requester.key"] == "is missing"
    assert len(wrong) == 5


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("at", "2025-03-03T08:12:00", "has no zone"),
        ("at", "2025-03-03", "has no zone"),
        ("at", "03/03/2025 08:12", "is not an ISO 8601 time"),
        ("at", "0001-01-01T00:00:00+14:00", "outside the years"),
        ("at", 1741000000, "is not an ISO 8601 time"),
        ("kind", "problem", "must be one of incident, request, demand"),
        ("waiting_for", "godot", "must be one of requester, vendor, change, other"),
        ("ticket", "", "must not be empty"),
        ("ticket", "x" * 201, "longer than 200 characters"),
        ("summary", "x" * 4001, "longer than 4000 characters"),
        ("customer", 7, "must be text or null, not a whole number"),
        ("service", "a\0b", "U+0000"),
        ("sequence", -1, "must be at least 0"),
    ],
)
def test_it_says_what_is_wrong_with_a_field(field: str, value: Any, said: str) -> None:
    wrong = refusals(**{field: value})
    assert list(wrong) == [field]
    assert said in wrong[field]


@pytest.mark.parametrize(
    ("field", "value"),
    [("email", "nobody"), ("language", "Klingon, spoken"), ("key", ""), ("key", "a\0b"), ("name", "x" * 201)],
)
def test_it_says_what_is_wrong_with_a_requester(field: str, value: str) -> None:
    assert list(refusals(requester={"key": "alice", field: value})) == [f"requester.{field}"]


@pytest.mark.parametrize(
    "spelled", ["2025-03-03T08:00Z", "2025-03-03 09:00:00+01:00", "20250303T080000Z", "2025-03-03T08:00:00.000+0000"]
)
def test_it_reads_every_spelling_of_a_time_with_a_zone(spelled: str) -> None:
    parsed = parse_events(body(as_json(CREATED, at=spelled)))
    assert parsed.events[0][1].at == at(0)


def test_service_customer_and_requester_may_be_unknown_but_must_be_said() -> None:
    unknown = as_json(CREATED) | {"service": None, "customer": None, "requester": None}
    assert parse_events(body(unknown)).events[0][1].requester is None
    assert refusals(customer=None) == {"customer": "is missing"}


def test_a_csv_may_have_the_fields_as_columns() -> None:
    cells = {"requester.key": "alice", "requester.email": "alice@acme.example", "requester.name": "Alice"}
    cells |= {"requester.language": "en", "group": "", "sequence": "0"}
    plain = {k: v for k, v in as_json(CREATED).items() if isinstance(v, str)}
    assert event_of_cells(plain | cells) == CREATED
    assert event_of_cells(plain | {"service": ""}).service is None
    assert CREATED.requester == ALICE


def test_a_csv_with_an_odd_cell_is_refused_and_does_not_break() -> None:
    with pytest.raises(Invalid) as refused:
        event_of_cells({"requester": "alice", "requester.key": "alice"})
    assert FieldError("requester", "must be an object or null, not text") in refused.value.errors
