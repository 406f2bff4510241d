"""Dates and times as people read them, the same way in both languages."""

from __future__ import annotations

from datetime import datetime

from django.utils.formats import date_format
from django.utils.timezone import localtime


def moment(when: datetime | None) -> str:
    """Return `when` in full, in the portal's time zone, empty for None."""
    return date_format(localtime(when), "j F Y, H:i") if when else ""


def short_moment(when: datetime | None) -> str:
    """Return `when` for a table, in the portal's time zone, empty for None.

    The year is left out where it is this one.
    """
    if when is None:
        return ""
    local = localtime(when)
    is_this_year = local.year == localtime().year
    return date_format(local, "j N, H:i" if is_this_year else "j N Y, H:i")
