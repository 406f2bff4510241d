"""The people of a class: who they are, and what each may do."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from portal.accounts.access import signed_in
from portal.courses.access import staff_membership, teacher_membership
from portal.courses.domain import change_role
from portal.courses.errors import LastTeacher
from portal.courses.forms import RoleForm, SearchForm
from portal.courses.models import Enrolment, Role

PER_PAGE = 100
SEARCHED = ("username", "first_name", "last_name", "email")


@require_safe
@login_required
def people(request: HttpRequest, cohort_id: UUID) -> HttpResponse:
    """Show a class's staff its people, by name, as far as they are looked for."""
    enrolment = staff_membership(request, cohort_id)
    form = SearchForm(request.GET or None)
    found = _search(enrolment.cohort_id, form)
    context = {
        "enrolment": enrolment,
        "cohort": enrolment.cohort,
        "form": form,
        "page": Paginator(found, PER_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "courses/people.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def member(request: HttpRequest, cohort_id: UUID, enrolment_id: int) -> HttpResponse:
    """Show a teacher one person of the class; change their role, or remove them."""
    enrolment = teacher_membership(request, cohort_id)
    everybody = Enrolment.objects.select_related("user", "cohort")
    person = get_object_or_404(everybody, pk=enrolment_id, cohort=cohort_id)
    form = RoleForm(initial={"role": person.role})
    if request.method == "POST":
        form = RoleForm(_filled(request))
        if form.is_valid() and _change(request, person, form):
            return _next(person, by=enrolment)
    context = {
        "enrolment": enrolment,
        "cohort": enrolment.cohort,
        "person": person,
        "is_former": person.role == Role.FORMER,
        "form": form,
    }
    return render(request, "courses/member.html", context)


def _search(cohort_id: UUID, form: SearchForm) -> QuerySet[Enrolment]:
    found = Enrolment.objects.filter(cohort=cohort_id).select_related("user")
    found = found.order_by("user__last_name", "user__first_name", "user__username")
    wanted = form.cleaned_data if form.is_valid() else {}
    role = wanted.get("role")
    found = found.filter(role=role) if role else found.exclude(role=Role.FORMER)
    for word in wanted.get("q", "").split():
        matches = Q(pseudonym__icontains=word)
        for name in SEARCHED:
            matches |= Q(**{f"user__{name}__icontains": word})
        found = found.filter(matches)
    return found


def _filled(request: HttpRequest) -> dict[str, str]:
    """Return the form's fields; the button that removes chooses no role of its own."""
    return {**request.POST.dict(), "role": request.POST.get("role", Role.STUDENT)}


def _change(request: HttpRequest, person: Enrolment, form: RoleForm) -> bool:
    """Do what the pressed button says, and return whether it was done."""
    removes = request.POST.get("do") == "remove"
    role = Role.FORMER if removes else Role(form.cleaned_data["role"])
    reason = form.cleaned_data["reason"]
    try:
        change_role(member=person, role=role, by=signed_in(request), reason=reason)
    except LastTeacher:
        said = _("A class keeps at least one teacher: make somebody else a teacher first.")
        form.add_error(None, said)
        return False
    messages.success(request, _("Saved."))
    return True


def _next(person: Enrolment, *, by: Enrolment) -> HttpResponse:
    """Go on: who no longer is a teacher can't go back to where they were."""
    if person.pk != by.pk:
        return redirect("member", person.cohort_id, person.pk)
    person.refresh_from_db(fields=["role"])
    return redirect("home") if person.role == Role.FORMER else redirect("class", person.cohort_id)
