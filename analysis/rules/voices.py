"""From the floors below to one shape: what a response and a feedback have in common."""

from analysis.models import Dimension, VoiceKind
from analysis.schemas.voices import Voice
from feedback.schemas import FeedbackVoice
from journeys.schemas.places import TicketContext
from surveys.schemas import ResponseVoice


def of_response(said: ResponseVoice, ticket: TicketContext | None) -> Voice:
    return Voice(
        kind=VoiceKind.RESPONSE,
        id=said.response_id,
        said_at=said.said_at,
        text=said.comment,
        language=said.language,
        channel=said.channel,
        scores=_answered(said) | _lost(said.lost_minutes),
        ticket_id=said.ticket_id,
        person_id=said.person_id or (ticket.requester_id if ticket else None),
        customer=said.customer or (ticket.customer if ticket else ""),
        service=said.service or (ticket.service if ticket else ""),
        chosen=said.touchpoint,
        context=ticket.attributes if ticket else {},
        overall=said.overall,
    )


def of_feedback(said: FeedbackVoice) -> Voice:
    return Voice(
        kind=VoiceKind.FEEDBACK,
        id=said.feedback_id,
        said_at=said.said_at,
        text=said.text,
        language=said.language,
        channel=said.channel,
        scores=_answered(said),
        customer=said.customer,
        service=said.service,
        chosen=said.touchpoint,
        sealed=said.sealed,
    )


def _answered(said: ResponseVoice | FeedbackVoice) -> dict[Dimension, float]:
    given = {
        Dimension.FUNCTIONAL: said.functional,
        Dimension.EMOTIONAL: said.emotional,
        Dimension.SATISFACTION: said.satisfaction,
    }
    return {dimension: score for dimension, score in given.items() if score is not None}


def _lost(minutes: float | None) -> dict[Dimension, float]:
    return {} if minutes is None else {Dimension.LOST_MINUTES: minutes}
