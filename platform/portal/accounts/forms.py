"""The forms of sign-in and sign-up, and of an invited person's password."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib.auth.forms import (
    AuthenticationForm,
    SetPasswordForm,
    SetPasswordMixin,
    UserCreationForm,
)
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.accounts.backends import address_of
from portal.accounts.domain import closed_until, doors
from portal.accounts.models import User
from portal.common.moments import moment

PASSWORD_RULES = _("8 characters or more; not a common password, not digits alone, not your name.")
THROTTLED = "throttled"


class SignInForm(AuthenticationForm):
    """User name and password. Who has tried too often is told until when to wait."""

    def clean(self) -> dict[str, Any]:
        """Look at the password, unless it is too early for another try."""
        name = self.cleaned_data.get("username") or ""
        passed = doors(action="sign-in", name=name, address=address_of(self.request))
        again_at = closed_until(passed)
        if again_at is not None:
            raise ValidationError(wait_words(moment(again_at)), code=THROTTLED)
        return super().clean()


def wait_words(again_at: str) -> str:
    """Return what is said to a person who has tried too often."""
    return gettext("Too many tries. Wait, and try again after %(date)s.") % {"date": again_at}


class ChoosePasswordForm(SetPasswordForm):  # type: ignore[type-arg] # not generic at run time
    """The password of an account that was made for somebody."""

    new_password1, new_password2 = SetPasswordMixin.create_password_fields()
    new_password1.help_text = PASSWORD_RULES
    new_password2.help_text = ""


class SignUpForm(UserCreationForm[User]):
    """A new account. The name shown to teachers is optional."""

    password1, password2 = SetPasswordMixin.create_password_fields()
    password1.help_text = PASSWORD_RULES
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
