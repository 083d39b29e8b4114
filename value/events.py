from dataclasses import dataclass

from core.outbox import Event


@dataclass(frozen=True)
class ImprovementDone(Event):
    improvement_id: str


@dataclass(frozen=True)
class JudgementDue(Event):
    improvement_id: str


@dataclass(frozen=True)
class ImprovementMeasured(Event):
    improvement_id: str
