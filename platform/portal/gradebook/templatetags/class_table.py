"""The cells of a class's table: thousands, for which a template takes ten times as long."""

from __future__ import annotations

from functools import lru_cache
from uuid import UUID

from django import template
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from portal.common.templatetags.portal import points
from portal.gradebook.domain import Cell, ClassRow
from portal.submissions.models import State

PLACE = "exercise-slug"
register = template.Library()


@register.simple_tag
def work_cells(row: ClassRow) -> SafeString:
    """Return a student's cells: each leads to the work, and says the points or what there is."""
    enrolment, language = row.enrolment, get_language() or ""
    before, after = _addresses(enrolment.cohort_id)
    stem = f'<td><a href="{before}{enrolment.pk}{after}'
    # Addresses are made of slugs and numbers; texts and tags come escaped.
    return SafeString(
        "".join(
            f'{stem}{cell.assignment.exercise.slug}/">'
            f"{_text(cell, language)}</a>{_tags(cell, language)}</td>"
            for cell in row.cells
        )
    )


@lru_cache
def _addresses(cohort_id: UUID) -> tuple[str, str]:
    """Return what stands before a student's number in an address, and up to the exercise's slug."""
    address = reverse("student-work", args=[cohort_id, 0, PLACE])
    before, after = address.removesuffix(f"{PLACE}/").split("/0/")
    return f"{before}/", f"/{after}"


def _text(cell: Cell, language: str) -> SafeString:
    if cell.points is not None:
        return _points(cell.points, language)
    if not cell.handed_in:
        return _nothing(language)
    return _attempts(cell.handed_in, language)


def _tags(cell: Cell, language: str) -> str:
    waiting = _state(State.RUNNING, language) if cell.waiting else ""
    failed = _state(State.FAILED, language) if cell.failed else ""
    return f"{waiting}{failed}"


@lru_cache(maxsize=4096)
def _points(value: float, language: str) -> SafeString:  # noqa: ARG001 - each writes its own
    return conditional_escape(points(value))


@lru_cache(maxsize=1024)
def _attempts(count: int, language: str) -> SafeString:  # noqa: ARG001
    text = ngettext("%(count)s attempt", "%(count)s attempts", count) % {"count": count}
    return conditional_escape(text)


@lru_cache
def _nothing(language: str) -> SafeString:  # noqa: ARG001
    dash = (
        '<span class="muted"><span aria-hidden="true">–</span><span class="unseen">{}</span></span>'
    )
    return format_html(dash, _("nothing handed in"))


@lru_cache
def _state(state: State, language: str) -> SafeString:  # noqa: ARG001
    tag = render_to_string("submissions/state.html", {"state": state.value})
    return format_html(" {}", SafeString(tag.strip()))
