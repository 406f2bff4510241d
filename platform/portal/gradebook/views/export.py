"""A class's gradebook to take away."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.text import slugify
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal.courses.access import staff_membership
from portal.gradebook.domain.export import gradebook_of
from portal.gradebook.files import FORMATS, Identifier, Options, Style

STYLES = (
    (Style.POINT, _("1234.5 – commas between columns")),
    (Style.COMMA, _("1234,5 – semicolons between columns")),
)
IDENTIFIERS = ((Identifier.EMAIL, _("e-mail address")), (Identifier.USERNAME, _("user name")))


class ExportForm(forms.Form):
    """What a file can be had with; what is not said is as other systems want it."""

    style = forms.ChoiceField(choices=STYLES, required=False)
    identifier = forms.ChoiceField(choices=IDENTIFIERS, required=False)

    def options(self) -> Options:
        """Return what was chosen."""
        return Options(
            style=Style(self.cleaned_data["style"] or Style.POINT),
            identifier=Identifier(self.cleaned_data["identifier"] or Identifier.EMAIL),
        )


@require_safe
@login_required
def show_exports(request: HttpRequest, cohort_id: UUID) -> HttpResponse:
    """Show a class's staff in which forms its gradebook can be had."""
    enrolment = staff_membership(request, cohort_id)
    is_french = (get_language() or "").startswith("fr")
    context = {
        "enrolment": enrolment,
        "cohort": enrolment.cohort,
        "styles": STYLES,
        "identifiers": IDENTIFIERS,
        "style": Style.COMMA if is_french else Style.POINT,
    }
    return render(request, "gradebook/export.html", context)


@require_safe
@never_cache
@login_required
def export(request: HttpRequest, cohort_id: UUID, name: str) -> HttpResponse:
    """Give the gradebook as a file in one of the known forms."""
    cohort = staff_membership(request, cohort_id).cohort
    form = ExportForm(request.GET)
    if name not in FORMATS or not form.is_valid():
        raise Http404
    known = FORMATS[name]
    content = known.write(gradebook_of(cohort=cohort), form.options())
    response = HttpResponse(content, content_type=known.content_type)
    file = f"{slugify(cohort.name) or 'class'}.{known.ending}"
    response["Content-Disposition"] = f'attachment; filename="{file}"'
    return response
