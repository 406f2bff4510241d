"""Forms of sign-in and sign-up."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.forms import AuthenticationForm, UserCreationForm

from portal.accounts.models import User


class SignInForm(AuthenticationForm):
    """A name and a password."""


class SignUpForm(UserCreationForm[User]):
    """A new account. The name shown to teachers is optional."""

    class Meta:
        model = User
        fields = ("username", "first_name", "last_name")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["first_name"].widget.attrs["autocomplete"] = "given-name"
        self.fields["last_name"].widget.attrs["autocomplete"] = "family-name"
