"""How often one key or one address may ask."""

from __future__ import annotations

import ipaddress
import math
import time
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from limits import RateLimitItem
    from limits.aio.strategies import SlidingWindowCounterRateLimiter

__all__ = ["Rates"]


class Rates:
    """Counts requests over a sliding window, in memory; for one event loop.

    A rate is written ``600/minute`` or ``10/second``; ``None`` is no limit.
    """

    def __init__(self, per_address: str | None = None, per_key: str | None = None) -> None:
        """:raises ValueError: if a rate is not written so."""
        self._per_address = None if per_address is None else _parsed(per_address)
        self._per_key = None if per_key is None else _parsed(per_key)
        self._counter = _counter() if self._per_address or self._per_key else None

    async def wait_of_address(self, address: str) -> int:
        """Count a request from an address; 0 if it may pass, else the seconds until one may again."""
        return await self._count(self._per_address, "address", _network(address))

    async def wait_of_key(self, identity: str) -> int:
        """The same for a key, by its id."""
        return await self._count(self._per_key, "key", identity)

    async def _count(self, rate: RateLimitItem | None, kind: str, who: str) -> int:
        if rate is None or self._counter is None or await self._counter.hit(rate, kind, who):
            return 0
        stats = await self._counter.get_window_stats(rate, kind, who)
        return max(1, math.ceil(stats.reset_time - time.time()))


# A service without limits doesn't load the library that counts.
def _parsed(rate: str) -> RateLimitItem:
    from limits import parse

    return parse(rate)


def _counter() -> SlidingWindowCounterRateLimiter:
    from limits.aio.storage import MemoryStorage
    from limits.aio.strategies import SlidingWindowCounterRateLimiter

    return SlidingWindowCounterRateLimiter(MemoryStorage())


@lru_cache(maxsize=4096)
def _network(address: str) -> str:
    """What counts as one asker: an IPv4 address, or an IPv6 /64, which is what one customer is given."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)
