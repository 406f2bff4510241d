"""Forms about classes."""

from __future__ import annotations

from typing import ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.common.templatetags.portal import title
from portal.courses.models import Cohort, Course, Enrolment


class JoinForm(forms.Form):
    """A class's code, and the name to appear under on its leaderboard."""

    code = forms.CharField(
        label=_("Class code"),
        max_length=40,
        widget=forms.TextInput(attrs={"class": "join-code", "autocomplete": "off"}),
    )
    pseudonym = forms.CharField(
        label=_("Pseudonym (optional)"),
        help_text=_("Shown on the leaderboard in place of your name. Your teacher sees your name."),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "nickname"}),
    )


class CourseField(forms.ModelChoiceField[Course]):
    """A choice among the courses, by their titles."""

    def label_from_instance(self, obj: Course) -> str:
        """Return the course's title in the reader's language."""
        return title(obj)


class ClassForm(forms.ModelForm[Cohort]):
    """A new class: its name and the course that it follows."""

    course = CourseField(
        label=_("Course"), queryset=Course.objects.order_by("slug"), empty_label=None
    )

    class Meta:
        model = Cohort
        fields = ("name", "course")
        labels: ClassVar = {"name": _("Name of the class")}
        widgets: ClassVar = {"name": forms.TextInput(attrs={"autocomplete": "off"})}


class PseudonymForm(forms.ModelForm[Enrolment]):
    """The name to appear under on a class's leaderboard."""

    class Meta:
        model = Enrolment
        fields = ("pseudonym",)
        widgets: ClassVar = {"pseudonym": forms.TextInput(attrs={"autocomplete": "nickname"})}
