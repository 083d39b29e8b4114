"""The shapes that come in and go out of the place floor."""

from journeys.schemas.flow import Figures, FlowChoice, FlowEvent, FlowReport, PlacedFlow, Shares, Sure, TicketFlow
from journeys.schemas.hooks import HookEvents, HookMapping, HookReading, HookSeen, Look, PayloadValue, Wrong
from journeys.schemas.mapping import (
    FileForm,
    MappedEvent,
    MappedRequester,
    MappedTime,
    Mapping,
    MeansByValue,
    TimeForm,
    Value,
    ValueSpec,
)
from journeys.schemas.tickets import (
    LogImported,
    LogReading,
    Recorded,
    Rejected,
    RequesterIn,
    RowRejected,
    TicketEventIn,
)

__all__ = [
    "Figures",
    "FileForm",
    "FlowChoice",
    "FlowEvent",
    "FlowReport",
    "HookEvents",
    "HookMapping",
    "HookReading",
    "HookSeen",
    "LogImported",
    "LogReading",
    "Look",
    "MappedEvent",
    "MappedRequester",
    "MappedTime",
    "Mapping",
    "MeansByValue",
    "PayloadValue",
    "PlacedFlow",
    "Recorded",
    "Rejected",
    "RequesterIn",
    "RowRejected",
    "Shares",
    "Sure",
    "TicketEventIn",
    "TicketFlow",
    "TimeForm",
    "Value",
    "ValueSpec",
    "Wrong",
]
