"""Bring a list of people into a class, and hand out the ways in of those who are new."""

from __future__ import annotations

from collections import Counter
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db import IntegrityError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from portal.accounts.access import signed_in
from portal.accounts.domain import way_in
from portal.accounts.models import User
from portal.common.spreadsheet import write_csv
from portal.courses.access import teacher_membership
from portal.courses.domain import Fate, invite, plan_invitations, waiting_for_password
from portal.courses.forms import RosterForm
from portal.courses.models import Enrolment

PER_PAGE = 100


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def invite_people(request: HttpRequest, cohort_id: UUID) -> HttpResponse:
    """Take a list, show what would become of each line, and do it once that was seen."""
    enrolment = teacher_membership(request, cohort_id)
    cohort = enrolment.cohort
    form = RosterForm(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {"enrolment": enrolment, "cohort": cohort, "form": form}
    if request.method == "POST" and form.is_valid():
        if request.POST.get("do") == "invite":
            try:
                done = invite(cohort=cohort, people=form.people, by=signed_in(request))
            except IntegrityError:
                messages.error(request, _("Somebody else made one of these accounts. Try again."))
            else:
                messages.success(request, _done(done))
                return redirect("invitations", cohort_id)
        rows = plan_invitations(cohort=cohort, people=form.people)
        # The text that was read is what the next step sends, whether it was a file or not.
        context["form"] = RosterForm(initial={"text": form.cleaned_data["text"]})
        context |= {"rows": rows} | _counts(Counter(row.fate for row in rows))
    return render(request, "courses/invite.html", context)


@require_safe
@never_cache
@login_required
def invitations(request: HttpRequest, cohort_id: UUID) -> HttpResponse:
    """Show a teacher who has not come yet, with a fresh way in for each."""
    enrolment = teacher_membership(request, cohort_id)
    page = Paginator(_waiting(enrolment), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "enrolment": enrolment,
        "cohort": enrolment.cohort,
        "page": page,
        "rows": [(one, _link(request, one.user)) for one in page],
    }
    return render(request, "courses/invitations.html", context)


@require_safe
@never_cache
@login_required
def invitations_file(request: HttpRequest, cohort_id: UUID) -> HttpResponse:
    """Give the same list as CSV, for a mail merge."""
    enrolment = teacher_membership(request, cohort_id)
    head = ("username", "first_name", "last_name", "email", "link")
    users = (one.user for one in _waiting(enrolment))
    rows = (
        (one.username, one.first_name, one.last_name, one.email, _link(request, one))
        for one in users
    )
    content = write_csv([head, *rows])
    headers = {"Content-Disposition": 'attachment; filename="invitations.csv"'}
    return HttpResponse(content, content_type="text/csv; charset=utf-8", headers=headers)


def _waiting(enrolment: Enrolment) -> QuerySet[Enrolment]:
    return waiting_for_password(cohort=enrolment.cohort).order_by(
        "user__last_name", "user__first_name", "user__username"
    )


def _link(request: HttpRequest, user: User) -> str:
    return request.build_absolute_uri(way_in(user))


def _counts(fates: Counter[Fate]) -> dict[str, int]:
    return {
        "changes": sum(count for fate, count in fates.items() if fate.is_change),
        "errors": sum(count for fate, count in fates.items() if fate.is_error),
    }


def _done(fates: Counter[Fate]) -> str:
    count = _counts(fates)["changes"]
    said = ngettext(
        "%(count)s person is in the class now.", "%(count)s people are in the class now.", count
    )
    return said % {"count": count}
