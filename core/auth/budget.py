"""How often something may be tried. Counted exactly, by the `limits` library."""

import logging
import secrets

from limits import parse
from limits.aio.storage import MemoryStorage as AsyncMemory
from limits.aio.storage import RedisStorage, Storage
from limits.aio.strategies import MovingWindowRateLimiter as AsyncLimiter
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from redis.exceptions import RedisError

from core.errors import TooMany
from core.log import cause
from core.settings import settings

log = logging.getLogger(__name__)


class Budget:
    def __init__(self, rate: str) -> None:
        self._rate = parse(rate)
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def spend(self, key: str, cost: int = 1) -> None:
        """Take from the budget of `key`; raises TooMany when it is used up."""
        if not self._limiter.hit(self._rate, key, cost=cost):
            raise TooMany("Too many tries", retry_after=int(self._rate.get_expiry()))


class SharedBudget:
    """One counter for all processes where Redis is configured; while it is away each process counts for itself."""

    def __init__(self, rate: str, name: str) -> None:
        self._rate, self._name = parse(rate), name
        self._alone = AsyncLimiter(AsyncMemory())
        self._shared = AsyncLimiter(_redis()) if settings().redis_url else None

    async def spend(self, key: str) -> None:
        if not await self._hit(f"{self._name}:{key}"):
            raise TooMany("Too many tries", retry_after=int(self._rate.get_expiry()))

    async def _hit(self, key: str) -> bool:
        if self._shared:
            try:
                return await self._shared.hit(self._rate, key)
            except (RedisError, OSError) as error:
                log.warning("the shared counter is away: %s", cause(error))
        return await self._alone.hit(self._rate, key)


def _redis() -> Storage:
    return RedisStorage(f"async+{settings().redis_url}", implementation="redispy")


class SharedCount:
    """How often something happened within a window, counted for all processes as `SharedBudget` does. It refuses
    nothing: what follows from the number is decided by who asks. A window begins with the first to come, and is up to
    twice as long as asked, by lot: what is left of it does not tell when that was."""

    def __init__(self, seconds: int, name: str) -> None:
        self._seconds, self._name = seconds, name
        self._alone = AsyncMemory()
        self._shared = _redis() if settings().redis_url else None

    async def one_more(self) -> int:
        """Counts this one, and tells how many there were within the window."""
        key, left = f"count:{self._name}", self._seconds + secrets.randbelow(self._seconds)
        if self._shared:
            try:
                return int(await self._shared.incr(key, left))
            except (RedisError, OSError) as error:
                log.warning("the shared counter is away: %s", cause(error))
        return int(await self._alone.incr(key, left))
