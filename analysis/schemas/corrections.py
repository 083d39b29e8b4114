"""What comes in when a reading is put right, and what is answered."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct


class CorrectionBody(Struct, frozen=True, forbid_unknown_fields=True):
    """What is right. Without `mention` it is said of the whole comment; a touchpoint "" means: about none of them."""

    mention: UUID | None = None
    label: Annotated[str, Meta(max_length=20)] | None = None
    touchpoint: Annotated[str, Meta(max_length=200)] | None = None


class CorrectionOut(Struct, frozen=True):
    """A correction as it is kept; None: not judged. `start` and `end` are None where it is about the whole comment."""

    id: UUID
    start: int | None
    end: int | None
    label: str | None
    old_label: str
    touchpoint: str | None
    old_touchpoint: str
    classifier: str
    made_by: str
    made_at: datetime
    undone_at: datetime | None
