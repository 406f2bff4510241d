"""The form of sign-up."""

from __future__ import annotations

from typing import ClassVar

from django import forms
from django.contrib.auth.forms import UserCreationForm

from portal.accounts.models import User


class SignUpForm(UserCreationForm[User]):
    """A new account. The name shown to teachers is optional."""

    class Meta:
        model = User
        fields = ("username", "first_name", "last_name")
        widgets: ClassVar = {
            "username": forms.TextInput(attrs={"autocomplete": "username"}),
            "first_name": forms.TextInput(attrs={"autocomplete": "given-name"}),
            "last_name": forms.TextInput(attrs={"autocomplete": "family-name"}),
        }
