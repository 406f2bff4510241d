"""Grading again, asked for by a class's staff and confirmed on a page of its own."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from portal.accounts.access import signed_in
from portal.catalogue.access import set_to
from portal.catalogue.models import Assignment
from portal.courses.access import staff_membership
from portal.submissions.access import gradable_attempt
from portal.submissions.domain import regrade
from portal.submissions.domain.regrade import REGRADABLE
from portal.submissions.models import Attempt


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def regrade_attempt(request: HttpRequest, attempt_id: UUID) -> HttpResponse:
    """Grade one attempt again, once confirmed."""
    attempt = gradable_attempt(request, attempt_id).attempt
    attempts = Attempt.objects.filter(pk=attempt_id, state__in=REGRADABLE)
    done = reverse("attempt", args=[attempt_id])
    return _confirm_or_regrade(request, attempts, attempt.assignment, done)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def regrade_exercise(request: HttpRequest, cohort_id: UUID, slug: str) -> HttpResponse:
    """Grade all of a class's attempts at one exercise again, once confirmed."""
    assignment = set_to(staff_membership(request, cohort_id), slug)
    attempts = Attempt.objects.filter(assignment=assignment, state__in=REGRADABLE)
    done = reverse("class-table", args=[cohort_id])
    return _confirm_or_regrade(request, attempts, assignment, done)


def _confirm_or_regrade(
    request: HttpRequest, attempts: QuerySet[Attempt], assignment: Assignment, done: str
) -> HttpResponse:
    if request.method != "POST":
        context = {
            "count": attempts.count(),
            "has_kept_runs": attempts.exclude(transcript="").exists(),
            "assignment": assignment,
            "cohort": assignment.cohort,
            "done": done,
        }
        return render(request, "submissions/regrade.html", context)
    count = regrade(attempts=attempts, by=signed_in(request), anew="anew" in request.POST)
    said = ngettext(
        "%(count)s attempt is being graded again.",
        "%(count)s attempts are being graded again.",
        count,
    )
    messages.success(request, said % {"count": count})
    return redirect(done)
