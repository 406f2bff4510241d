"""The form of sign-up."""

from __future__ import annotations

from typing import ClassVar

from django import forms
from django.contrib.auth.forms import SetPasswordMixin, UserCreationForm
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import User


class SignUpForm(UserCreationForm[User]):
    """A new account. The name shown to teachers is optional."""

    password1, password2 = SetPasswordMixin.create_password_fields()
    password1.help_text = _(
        "8 characters or more; not a common password, not digits alone, not your name."
    )
    password2.help_text = ""

    class Meta:
        model = User
        fields = ("username", "first_name", "last_name")
        labels: ClassVar = {
            "first_name": _("First name (optional)"),
            "last_name": _("Last name (optional)"),
        }
        help_texts: ClassVar = {"username": _("Letters, digits and @ . + - _ only.")}
        widgets: ClassVar = {
            "username": forms.TextInput(attrs={"autocomplete": "username"}),
            "first_name": forms.TextInput(attrs={"autocomplete": "given-name"}),
            "last_name": forms.TextInput(attrs={"autocomplete": "family-name"}),
        }
