"""The log of a class: who changed what, when and why."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.catalogue.forms import LogForm
from portal.catalogue.models import Exercise
from portal.common.templatetags.portal import title
from portal.courses.access import staff_membership
from portal.courses.domain import LogFilter, log_of, told_about
from portal.courses.wording import label_of, sentence

PER_PAGE = 100


@require_safe
@login_required
def class_log(request: HttpRequest, cohort_id: UUID) -> HttpResponse:
    """Show a class's staff its log, the latest line first, as far as it is asked for."""
    enrolment = staff_membership(request, cohort_id)
    cohort = enrolment.cohort
    actions, subjects = told_about(cohort=cohort)
    titles = {one.slug: title(one) for one in Exercise.objects.filter(slug__in=subjects)}
    form = LogForm(
        request.GET,
        cohort=cohort,
        subjects=[(slug, titles.get(slug, slug)) for slug in subjects],
        actions=[(action, label_of(action)) for action in actions],
    )
    page = Paginator(log_of(cohort=cohort, wanted=_wanted(form)), PER_PAGE).get_page(
        request.GET.get("page")
    )
    context = {
        "enrolment": enrolment,
        "cohort": cohort,
        "form": form,
        "page": page,
        "rows": [(line, sentence(line), _subject(line.subject, titles)) for line in page],
    }
    return render(request, "catalogue/log.html", context)


def _wanted(form: LogForm) -> LogFilter:
    """Return what a form asks for; a choice that there is not asks for nothing."""
    form.is_valid()
    student = form.cleaned_data.get("student")
    return LogFilter(
        student=student.pk if student else None,
        subject=form.cleaned_data.get("subject", ""),
        action=form.cleaned_data.get("action", ""),
    )


def _subject(subject: str, titles: Mapping[str, str]) -> str:
    return titles.get(subject, subject)
