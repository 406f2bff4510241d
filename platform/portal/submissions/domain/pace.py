"""How fast one student may send work: nobody types that fast, and every piece costs a room."""

from __future__ import annotations

import time

from django.core.cache import cache

from portal.submissions.errors import TooFast

MOST_A_MINUTE = 20
"""Of each sort of work, over all exercises."""

MINUTE = 60


def check_pace(*, user_id: int, work: str) -> None:
    """Count one more piece of such work by this person. Raises TooFast.

    Each process of the portal counts for itself where the cache is its own.
    """
    key = f"pace-{work}-{user_id}-{int(time.time()) // MINUTE}"
    cache.add(key, 0, 2 * MINUTE)
    if cache.incr(key) > MOST_A_MINUTE:
        raise TooFast(MOST_A_MINUTE)
