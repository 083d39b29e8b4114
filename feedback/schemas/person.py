"""What is kept of somebody who gave an address."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Kept:
    """One thing that somebody said, without its words. `turns`: messages in its dialogue, notes among them."""

    day: date
    channel: str
    kind: str
    closeness: str
    state: str
    turns: int
