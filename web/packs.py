"""Service review packs by mail: two floors have a part in them."""

from analysis.jobs import send_packs
from core.outbox import Batch
from value.service.review_pack import chapters_for


async def send_packs_with_reviews(batch: Batch) -> None:
    """A pack that goes ahead of a review carries its agenda, of which only the floor that acts knows."""
    await send_packs(batch, chapters_for)
