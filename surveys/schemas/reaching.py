from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class Reach:
    """Who gave an answer, for a mail of thanks. `willing`: they said that they may be written to, and wish it still."""

    response_id: UUID
    person_id: UUID
    email: str
    language: str
    customer: str
    willing: bool
