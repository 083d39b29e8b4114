from dataclasses import dataclass
from uuid import UUID

import msgspec

from journeys.models import Stage


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


class Bilingual(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    zh: str
    en: str


class TouchpointDefinition(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    key: str
    stage: Stage
    name: Bilingual
    description: Bilingual
    keywords: list[str] = []
    contexts: list[dict[str, str]] = []
    value_stream: str = ""
    practice: str = ""
    visible: bool = True


class JourneyDefinition(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    key: str
    name: Bilingual
    touchpoints: list[TouchpointDefinition]
