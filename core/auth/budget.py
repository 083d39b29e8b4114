"""How often something may be tried. Counted exactly, by the `limits` library."""

from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from core.errors import TooMany


class Budget:
    def __init__(self, rate: str) -> None:
        self._rate = parse(rate)
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def spend(self, key: str, cost: int = 1) -> None:
        """Take from the budget of `key`; raises TooMany when it is used up."""
        if not self._limiter.hit(self._rate, key, cost=cost):
            raise TooMany("Too many tries", retry_after=int(self._rate.get_expiry()))
