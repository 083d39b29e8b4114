from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from journeys.models import Stage, TicketState
from journeys.schemas.flow import TicketFlow


@dataclass(frozen=True)
class TicketContext:
    """What a ticket tells of where its requester stood; keys, "" where unknown."""

    ticket_id: UUID
    kind: str
    service: str
    customer: str
    group: str
    priority: str
    channel: str
    requester_id: UUID | None
    close_reason: str = ""

    @property
    def attributes(self) -> dict[str, str]:
        return {
            "kind": self.kind,
            "service": self.service,
            "customer": self.customer,
            "group": self.group,
            "priority": self.priority,
            "channel": self.channel,
            "close_reason": self.close_reason,
        }


@dataclass(frozen=True)
class Strand:
    """A ticket as a part of a matter. `over_at` None: open. `matter`: a key that linked tickets share; "": none."""

    ticket_id: UUID
    opened_at: datetime
    over_at: datetime | None
    matter: str = ""


@dataclass(frozen=True)
class TicketSnapshot:
    """A ticket as it is at a moment. `context`: what every ticket has; `attributes`: what its system tells beside."""

    context: Mapping[str, str] = field(default_factory=dict)
    attributes: Mapping[str, str] = field(default_factory=dict)
    state: TicketState | None = None
    resolved_at: datetime | None = None
    flow: TicketFlow = field(default_factory=TicketFlow)

    def kept(self) -> dict[str, Any]:
        """What an answer is later read with; hours on the open clock."""
        return {
            **{name: self.context.get(name, "") for name in ("kind", "group", "priority", "service", "channel")},
            "open_hours": round(self.flow.open_s / 3600, 2),
            "waiting_hours": round(self.flow.waiting_s / 3600, 2),
            "queue_hours": round(self.flow.queue_s / 3600, 2),
            "handoffs": self.flow.handoffs,
            "reopens": self.flow.reopens,
        }


class Bilingual(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    zh: str
    en: str


class TouchpointDefinition(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`interaction`: people take part; `visible`: they see it happen: the two lines of the service blueprint."""

    key: str
    stage: Stage
    name: Bilingual
    description: Bilingual = Bilingual("", "")
    keywords: list[str] = []
    contexts: list[dict[str, str]] = []
    value_stream: str = ""
    practice: str = ""
    visible: bool = True
    interaction: bool = True


class Persona(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody typical who walks the journey: who they are, what they want and what they dread."""

    key: str
    name: Bilingual
    description: Bilingual = Bilingual("", "")


class Scenario(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A way through the journey: touchpoints in the order in which they are met. `persona`: whose, "" for anybody."""

    key: str
    name: Bilingual
    description: Bilingual = Bilingual("", "")
    persona: str = ""
    touchpoints: list[str] = []


class JourneyDefinition(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    key: str
    name: Bilingual
    touchpoints: list[TouchpointDefinition]
    personas: list[Persona] = []
    scenarios: list[Scenario] = []


@dataclass(frozen=True)
class RaisedTicket:
    """A ticket as its requester lived through it. `over_at` None: open; `first_over_at`: before it was reopened."""

    context: TicketContext
    opened_at: datetime
    over_at: datetime | None
    matter: str
    first_over_at: datetime | None = None
