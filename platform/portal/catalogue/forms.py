"""Forms about what a class works on, and until when."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from portal.catalogue.domain import TERMS, Terms, terms_of
from portal.catalogue.models import Assignment, Exercise
from portal.common.moments import short_moment
from portal.common.templatetags.portal import title
from portal.common.widgets import LongSelect
from portal.courses.models import Cohort, Enrolment, Role

MINUTES = "%Y-%m-%dT%H:%M"
MOST_LATE_DAYS, MOST_ATTEMPTS = 365, 1000


def moment_field(label: StrOrPromise, *, required: bool = False) -> forms.DateTimeField:
    """Return a field for a moment in the visitor's time zone."""
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MINUTES)
    return forms.DateTimeField(label=label, required=required, widget=widget)


class TermsForm(forms.Form):
    """On which terms an exercise is set; what is empty has no moment, no days, no limit."""

    opens_at = moment_field(_("Opens"))
    due_at = moment_field(_("Deadline"))
    late_days = forms.IntegerField(
        label=_("Late days"), min_value=0, max_value=MOST_LATE_DAYS, required=False
    )
    late_percent = forms.IntegerField(
        label=_("Cost a day, %"), min_value=0, max_value=100, required=False
    )
    max_attempts = forms.IntegerField(
        label=_("Attempts"), min_value=1, max_value=MOST_ATTEMPTS, required=False
    )

    def clean(self) -> dict[str, Any]:
        """Let nothing be due before it opens."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        opens_at, due_at = cleaned.get("opens_at"), cleaned.get("due_at")
        if opens_at and due_at and due_at <= opens_at:
            self.add_error("due_at", ValidationError(_("Due before it opens.")))
        return cleaned


class SlotForm(TermsForm):
    """Whether an exercise of the course is set to the class, and on which terms."""

    is_set = forms.BooleanField(label=_("Set"), required=False)

    field_order = ("is_set", *TERMS)

    def __init__(
        self,
        data: QueryDict | None,
        *,
        exercise: Exercise,
        assignment: Assignment | None,
        in_use: bool,
    ) -> None:
        self.exercise, self.in_use = exercise, in_use
        initial: dict[str, Any] = {"is_set": assignment is not None}
        if assignment is not None:
            terms = terms_of(assignment)
            initial |= {name: getattr(terms, name) for name in TERMS}
        super().__init__(data, prefix=exercise.slug, initial=initial)
        # Work hangs on it: the browser sends nothing for a box that can't be changed.
        self.fields["is_set"].disabled = in_use
        for field in self.fields.values():
            field.widget.attrs["aria-label"] = f"{field.label}: {title(exercise)}"
        if exercise.max_attempts is not None:
            self.fields["max_attempts"].widget.attrs["placeholder"] = exercise.max_attempts

    @property
    def terms(self) -> Terms | None:
        """The terms of a valid form, None where the exercise is not set."""
        if not self.cleaned_data["is_set"]:
            return None
        return Terms(
            opens_at=self.cleaned_data["opens_at"],
            due_at=self.cleaned_data["due_at"],
            late_days=self.cleaned_data["late_days"] or 0,
            late_percent=self.cleaned_data["late_percent"] or 0,
            max_attempts=self.cleaned_data["max_attempts"],
        )


class FillForm(TermsForm):
    """Terms for every exercise that is set; later chapters may follow by some days each."""

    chapter_days = forms.IntegerField(
        label=_("Days between chapters"), min_value=0, max_value=MOST_LATE_DAYS, required=False
    )

    def __init__(self, data: QueryDict | None = None) -> None:
        super().__init__(data, prefix="all")


def students_of(cohort: Cohort, *, former: bool = False) -> QuerySet[Enrolment]:
    """Return the students of a class by name; with `former`, everybody who is or was in it."""
    people = Enrolment.objects.filter(cohort=cohort).select_related("user")
    found = people if former else people.filter(role=Role.STUDENT)
    return found.order_by("user__last_name", "user__first_name", "user__username")


class StudentField(forms.ModelChoiceField[Enrolment]):
    """A choice among a class's students, by their names."""

    widget = LongSelect

    def label_from_instance(self, obj: Enrolment) -> str:
        """Return the name, and the user name where it is another."""
        user = obj.user
        known = user.display_name
        return known if known == user.username else f"{known} ({user.username})"


class AssignmentsField(forms.ModelMultipleChoiceField[Assignment]):
    """A choice among a class's exercises, by their titles."""

    def label_from_instance(self, obj: Assignment) -> str:
        """Return the exercise's title in the reader's language, and when it is due."""
        return f"{title(obj.exercise)} ({short_moment(obj.due_at)})"


class ExtensionForm(forms.Form):
    """Who gets more time at what, until when, and why."""

    due_at = moment_field(_("Extended until"), required=True)
    reason = forms.CharField(
        label=_("Reason"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    field_order = ("student", "assignments", "due_at", "reason")

    def __init__(
        self, data: QueryDict | None, *, cohort: Cohort, student: str | None = None
    ) -> None:
        super().__init__(data, initial={"student": student})
        due = Assignment.objects.filter(cohort=cohort, due_at__isnull=False)
        self.fields["student"] = StudentField(label=_("Student"), queryset=students_of(cohort))
        self.fields["assignments"] = AssignmentsField(
            label=_("Exercises"),
            queryset=due.select_related("exercise").order_by("exercise__position"),
            widget=forms.CheckboxSelectMultiple,
        )
        self.order_fields(self.field_order)


class LogForm(forms.Form):
    """Which lines of the log are wanted."""

    def __init__(
        self,
        data: QueryDict,
        *,
        cohort: Cohort,
        subjects: Sequence[tuple[str, str]],
        actions: Sequence[tuple[str, str]],
    ) -> None:
        super().__init__(data)
        self.fields["student"] = StudentField(
            label=_("Student"),
            queryset=students_of(cohort, former=True),
            required=False,
            empty_label=_("everybody"),
        )
        everything = ("", _("all"))
        self.fields["subject"] = forms.ChoiceField(
            label=_("Exercise"), choices=[everything, *subjects], required=False
        )
        self.fields["action"] = forms.ChoiceField(
            label=_("Change"), choices=[everything, *actions], required=False
        )
