"""Forms about classes."""

from __future__ import annotations

from typing import ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.courses.models import Enrolment


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


class PseudonymForm(forms.ModelForm[Enrolment]):
    """The name to appear under on a class's leaderboard."""

    class Meta:
        model = Enrolment
        fields = ("pseudonym",)
        widgets: ClassVar = {"pseudonym": forms.TextInput(attrs={"autocomplete": "nickname"})}
