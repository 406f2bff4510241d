"""Dates and times as people read them, the same way in both languages."""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from functools import lru_cache

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timezone import get_default_timezone, localtime
from django.utils.translation import get_language

DAY = timedelta(days=1)


def moment(when: datetime | None) -> str:
    """Return `when` in full, in the reader's time zone, empty for None."""
    return _written(localtime(when), "j F Y, H:i") if when else ""


def short_moment(when: datetime | None) -> str:
    """Return `when` for a table, in the reader's time zone, empty for None.

    The year is left out where it is this one.
    """
    if when is None:
        return ""
    local = localtime(when)
    is_this_year = local.year == localtime().year
    return _written(local, "j N, H:i" if is_this_year else "j N Y, H:i")


def _written(local: datetime, form: str) -> str:
    """Return a moment of the reader's clock in their language."""
    # Without its zone: moments of two zones are equal when they are at once, however they read.
    minute = local.replace(second=0, microsecond=0, tzinfo=None)
    return _in_language(minute, form, get_language() or "")


@lru_cache(maxsize=16_384)
def _in_language(minute: datetime, form: str, language: str) -> str:  # noqa: ARG001 - the active one
    # A long table's moments are the same at each visit, and Django's formats take their time.
    return date_format(minute, form)


def days_later(when: datetime, days: int) -> datetime:
    """Return the same hour `days` days after `when`, by the portal's clock."""
    return _portals(when) + days * DAY


def days_begun(since: datetime, until: datetime) -> int:
    """Return how many days have begun between two moments, 0 where the second is not later."""
    if until <= since:
        return 0
    return max(1, math.ceil((_portals(until) - _portals(since)) / DAY))


def start_of_today() -> datetime:
    """Return the last midnight by the portal's clock."""
    return _portals(timezone.now()).replace(hour=0, minute=0, second=0, microsecond=0)


def _portals(when: datetime) -> datetime:
    # On a clock the end of a day stays where it is when summer time ends, and the clock is the
    # portal's: what is late must not depend on where the reader is.
    return localtime(when, get_default_timezone())
