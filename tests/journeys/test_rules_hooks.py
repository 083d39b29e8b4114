"""What ticket systems send by webhook: signed in their own ways, told in their own words."""

import base64
import hashlib
import hmac
import json
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import Invalid
from journeys.models import HookSystem
from journeys.rules.flow import ticket_flow
from journeys.rules.flow_events import flow_event
from journeys.rules.hooks import HookReader, is_genuine, line_of, values_in
from journeys.rules.mapping.columns import at_path
from journeys.schemas import TicketFlow
from tests.support.data import data_file
from web.builtin import hook_mapping

BODY, SECRET = b'{"ticket": "1"}', "a shared secret"

CUSTOM = """
source = "tower"
[event]
ticket = "case.id"
[[events]]
name = "state"
when = { kind = ["case"] }
event = { at = "at", what = "case.state", otherwise = ["case.state_id"] }
[events.meanings]
open = "active"
"9" = "resolved"
[[events]]
name = "note"
when = { kind = ["note"], "tags" = ["public"] }
unless = { "by" = ["@case.people[role=owner].name"] }
means = "responded"
event = { at = "at", group = { first = ["group.name", "group"] } }
"""


def hexed(algorithm: str, text: bytes) -> str:
    return hmac.new(SECRET.encode(), text, algorithm).hexdigest()


GENUINE = {
    HookSystem.ZENDESK: {
        "x-zendesk-webhook-signature-timestamp": "2025-03-03T08:12:00Z",
        "x-zendesk-webhook-signature": base64.b64encode(
            hmac.new(SECRET.encode(), b"2025-03-03T08:12:00Z" + BODY, hashlib.sha256).digest()
        ).decode(),
    },
    HookSystem.GLPI: {"x-glpi-timestamp": "1740989520", "x-glpi-signature": hexed("sha256", BODY + b"1740989520")},
    HookSystem.JIRA: {"x-hub-signature": "sha256=" + hexed("sha256", BODY)},
    HookSystem.ZAMMAD: {"x-hub-signature": "sha1=" + hexed("sha1", BODY)},
    HookSystem.SERVICENOW: {"authorization": f"Bearer {SECRET}"},
    HookSystem.CUSTOM: {"authorization": f"bearer {SECRET}"},
}


@pytest.mark.parametrize("system", list(HookSystem))
def test_a_system_proves_itself_in_its_own_way(system: HookSystem) -> None:
    shown = GENUINE[system]
    assert is_genuine(system, SECRET, BODY, shown)
    assert not is_genuine(system, SECRET, BODY, {})
    assert not is_genuine(system, "another secret", BODY, shown)


@pytest.mark.parametrize("system", [HookSystem.ZENDESK, HookSystem.GLPI, HookSystem.JIRA, HookSystem.ZAMMAD])
def test_a_changed_body_breaks_the_signature(system: HookSystem) -> None:
    assert not is_genuine(system, SECRET, BODY + b" ", GENUINE[system])


def test_an_empty_proof_proves_nothing_even_to_an_empty_secret() -> None:
    assert not is_genuine(HookSystem.CUSTOM, "", BODY, {"authorization": "Bearer "})


def read(payload: dict[str, Any], mapping: str = CUSTOM) -> list[tuple[str, str | None, str | None]]:
    reading = HookReader(mapping).read(payload)
    assert reading.problems == []
    return [(e.type.value, e.state.value if e.state else None, e.group) for e in reading.events]


AT = "2025-03-03T08:12:00Z"


def test_a_system_nobody_coded_for_needs_a_mapping_alone() -> None:
    assert read({"kind": "case", "at": AT, "case": {"id": 7, "state": "open"}}) == [("updated", "active", None)]


def test_a_state_of_unknown_name_is_known_by_its_id() -> None:
    payload = {"kind": "case", "at": AT, "case": {"id": 7, "state": "erledigt", "state_id": 9}}
    assert read(payload) == [("resolved", None, None)]


def test_conditions_look_into_lists_and_at_other_places() -> None:
    case = {"id": 7, "people": [{"role": "owner", "name": "dana"}]}
    note = {"kind": "note", "at": AT, "case": case, "tags": ["public"], "group": {"name": "Desk"}}
    assert read(note | {"by": "marta"}) == [("responded", None, "Desk")]
    assert read(note | {"by": "marta", "group": "Desk"}) == [("responded", None, "Desk")]
    assert read(note | {"by": "dana"}) == []
    assert read(note | {"by": "marta", "tags": ["internal"]}) == []


def test_what_cannot_be_read_is_said_by_block_and_field_and_spoils_nothing_else() -> None:
    both = CUSTOM.replace('when = { kind = ["note"], "tags" = ["public"] }', "")
    reading = HookReader(both).read({"kind": "case", "at": AT, "by": "x", "case": {"id": 7, "state": "lost"}})
    assert [problem.field for problem in reading.problems] == ["state: what"]
    assert [event.type.value for event in reading.events] == ["responded"]


@pytest.mark.parametrize(
    ("change", "word"),
    [
        (('name = "note"', 'name = "state"'), "twice"),
        (('means = "responded"', 'means = "answered"'), "answered"),
        (('at = "at", group', "group"), "at and what"),
        (('ticket = "case.id"', ""), "ticket"),
        (("[[events]]", "[[event]]"), ""),
    ],
)
def test_a_mapping_that_cannot_work_is_refused_with_the_place(change: tuple[str, str], word: str) -> None:
    with pytest.raises(Invalid) as refused:
        HookReader(CUSTOM.replace(*change))
    assert word in " ".join(f"{e.field} {e.message}" for e in refused.value.errors)


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=20,
)


@pytest.mark.parametrize("system", [one for one in HookSystem if one is not HookSystem.CUSTOM])
def test_a_built_in_mapping_reads_any_object_without_an_exception(system: HookSystem) -> None:
    reader = HookReader(hook_mapping(system))

    @settings(deadline=None)  # the first example meets everything cold
    @given(
        st.dictionaries(st.sampled_from(["event", "item", "issue", "ticket", "result", "changed", "type"]), ANYTHING)
    )
    def reads(payload: dict[str, Any]) -> None:
        reader.read(payload)

    reads()


# -- the story that every system's samples tell ---------------------------------------------------------------------


def story() -> Any:
    return json.loads(data_file("payloads/_expected-neutral-ticket.json").read_text())["ticket"]


def told(system: str, *names: str) -> TicketFlow:
    reader = HookReader(hook_mapping(system))
    events = []
    for name in names:
        reading = reader.read(json.loads(data_file(f"payloads/{system}-{name}.json").read_text()))
        assert (reading.problems, bool(reading.events)) == ([], True), name
        events += reading.events
    assert {event.ticket for event in events} == {story()["source_key_by_system"][system]}
    return ticket_flow(map(flow_event, events))


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def test_jira_tells_the_story() -> None:
    changes = ("group_reassigned", "waiting_for_customer", "resolved", "reopened")
    names = ["issue_created", "comment_created-public", *[f"issue_updated-{change}" for change in changes]]
    flow, expected = told("jira", *names), story()
    assert flow.opened_at == instant(expected["opened_at"])
    assert flow.responded_at == instant(expected["first_response_at"])
    assert flow.first_resolved_at == instant(expected["resolved_at"][0])
    assert (flow.reopens, flow.handoffs, flow.group) == (1, 1, "Network Operations")
    assert set(flow.waiting_for) == {"requester"}


def test_zendesk_tells_the_story() -> None:
    changes = ("pending", "solved", "reopened")
    names = ["ticket_created", "comment_added", "group_assignment_changed", *[f"status_changed-{c}" for c in changes]]
    flow, expected = told("zendesk", *[f"event-{name}" for name in names]), story()
    assert flow.opened_at == instant(expected["opened_at"])
    assert flow.responded_at == instant(expected["first_response_at"])
    assert flow.first_resolved_at == instant(expected["resolved_at"][0])
    assert (flow.reopens, flow.handoffs) == (1, 1)


def test_a_zendesk_trigger_with_a_body_of_ones_own_is_read_as_well() -> None:
    flow = told("zendesk", "trigger-custom_webhook")
    assert (flow.group, flow.first_resolved_at) == ("Identity Team", instant(story()["resolved_at"][0]))


def test_servicenow_tells_the_story() -> None:
    rules = ("assignment_changed", "on_hold", "reopened")
    flow = told("servicenow", *[f"business_rule-{rule}" for rule in rules], "incident-table_api-display_all")
    expected = story()
    assert flow.opened_at == instant(expected["opened_at"])
    assert flow.resolved_at == instant(expected["resolved_at"][1])
    assert flow.state == "closed"
    assert (flow.handoffs, set(flow.waiting_for)) == (1, {"requester"})


def test_a_servicenow_record_alone_tells_its_times() -> None:
    flow, expected = told("servicenow", "incident-table_api-closed"), story()
    assert (flow.opened_at, flow.resolved_at) == (
        instant(expected["opened_at"]),
        instant(expected["resolved_at"][1]),
    )


def test_glpi_tells_the_story() -> None:
    flow, expected = told("glpi", "webhook-ticket_new", "webhook-followup_new", "webhook-ticket_update"), story()
    assert flow.opened_at == instant(expected["opened_at"])
    assert flow.responded_at == instant(expected["first_response_at"])
    assert (flow.state, flow.group) == ("waiting", "Network Operations")


def test_zammad_tells_the_story() -> None:
    flow, expected = told("zammad", "trigger-ticket_closed"), story()
    assert flow.responded_at == instant(expected["first_response_at"])
    assert flow.first_resolved_at == instant(expected["resolved_at"][0])
    assert flow.group == "Identity Team"


def test_a_payload_that_comes_twice_tells_the_same_events() -> None:
    payload = json.loads(data_file("payloads/zammad-trigger-ticket_closed.json").read_text())
    reader = HookReader(hook_mapping("zammad"))
    assert reader.read(payload).events == reader.read(payload).events


# -- the editor of a mapping ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "line", "said"),
    [
        (('source = "tower"', 'source = "tower'), 2, "is not valid TOML"),
        (('ticket = "case.id"', 'tickets = "case.id"'), 4, "has no field called tickets"),
        (('name = "note"', 'name = "state"'), None, "uses a name twice: state"),
        (('means = "responded"', 'means = "replied"'), None, "“replied” is not one of"),
        (('"9" = "resolved"', '"9" = "finished"'), 0, "“finished” is not one of"),
    ],
)
def test_what_is_wrong_is_found_in_its_line(change: tuple[str, str], line: int | None, said: str) -> None:
    text = CUSTOM.replace(*change)
    with pytest.raises(Invalid) as refused:
        HookReader(text)
    [error] = refused.value.errors
    assert said in error.message
    found = line_of(text, error.field, error.message)
    if line is not None:
        wanted = line or next(n for n, one in enumerate(text.split("\n"), 1) if change[1] in one)
        assert found == wanted, (error.field, error.message)


def test_every_value_of_a_payload_says_for_what_it_is_read() -> None:
    payload = json.loads(data_file("payloads/jira-issue_updated-waiting_for_customer.json").read_text())
    reader = HookReader(hook_mapping("jira"))
    found = {one.path: one for one in values_in(payload, reader.used_in(payload))}
    assert "ticket" in found["issue.key"].used_for
    assert "requester.key" in found["issue.fields.reporter.accountId"].used_for
    assert "when" in found["webhookEvent"].used_for
    assert any("what" in one.used_for for path, one in found.items() if path.startswith("changelog.items["))
    assert found["user.displayName"].used_for == []
    for path, one in found.items():
        value = at_path(payload, path)
        assert one.value in (str(value), str(value).lower(), "") or one.value.endswith("…")


@settings(deadline=None)
@given(st.dictionaries(st.text(max_size=6), ANYTHING, max_size=4))
def test_the_values_of_any_payload_are_told_without_an_exception(payload: dict[str, Any]) -> None:
    reader = HookReader(CUSTOM)
    for one in values_in(payload, reader.used_in(payload)):
        assert len(one.value) <= 120
