"""More time for single students: who has it, giving it, and taking it back."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from portal.accounts.access import signed_in
from portal.catalogue.domain import grant_extension, withdraw_extension
from portal.catalogue.errors import NoLaterDeadline
from portal.catalogue.forms import ExtensionForm
from portal.catalogue.models import Extension
from portal.courses.access import staff_membership, teacher_membership

PER_PAGE = 100


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def extensions(request: HttpRequest, cohort_id: UUID) -> HttpResponse:
    """Show a class's staff the extensions; let a teacher grant another."""
    enrolment = staff_membership(request, cohort_id)
    cohort = enrolment.cohort
    student = request.GET.get("student", "")
    form = ExtensionForm(None, cohort=cohort, student=student)
    if request.method == "POST":
        if not enrolment.is_teacher:
            raise PermissionDenied
        form = ExtensionForm(request.POST, cohort=cohort)
        if form.is_valid() and _grant(request, form):
            messages.success(request, _("The extension is granted."))
            return redirect("extensions", cohort_id)
    found = Extension.objects.filter(assignment__cohort=cohort)
    if student.isdecimal():
        found = found.filter(enrolment=int(student))
    found = found.select_related("enrolment__user", "assignment__exercise", "granted_by")
    ordered = found.order_by("-due_at", "enrolment__user__username", "pk")
    context = {
        "enrolment": enrolment,
        "cohort": cohort,
        "form": form,
        "is_filtered": student.isdecimal(),
        "page": Paginator(ordered, PER_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "catalogue/extensions.html", context)


@require_POST
@login_required
def withdraw(request: HttpRequest, cohort_id: UUID, extension_id: int) -> HttpResponse:
    """Take an extension back."""
    enrolment = teacher_membership(request, cohort_id)
    known = Extension.objects.select_related("enrolment__cohort", "assignment__exercise")
    extension = get_object_or_404(known, pk=extension_id, assignment__cohort=enrolment.cohort)
    withdraw_extension(extension=extension, by=signed_in(request))
    messages.success(request, _("The extension is withdrawn."))
    return redirect("extensions", cohort_id)


def _grant(request: HttpRequest, form: ExtensionForm) -> bool:
    """Grant what a valid form asks for, and return whether it was possible."""
    try:
        grant_extension(
            enrolment=form.cleaned_data["student"],
            assignments=[*form.cleaned_data["assignments"]],
            due_at=form.cleaned_data["due_at"],
            reason=form.cleaned_data["reason"],
            by=signed_in(request),
        )
    except NoLaterDeadline:
        form.add_error(
            "due_at", _("This must be later than the deadline of every exercise chosen.")
        )
        return False
    return True
