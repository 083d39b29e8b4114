from collections.abc import Sequence
from typing import Any

import pytest

from core.errors import Invalid
from journeys.models import EventType, TicketKind, TicketState, WaitingFor
from journeys.rules.mapping import Mapper, TimeMisfit, csv_cells, json_cells, load_mapping
from journeys.rules.neutral import event_of_cells
from journeys.schemas import TicketEventIn
from tests.journeys.story import at

HEADER = ["id", "what", "when", "who"]
PLAIN = """
source = "desk"
[file]
missing = ["?"]
[time]
formats = ["%d/%m/%Y %H:%M"]
zone = "UTC"
[event]
ticket = "id"
at = "when"
what = "what"
group = "who"
[meanings]
"New" = "created"
"On it" = "active"
"Parked" = "waiting:vendor"
"Noise" = "ignore"
"Solved" = "resolved"
"""


def mapper(text: str = PLAIN, header: Sequence[str] = HEADER) -> Mapper:
    mapping = load_mapping(text)
    return Mapper(mapping, csv_cells(header, mapping))


def only(events: list[TicketEventIn]) -> TicketEventIn:
    assert len(events) == 1
    return events[0]


def told(row: Any, text: str = PLAIN, header: Sequence[str] = HEADER) -> TicketEventIn:
    return only(mapper(text, header).events(row))


def refusal(row: list[str], text: str = PLAIN) -> tuple[str, str]:
    with pytest.raises(Invalid) as refused:
        mapper(text).events(row)
    return refused.value.errors[0].field, refused.value.errors[0].message


def problems(text: str) -> dict[str, str]:
    with pytest.raises(Invalid) as refused:
        load_mapping(text)
    return {error.field: error.message for error in refused.value.errors}


# ---- rows ----


def test_a_row_becomes_an_event() -> None:
    found = told([" 7 ", "New", "03/03/2025 08:00", "Desk"])
    assert (found.source, found.ticket, found.at, found.group) == ("desk", "7", at(0), "Desk")
    assert (found.type, found.kind) == (EventType.CREATED, TicketKind.INCIDENT)


def test_states_and_waits_are_told_apart() -> None:
    assert told(["7", "On it", "03/03/2025 08:00", "?"]).state is TicketState.ACTIVE
    parked = told(["7", "Parked", "03/03/2025 08:00", "?"])
    assert (parked.type, parked.waiting_for, parked.group) == (EventType.WAITING, WaitingFor.VENDOR, None)


def test_a_missing_state_changes_no_state_and_loses_no_row() -> None:
    found = told(["7", "?", "03/03/2025 08:00", "Desk"])
    assert (found.type, found.state, found.group) == (EventType.UPDATED, None, "Desk")


def test_an_ignored_row_yields_nothing() -> None:
    assert mapper().events(["7", "Noise", "nonsense", ""]) == []


def test_a_value_without_a_meaning_is_refused_unless_anything_else_has_one() -> None:
    assert refusal(["7", "Lost", "03/03/2025 08:00", ""]) == (
        "what",
        "“Lost” has no meaning in the mapping's [meanings]",
    )
    assert told(["7", "Lost", "03/03/2025 08:00", ""], PLAIN + '"*" = "updated"').type is EventType.UPDATED


def test_a_month_first_date_is_refused_with_a_hint() -> None:
    field, message = refusal(["7", "New", "03/13/2025 08:00", ""])
    assert field == "at"
    assert "does not fit %d/%m/%Y %H:%M" in message
    assert "day and month the other way round" in message


def test_times_that_do_not_fit_are_marked_and_missing_ones_are_not() -> None:
    for text, misfit in (("13.3.2025", True), ("?", False)):
        with pytest.raises(Invalid) as refused:
            mapper().events(["7", "New", text, ""])
        assert isinstance(refused.value.errors[0], TimeMisfit) is misfit


def test_a_time_without_a_zone_is_refused_unless_the_mapping_names_one() -> None:
    field, message = refusal(["7", "New", "03/03/2025 08:00", ""], PLAIN.replace('zone = "UTC"', ""))
    assert (field, "has no zone" in message) == ("at", True)


@pytest.mark.parametrize(
    ("formats", "zone", "text"),
    [
        ('["%d/%m/%Y %H:%M"]', "Europe/Rome", "03/03/2025 09:00"),
        ('["%d/%m/%Y %H:%M %z"]', "Europe/Rome", "03/03/2025 13:00 +0500"),
        ('["iso"]', "Asia/Shanghai", "2025-03-03T16:00"),
        ('["iso"]', "Asia/Shanghai", "2025-03-03T08:00:00Z"),
        ('["unix"]', "UTC", "1740988800"),
        ('["unix_ms"]', "UTC", "1740988800000"),
        ('["%d/%m/%Y", "%Y-%m-%d %H"]', "UTC", "2025-03-03 08"),
    ],
)
def test_times_are_read_in_their_format_and_zone(formats: str, zone: str, text: str) -> None:
    changed = PLAIN.replace('["%d/%m/%Y %H:%M"]', formats).replace('"UTC"', f'"{zone}"')
    assert told(["7", "New", text, ""], changed).at == at(0)


@pytest.mark.parametrize(("form", "text"), [("unix", "1e300"), ("unix", "nan"), ("iso", "0001-01-01T00:00:00+14:00")])
def test_times_that_no_calendar_holds_are_refused(form: str, text: str) -> None:
    assert refusal(["7", "New", text, ""], PLAIN.replace('["%d/%m/%Y %H:%M"]', f'["{form}"]'))[0] == "at"


def test_a_row_without_a_ticket_is_refused() -> None:
    assert refusal(["?", "New", "03/03/2025 08:00", ""])[0] == "ticket"


def test_what_is_too_long_or_cannot_be_stored_is_refused() -> None:
    assert refusal(["7" * 201, "New", "03/03/2025 08:00", ""])[0] == "ticket"
    assert refusal(["7", "New", "03/03/2025 08:00", "a\0b"]) == (
        "group",
        "contains the character U+0000, which cannot be stored",
    )


# ---- identity ----


def test_rows_alike_in_every_cell_are_one_event_wherever_they_stand() -> None:
    row = ["7", "New", "03/03/2025 08:00", "Desk"]
    assert told(row).event_id == told(list(row)).event_id
    assert told(row).event_id != told([*row[:3], "Other"]).event_id


def test_named_columns_make_the_identity() -> None:
    named = PLAIN.replace("[meanings]", 'event_id = ["id", "when"]\n[meanings]')
    assert told(["7", "New", "03/03/2025 08:00", "Desk"], named).event_id == "7/03/03/2025 08:00"


def test_a_long_identity_is_shortened_and_stays_the_same() -> None:
    named = PLAIN.replace("[meanings]", 'event_id = ["who"]\n[meanings]').replace('group = "who"', "")
    row = ["7", "New", "03/03/2025 08:00", "x" * 5000]
    assert len(told(row, named).event_id) == 32
    assert told(row, named).event_id == told(row, named).event_id


# ---- values ----


def test_values_come_from_columns_constants_defaults_and_tables() -> None:
    more = """
customer = { value = "acme" }
service = { column = "who", default = "desk" }
priority = { column = "what", values = { "New" = "high" } }
channel = { columns = ["id", "who"] }
[event.requester]
key = "who"
language = { value = "zh" }
[meanings]
"""
    text = PLAIN.replace("[meanings]", more)
    found = told(["7", "New", "03/03/2025 08:00", "?"], text)
    assert (found.customer, found.service, found.priority, found.channel) == ("acme", "desk", "high", "7")
    assert found.requester is None, "somebody without a key is nobody"
    named = told(["7", "Solved", "03/03/2025 08:00", "Bob"], text).requester
    assert named
    assert (named.key, named.language) == ("Bob", "zh")


def test_an_address_follows_from_a_login() -> None:
    text = PLAIN + '[event.requester]\nkey = "who"\nemail = { column = "who", suffix = "@example.org" }\n'
    requester = told(["7", "New", "03/03/2025 08:00", "dana"], text).requester
    assert requester
    assert (requester.key, requester.email) == ("dana", "dana@example.org")
    assert told(["7", "New", "03/03/2025 08:00", "?"], text).requester is None


def test_the_counter_orders_and_must_be_a_number() -> None:
    text = PLAIN.replace("[meanings]", 'sequence = "who"\n[meanings]').replace('group = "who"', "")
    assert told(["7", "New", "03/03/2025 08:00", "12"], text).sequence == 12
    assert refusal(["7", "New", "03/03/2025 08:00", "twelve"], text)[0] == "sequence"


def test_where_the_log_holds_whole_tickets_the_first_event_opens_them() -> None:
    text = PLAIN.replace("[meanings]", "first_event_opens = true\n[meanings]")
    assert told(["7", "On it", "03/03/2025 08:00", ""], text).opened_at == at(0)


def test_a_row_with_several_times_yields_several_events() -> None:
    text = """
source = "list"
[time]
zone = "UTC"
[event]
ticket = "id"
group = "who"
[[times]]
column = "what"
means = "created"
[[times]]
column = "when"
means = "resolved"
"""
    both = mapper(text).events(["7", "2025-03-03T08:00", "2025-03-03T10:00", "Desk"])
    assert [(one.type, one.at) for one in both] == [(EventType.CREATED, at(0)), (EventType.RESOLVED, at(2))]
    assert len({one.event_id for one in both}) == 2
    opened = only(mapper(text).events(["7", "2025-03-03T08:00", "", "Desk"]))
    assert opened.event_id == both[0].event_id, "the same row with more in it repeats what was known"


def test_a_json_log_is_read_by_paths() -> None:
    text = PLAIN.replace('"id"', '"key"').replace('"when"', '"at.utc"').replace('ticket = "key"', 'ticket = "key"')
    text = text.replace('what = "what"', 'what = "changes[0].to"').replace('group = "who"', 'group = "team.name"')
    read = Mapper(load_mapping(text), json_cells())
    row = {"key": 7, "at": {"utc": "03/03/2025 08:00"}, "changes": [{"to": "New"}], "team": None}
    found = only(read.events(row))
    assert (found.ticket, found.type, found.group) == ("7", EventType.CREATED, None)
    with pytest.raises(Invalid, match="Not a value"):
        read.events(row | {"key": {"id": 7}})


# ---- header ----


def test_a_column_that_is_not_there_is_named_with_those_that_are() -> None:
    with pytest.raises(Invalid, match="columns are: id, what, wen, who") as refused:
        mapper(header=["id", "what", "wen", "who"])
    assert [error.field for error in refused.value.errors] == ["event.at"]
    assert "is “wen” meant?" in refused.value.errors[0].message


def test_a_name_that_stands_twice_is_harmless() -> None:
    header, row = [*HEADER, "id"], ["7", "New", "03/03/2025 08:00", "Desk", "8"]
    assert told(row, header=header).ticket == "7"
    assert told(row, PLAIN.replace('ticket = "id"', 'ticket = "id#2"'), header).ticket == "8"


# ---- the mapping file itself ----


def test_a_sound_mapping_is_read() -> None:
    assert load_mapping(PLAIN).source == "desk"


@pytest.mark.parametrize(
    ("old", "new", "field", "said"),
    [
        ("[event]", "[event", "mapping", "not valid TOML"),
        ('source = "desk"', "", "mapping", "lacks the field source"),
        ("ticket =", "tiket =", "event.tiket", "no field called tiket"),
        ('"Solved" = "resolved"', '"Solved" = "done"', "meanings.Solved", "is not one of created"),
        ('"UTC"', '"Middle Earth"', "time.zone", "is not a time zone"),
        ('"%d/%m/%Y %H:%M"', '"DD/MM/YYYY"', "time.formats", "is not a strptime format"),
        ('"%d/%m/%Y %H:%M"', "", "time.formats", "must not be empty"),
        ("[file]", '[file]\nencoding = "klingon"', "file.encoding", "is not a known encoding"),
        ("[file]", '[file]\nencoding = "base64"', "file.encoding", "is not a known encoding"),
        ("[file]", "[file]\ndelimiter = '\"'", "file.delimiter", "two different characters"),
        ("[file]", '[file]\ndelimiter = "tab"', "file.delimiter", "longer than 1 characters"),
        ('at = "when"', "", "event", "needs at and what"),
        ('group = "who"', "group = { default = 'x' }", "event.group", "exactly one of"),
        ('group = "who"', "group = { value = 'x', column = 'who' }", "event.group", "exactly one of"),
        ("[meanings]", '[[times]]\ncolumn = "id"\nmeans = "created"\n[meanings]', "times", "not both"),
    ],
)
def test_a_mapping_that_cannot_be_used_says_where_and_why(old: str, new: str, field: str, said: str) -> None:
    assert old in PLAIN
    found = problems(PLAIN.replace(old, new))
    assert said in found.get(field, ""), found


def test_the_meanings_may_not_be_left_out() -> None:
    assert "meanings" in problems(PLAIN.partition("[meanings]")[0])


# ---- what a system tells beside ----


def beside(value: str) -> TicketEventIn:
    text = """
source = "desk"
[event]
ticket = "id"
at = "at"
what = "what"
sla_met = { column = "sla", values = { "Breached" = "false", "In time" = "true" } }
attributes = { site = "place", floor = { value = "3" } }
[meanings]
"*" = "updated"
"""
    mapping = load_mapping(text)
    return Mapper(mapping, json_cells()).events(
        {"id": "7", "at": "2025-03-03T08:00:00Z", "what": "x", "sla": value, "place": "Wuhan"}
    )[0]


def test_promises_of_time_and_attributes_are_mapped_too() -> None:
    found = beside("Breached")
    assert (found.sla_met, found.attributes) == (False, {"site": "Wuhan", "floor": "3"})
    assert beside("In time").sla_met is True
    assert beside("").sla_met is None
    with pytest.raises(Invalid) as refused:
        beside("Perhaps")
    assert [(one.field, one.message[:9]) for one in refused.value.errors] == [("sla_met", "“Perhaps”")]


def test_the_neutral_form_as_columns_tells_them_too() -> None:
    told = {"source": "s", "event_id": "1", "ticket": "T", "type": "closed", "at": "2025-03-03T08:00:00Z"}
    found = event_of_cells(told | {"kind": "incident", "sla_met": "0", "attributes.site": "Wuhan"})
    assert (found.sla_met, found.attributes) == (False, {"site": "Wuhan"})
