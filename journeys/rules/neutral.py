"""Reading ticket events in the neutral form: one JSON object, a list of them, or one on each line."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import msgspec

from core.errors import FieldError, Invalid
from journeys.rules.checking import checked_event, unsound
from journeys.rules.mapping.answers import yes_or_no
from journeys.schemas import Rejected, TicketEventIn

MOST_IN_A_LIST = 1000
NOT_JSON = "is not valid JSON"
TOO_DEEP = "is nested too deeply"
OF_REQUESTER = "requester."
OF_ATTRIBUTES = "attributes."
_event = msgspec.json.Decoder(TicketEventIn)
_items: msgspec.json.Decoder[list[Any]] = msgspec.json.Decoder(list[msgspec.Raw])
_anything = msgspec.json.Decoder()


@dataclass(frozen=True)
class Parsed:
    """Events and rejects, each with its place in the list."""

    events: list[tuple[int, TicketEventIn]] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)


def parse_events(body: bytes, lines: bool = False) -> Parsed:
    """Events and rejects of a request; `Invalid` when the body as a whole cannot be read.

    `lines`: the sender said that it is NDJSON. It is also taken for NDJSON when its first line stands alone.
    """
    body = body.strip()
    if lines or _looks_like_lines(body):
        return collect(enumerate(line for line in body.splitlines() if line.strip()))
    if not body.startswith(b"["):
        return collect([(0, _whole(body, msgspec.Raw))])
    items = _whole(body, list)
    if len(items) > MOST_IN_A_LIST:
        raise _refused(f"holds {len(items)} events; a list may hold {MOST_IN_A_LIST}, NDJSON any number")
    return collect(enumerate(items))


def collect(items: Iterable[tuple[int, Any]]) -> Parsed:
    parsed = Parsed()
    for index, item in items:
        try:
            parsed.events.append((index, parse_event(item)))
        except Invalid as refused:
            parsed.rejected.append(Rejected(index, refused.errors))
    return parsed


def parse_event(text: Any) -> TicketEventIn:
    """One event from its JSON bytes; `Invalid` names every field that is wrong."""
    try:
        event = _event.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return checked_event(_decoded(text))
    if errors := unsound(event):
        raise Invalid("The event is not sound", errors)
    return event


def _decoded(text: Any) -> Any:
    try:
        return _anything.decode(text)
    except RecursionError:
        raise _refused(TOO_DEEP) from None
    except UnicodeDecodeError:
        raise _refused("is not UTF-8") from None
    except msgspec.DecodeError as error:
        raise _refused(f"{NOT_JSON}: {error}") from None


def _whole(body: bytes, kind: type) -> Any:
    try:
        return _items.decode(body) if kind is list else msgspec.json.decode(body, type=kind)
    except RecursionError:
        raise _refused(TOO_DEEP) from None
    except msgspec.DecodeError as error:
        raise _refused(f"{NOT_JSON}: {error}") from None


def _looks_like_lines(body: bytes) -> bool:
    first, newline, rest = body.partition(b"\n")
    if not newline or not first.startswith(b"{") or not rest.strip():
        return False
    try:
        msgspec.json.decode(first, type=msgspec.Raw)
    except (msgspec.DecodeError, RecursionError):
        return False
    return True


def _refused(message: str) -> Invalid:
    return Invalid(f"The body {message}", [FieldError("", message)])


def event_of_cells(cells: dict[str, str]) -> TicketEventIn:
    """An event from a CSV row whose columns are named like the fields, `requester.key` included."""
    # Empty cells are unknown; what must be there and may be null is null.
    told: dict[str, Any] = {name: text.strip() for name, text in cells.items() if text.strip()}
    dotted = [name for name in told if name.startswith(OF_REQUESTER)]
    requester = {name.removeprefix(OF_REQUESTER): told.pop(name) for name in dotted}
    named = [name for name in told if name.startswith(OF_ATTRIBUTES)]
    told |= {"attributes": {name.removeprefix(OF_ATTRIBUTES): told.pop(name) for name in named}} if named else {}
    if "sla_met" in told:
        told["sla_met"] = yes_or_no(told["sla_met"])
    if told.get("sequence", "").isdecimal():
        told["sequence"] = int(told["sequence"])
    return checked_event({"service": None, "customer": None, "requester": requester or None} | told)
