"""What a class is called, and who may enter it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portal.accounts.access import signed_in
from portal.courses.access import teacher_membership
from portal.courses.domain import open_cohort, rename_cohort, renew_join_code
from portal.courses.forms import NameForm


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def class_settings(request: HttpRequest, cohort_id: UUID) -> HttpResponse:
    """Show a teacher the class's settings, and do what the pressed button says."""
    enrolment = teacher_membership(request, cohort_id)
    cohort, by = enrolment.cohort, signed_in(request)
    form = NameForm(initial={"name": cohort.name})
    if request.method == "POST":
        match request.POST.get("do"):
            case "rename":
                form = NameForm(request.POST)
                if form.is_valid():
                    rename_cohort(cohort=cohort, name=form.cleaned_data["name"], by=by)
            case "open" | "close" as chosen:
                open_cohort(cohort=cohort, is_open=chosen == "open", by=by)
            case "renew-code":
                renew_join_code(cohort=cohort, by=by)
        if form.is_valid() or not form.is_bound:
            messages.success(request, _("Saved."))
            return redirect("class-settings", cohort_id)
    join_address = f"{reverse('home')}?code={cohort.join_code}"
    context = {
        "enrolment": enrolment,
        "cohort": cohort,
        "form": form,
        "join_url": request.build_absolute_uri(join_address),
    }
    return render(request, "courses/settings.html", context)
