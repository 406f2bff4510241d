"""My classes, and entering one."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from portal.accounts.access import signed_in
from portal.common.views import back
from portal.courses.access import may_teach, membership
from portal.courses.domain import join_cohort
from portal.courses.errors import CohortClosed, UnknownJoinCode, WasRemoved
from portal.courses.forms import JoinForm, PseudonymForm
from portal.courses.models import Enrolment, Role


@require_safe
@login_required
def home(request: HttpRequest) -> HttpResponse:
    """Show my classes and the form to join one, its code filled in by a link with `?code=`."""
    return _home(request, JoinForm(initial={"code": request.GET.get("code", "")}))


@login_required
def join(request: HttpRequest) -> HttpResponse:
    """Join the class with this code, or say why not."""
    if request.method != "POST":
        return redirect("home")
    form = JoinForm(request.POST)
    if form.is_valid():
        try:
            enrolment = join_cohort(user=signed_in(request), **form.cleaned_data)
        except UnknownJoinCode:
            form.add_error("code", _("No class has this code. Check it with your teacher."))
        except WasRemoved:
            form.add_error("code", _("You were removed from this class. Ask your teacher."))
        except CohortClosed:
            form.add_error("code", _("This class takes nobody in any more."))
        else:
            return redirect("class", enrolment.cohort_id)
    return _home(request, form)


def _home(request: HttpRequest, form: JoinForm) -> HttpResponse:
    enrolments = (
        Enrolment.objects.filter(user=signed_in(request))
        .exclude(role=Role.FORMER)
        .select_related("cohort__course")
        .order_by("cohort__name")
    )
    context = {"enrolments": enrolments, "form": form, "may_teach": may_teach(signed_in(request))}
    return render(request, "courses/home.html", context)


@require_POST
@login_required
def choose_pseudonym(request: HttpRequest, cohort_id: UUID) -> HttpResponse:
    """Appear under this name on the class's leaderboard, under one's own where it is empty."""
    form = PseudonymForm(request.POST, instance=membership(request, cohort_id))
    if form.is_valid():
        form.save()
        messages.success(request, _("Saved."))
    else:
        messages.error(request, " ".join(map(str, form.errors["pseudonym"])))
    return back(request)
