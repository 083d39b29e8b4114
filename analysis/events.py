"""Facts of the analysis floor. What follows from them: web/worker.py."""

from dataclasses import dataclass

from core.outbox import Event


@dataclass(frozen=True)
class ReadingCorrected(Event):
    """Somebody put a reading right, or took that back."""

    correction_id: str


@dataclass(frozen=True)
class LearningAsked(Event):
    """Somebody wants what was corrected to be learnt now, at `at` (ISO 8601)."""

    at: str


@dataclass(frozen=True)
class ReadingsOutdated(Event):
    """Experiences were read by another version, or knew other touchpoints: somebody wants them read again."""


@dataclass(frozen=True)
class ShardOutdated(Event):
    """Those of them whose id is larger than `after_id`, up to `until_id`; "" is no bound.

    Each batch that is read again announces the rest of its shard: after a stop it goes on from there.
    """

    after_id: str
    until_id: str


@dataclass(frozen=True)
class ComparisonAsked(Event):
    """Somebody wants two versions compared."""

    comparison_id: str


@dataclass(frozen=True)
class MomentFound(Event):
    """A moment of truth was found on `day` (ISO 8601), or came back."""

    moment_id: str
    day: str


@dataclass(frozen=True)
class VisitsChanged(Event):
    """At `at` (ISO 8601) people lived through something, said something, or are to be counted anew."""

    at: str


@dataclass(frozen=True)
class LookDue(Event):
    """On `day` (ISO 8601) it is time to look for moments of truth."""

    day: str


@dataclass(frozen=True)
class PublicationDue(Event):
    """Answers wait for the next batch, at `at` (ISO 8601)."""

    at: str


@dataclass(frozen=True)
class PackDue(Event):
    """A service review pack is to be sent on `day` (ISO 8601)."""

    order_id: str
    day: str


@dataclass(frozen=True)
class WordsErased(Event):
    """By `day` (ISO 8601) words of feedback went from rows that stay. Their bytes have to go as well."""

    day: str


@dataclass(frozen=True)
class PersonErased(Event):
    """On `day` (ISO 8601) all that leads to somebody went from rows that stay."""

    day: str


@dataclass(frozen=True)
class AnswersEnded(Event):
    """By `day` (ISO 8601) answers past their age have gone, with what was read of them: their bytes have to go as well.
    `at`: the same day where a further month went, all but what is under way, of which somebody is told; else ""."""

    day: str
    at: str
