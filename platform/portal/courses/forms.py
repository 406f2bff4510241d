"""Forms about classes."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from portal.common.templatetags.portal import title
from portal.courses.domain import MOST_BYTES, decode_roster, read_roster
from portal.courses.domain.roster import Person
from portal.courses.errors import RosterTooLong, RosterUnreadable
from portal.courses.models import Cohort, Course, Enrolment, Role


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


class NameForm(forms.Form):
    """What a class is called."""

    name = forms.CharField(
        label=_("Name of the class"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class SearchForm(forms.Form):
    """Whom to look for among the people of a class."""

    q = forms.CharField(
        label=_("Name, user name or pseudonym"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    role = forms.ChoiceField(
        label=_("Role"), choices=[("", _("all in the class")), *Role.choices], required=False
    )


class RoleForm(forms.Form):
    """What a person is to be in the class, and why."""

    role = forms.ChoiceField(
        label=_("Role"),
        choices=[(one.value, one.label) for one in (Role.STUDENT, Role.ASSISTANT, Role.TEACHER)],
    )
    reason = forms.CharField(
        label=_("Reason (optional)"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class RosterForm(forms.Form):
    """A list of people: a file, or the text of one. Where both are there, the file counts."""

    file = forms.FileField(
        label=_("CSV file"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,text/csv,text/plain"}),
    )
    text = forms.CharField(
        label=_("Or paste the list"),
        max_length=MOST_BYTES,
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false", "autocomplete": "off"}),
    )

    def clean(self) -> dict[str, Any]:
        """Read the list into `people`, and keep its text, which the next step sends again."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if self.errors:
            return cleaned
        upload = cleaned.get("file")
        field = "file" if upload else "text"
        try:
            # One byte more than is allowed tells that there are too many.
            text = decode_roster(upload.read(MOST_BYTES + 1)) if upload else cleaned["text"]
            if text.strip():
                cleaned |= {"text": text, "people": read_roster(text)}
            else:
                self.add_error("file", _("Choose a file, or paste a list."))
        except RosterTooLong as error:
            said = _("This is longer than the list of a class: at most %(rows)s lines and 256 kB.")
            self.add_error(field, ValidationError(said, params={"rows": error.rows}))
        except RosterUnreadable:
            self.add_error(field, _("This can't be read as a list of people. See what it needs."))
        return cleaned

    @property
    def people(self) -> list[Person]:
        """The people of a valid list."""
        found: list[Person] = self.cleaned_data["people"]
        return found
