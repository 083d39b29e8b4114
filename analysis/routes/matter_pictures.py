"""A whole matter as stretches of time."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from analysis.schemas.matters import Stream, WholeMatter
from core import charts

NARROW = 330


def strands(found: WholeMatter, names: Mapping[UUID, str], at: datetime) -> tuple[charts.SpanChart, charts.SpanChart]:
    """Tickets and messages over the time of the matter, for a desk and for a phone; what is open goes on until `at`."""
    until = max(found.over_at or at, found.began_at + timedelta(hours=1))
    whole = until - found.began_at
    spans = [
        charts.Span(
            names[one.id],
            (one.began_at - found.began_at) / whole,
            ((one.over_at or until) - found.began_at) / whole,
            "said" if one.stream is Stream.SAID else "ticket",
            one.over_at is None,
        )
        for one in found.strands
    ]
    return charts.span_chart(spans), charts.span_chart(spans, width=NARROW)
