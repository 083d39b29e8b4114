"""The shapes that come in and go out of the place floor."""

from journeys.schemas.flow import Figures, FlowEvent, FlowReport, Shares, TicketFlow
from journeys.schemas.mapping import (
    FileForm,
    Mapping,
    MappedEvent,
    MappedRequester,
    MappedTime,
    MeansByValue,
    TimeForm,
    Value,
    ValueSpec,
)
from journeys.schemas.tickets import Recorded, Rejected, RequesterIn, TicketEventIn

__all__ = [
    "Figures",
    "FileForm",
    "FlowEvent",
    "FlowReport",
    "MappedEvent",
    "MappedRequester",
    "MappedTime",
    "Mapping",
    "MeansByValue",
    "Recorded",
    "Rejected",
    "RequesterIn",
    "Shares",
    "TicketEventIn",
    "TicketFlow",
    "TimeForm",
    "Value",
    "ValueSpec",
]
