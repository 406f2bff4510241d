"""The cells of a class's table: thousands, for which a template takes ten times as long."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from django import template
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html, format_html_join
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
    enrolment = row.enrolment
    address = reverse("student-work", args=[enrolment.cohort_id, enrolment.pk, PLACE])
    return format_html_join("", '<td><a href="{}">{}</a>{}</td>', _cells(row, address))


def _cells(row: ClassRow, address: str) -> Iterator[tuple[str, str, str]]:
    language = get_language() or ""
    for cell in row.cells:
        link = address.replace(PLACE, cell.assignment.exercise.slug)
        yield link, _text(cell, language), _tags(cell, language)


def _text(cell: Cell, language: str) -> str:
    if cell.points is not None:
        return _points(cell.points, language)
    if not cell.handed_in:
        return _nothing(language)
    count = cell.handed_in
    return ngettext("%(count)s attempt", "%(count)s attempts", count) % {"count": count}


def _tags(cell: Cell, language: str) -> SafeString:
    waiting = _state(State.RUNNING, language) if cell.waiting else SafeString("")
    failed = _state(State.FAILED, language) if cell.failed else SafeString("")
    return waiting + failed


@lru_cache(maxsize=4096)
def _points(value: float, language: str) -> str:  # noqa: ARG001 - each language writes its own
    return points(value)


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
