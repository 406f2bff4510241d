"""Words of the operators' page: the kinds of work, and how long ago."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from django import template
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_stubs_ext import StrOrPromise

register = template.Library()

KINDS: Mapping[str, StrOrPromise] = {
    "attempt": gettext_lazy("Hand-ins"),
    "trial": gettext_lazy("Jobs of sweeps"),
    "tryout": gettext_lazy("Tryouts"),
    "regrading": gettext_lazy("Previews of regrades"),
    "checkjob": gettext_lazy("Checks of exercises"),
}
MINUTE, HOUR, DAY = 60, 3600, 86400


@register.filter
def kind_name(kind: str) -> str:
    """Return what work of a kind is called, in the plural."""
    return str(KINDS[kind])


@register.filter
def age(since: datetime | timedelta | None) -> str:
    """Return how long ago a moment was, or how long something lasts, in one unit."""
    if since is None:
        return ""
    lasted = since if isinstance(since, timedelta) else timezone.now() - since
    seconds = max(0, int(lasted.total_seconds()))
    if seconds < 2 * MINUTE:
        return _("%(count)s s") % {"count": seconds}
    if seconds < 2 * HOUR:
        return _("%(count)s min") % {"count": seconds // MINUTE}
    if seconds < 2 * DAY:
        return _("%(count)s h") % {"count": seconds // HOUR}
    return _("%(count)s d") % {"count": seconds // DAY}
