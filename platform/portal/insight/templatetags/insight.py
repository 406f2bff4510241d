"""Cells of the heat map, shares of a class, and lengths of time."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django import template
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from portal.common.moments import short_moment
from portal.common.rendering.text import plain
from portal.common.templatetags.portal import points
from portal.insight.domain.heat import HeatRow

register = template.Library()
STEPS = 10
"""Shades of the scale, beside the palest, for nothing earned."""

PER_CENT = 100
MINUTE, HOUR, DAY = 60, 3600, 86400
LONGEST = 200_000
EMPTY = '<td class="none"></td>'


@register.simple_tag
def heat_rows(rows: Sequence[HeatRow], cohort_id: UUID, slugs: Sequence[str]) -> SafeString:
    """Return each student's row: name, per cents of the points as links, points, latest attempt.

    Ten thousand cells take a template a second. The links lead from the class's own address.
    """
    home = reverse("class", args=[cohort_id])
    work = reverse("student-work", args=[cohort_id, 0, "slug"])
    before, after = work.removeprefix(home).removesuffix("slug/").split("0")
    lines = (_row(row, f"../{before}{row.enrolment.pk}{after}", slugs) for row in rows)
    return SafeString("\n".join(f"<tr>{line}</tr>" for line in lines))


def _row(row: HeatRow, stem: str, slugs: Sequence[str]) -> SafeString:
    cells = (
        EMPTY if share is None else _cell(share, f"{stem}{slug}/")
        for share, slug in zip(row.shares, slugs, strict=True)
    )
    return format_html(
        '<th scope="row">{}</th>{}<td class="number"><b>{}</b></td><td class="when">{}</td>',
        row.enrolment.user.display_name,
        mark_safe("".join(cells)),  # noqa: S308 - numbers, an address of ours, and slugs
        points(row.points),
        short_moment(row.last_at),
    )


def _cell(share: float, address: str) -> str:
    number = int(PER_CENT * share + 1e-6)
    return f'<td class="heat-{heat(share)}"><a href="{address}">{number}</a></td>'


@register.filter
def visible(code: str) -> str:
    """Return code of unknown origin, with what would hide or turn text made visible."""
    return plain(code, limit=LONGEST)


@register.filter
def heat(share: float | None) -> int:
    """Return the shade of a share, 0 to STEPS: the last is for all of the points alone."""
    return max(0, min(STEPS, int(STEPS * (share or 0) + 1e-6)))


@register.filter
def per_cent(share: float | None) -> str:
    """Return a share as a whole per cent, rounded down so that 100 is all; empty for None."""
    return "" if share is None else f"{int(PER_CENT * share + 1e-6)}"


@register.filter
def percentage(share: float | None) -> str:
    """Return a share as the reader's language writes per cents, rounded down."""
    return _("%(number)s%%") % {"number": per_cent(share or 0.0)}


@register.filter
def share_of(count: int, total: int) -> str:
    """Return a count as per cent of a total."""
    return _("%(number)s%%") % {"number": round(PER_CENT * count / total) if total else 0}


@register.filter
def duration(seconds: float | None) -> str:
    """Return a length of time in its largest unit, such as 3.5 h; empty for None."""
    if seconds is None:
        return ""
    for unit, text in (
        (DAY, _("%(count)s d")),
        (HOUR, _("%(count)s h")),
        (MINUTE, _("%(count)s min")),
    ):
        if seconds >= unit:
            return text % {"count": _short(seconds / unit)}
    return _("%(count)s s") % {"count": _short(seconds)}


def _short(value: float) -> str:
    return number_format(value, 0 if value >= STEPS or value.is_integer() else 1)
