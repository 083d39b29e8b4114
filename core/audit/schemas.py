from dataclasses import dataclass


@dataclass(frozen=True)
class Verified:
    """What a look at the whole chain found. `broken_at`: the number of the first entry that does not fit, or None.

    `head`: the newest digest. Whoever wrote it down elsewhere can tell later that nothing before it was taken away.
    """

    entries: int
    head: str
    broken_at: int | None

    @property
    def whole(self) -> bool:
        return self.broken_at is None
