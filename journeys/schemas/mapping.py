"""The mapping file (TOML): which column or JSON path of a log is what. Explained in docs/import.md."""

from typing import Annotated, Literal

from msgspec import Meta, Struct, field

from journeys.models import TicketKind

Text = Annotated[str, Meta(min_length=1, max_length=200)]


class ValueSpec(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Where a value comes from: a `column` (or JSON path), several joined by "/", the `first` that is known, or a
    constant `value`. `suffix` is put after what is known, such as "@example.org" after a login."""

    column: Text | None = None
    columns: list[Text] = field(default_factory=list)
    first: list[Text] = field(default_factory=list)
    value: Text | None = None
    default: Text | None = None
    values: dict[str, str] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)
    suffix: str = ""


# In the file a bare string is a column and a bare list several columns.
Value = Text | list[Text] | ValueSpec


class FileForm(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How the file is written. `missing`: cells that mean "not known"."""

    format: Literal["csv", "ndjson"] = "csv"
    encoding: Text = "utf-8"
    delimiter: Annotated[str, Meta(min_length=1, max_length=1)] = ","
    quote: Annotated[str, Meta(min_length=1, max_length=1)] = '"'
    missing: list[str] = field(default_factory=list)


class TimeForm(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How times are written: `strptime` formats, "iso", "unix" or "unix_ms"; `zone` where they carry none."""

    formats: Annotated[list[Text], Meta(min_length=1)] = field(default_factory=lambda: ["iso"])
    zone: Text | None = None


class MappedRequester(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    key: Value
    email: Value | None = None
    name: Value | None = None
    language: Value | None = None
    zone: Value | None = None


class MappedEvent(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The fields of the neutral form. `what`: the column whose values `[meanings]` explains; `otherwise`: columns to
    look at, in turn, where its value has no meaning. `attributes`: whatever else a trigger may ask for, by its name."""

    ticket: Value
    event_id: Value | None = None
    at: Value | None = None
    what: Value | None = None
    otherwise: list[Text] = field(default_factory=list)
    kind: Value = field(default_factory=lambda: ValueSpec(value=TicketKind.INCIDENT))
    service: Value | None = None
    customer: Value | None = None
    requester: MappedRequester | None = None
    group: Value | None = None
    priority: Value | None = None
    channel: Value | None = None
    summary: Value | None = None
    close_reason: Value | None = None
    matter: Value | None = None
    opened_at: Value | None = None
    sequence: Value | None = None
    sla_met: Value | None = None
    attributes: dict[Text, Value] = field(default_factory=dict)
    first_event_opens: bool = False


class MappedTime(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One of several time columns of a row: an event with this meaning where the cell holds a time."""

    column: Text
    means: Text


MeansByValue = dict[str, Text]


class Mapping(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    source: Text
    event: MappedEvent
    file: FileForm = field(default_factory=FileForm)
    time: TimeForm = field(default_factory=TimeForm)
    meanings: MeansByValue = field(default_factory=dict)
    times: list[MappedTime] = field(default_factory=list)
