"""Slow down who tries again and again: to guess a password, or to make accounts."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.cache import cache
from django.utils import timezone

from portal.accounts.errors import TooManyTries

FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=1)
MEMORY = 2 * LONGEST_WAIT
"""How long after the last try those before it still count."""


@dataclass(frozen=True, slots=True)
class Limit:
    """After `tries` tries the next one waits: a minute, and twice as long after each further."""

    name: str
    tries: int

    def key(self, who: str) -> str:
        """Return the name of the count. What was typed as a user name is nowhere kept."""
        return f"tries:{self.name}:{hashlib.sha256(who.encode()).hexdigest()}"


PERSON = Limit("person", 10)
"""One user name from one address. From elsewhere its owner may still sign in."""

ADDRESS = Limit("address", 500)
"""All names from one address: a lecture hall may share it."""

Doors = Sequence[tuple[Limit, str]]


def doors(*, action: str, name: str, address: str) -> Doors:
    """Return what a try of `action` with this user name, from this address, counts against."""
    return (
        (PERSON, f"{action}\n{name.casefold()}\n{address}"),
        (ADDRESS, f"{action}\n{address}"),
    )


def closed_until(passed: Doors) -> datetime | None:
    """Return when a next try is let through, None for now."""
    now = timezone.now()
    until = [cache.get(f"{limit.key(who)}:until") for limit, who in passed]
    return max((moment for moment in until if moment and moment > now), default=None)


def take_try(passed: Doors) -> None:
    """Count a try before it is looked at. Raises TooManyTries for one that must wait.

    It is the same for names that exist and for those that don't.
    """
    until = closed_until(passed)
    if until is not None:
        raise TooManyTries(until)
    for limit, who in passed:
        over = _count(limit.key(who)) - limit.tries
        if over >= 0:
            wait = min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(over, 10))
            ends = timezone.now() + wait
            cache.set(f"{limit.key(who)}:until", ends, timeout=wait.total_seconds())


def forget_tries(passed: Doors) -> None:
    """Count anew for a person who has proven to be themselves; their address is not forgotten."""
    cache.delete_many([limit.key(who) for limit, who in passed if limit is PERSON])


def _count(key: str) -> int:
    """Add one to a count that all processes share where the cache is shared, and return it."""
    seconds = MEMORY.total_seconds()
    if cache.add(key, 1, timeout=seconds):
        return 1
    try:
        count: int = cache.incr(key)
    except ValueError:
        # It was forgotten since.
        cache.set(key, 1, timeout=seconds)
        return 1
    cache.touch(key, seconds)
    return count
