"""Let a person choose the password of an account that was made for them."""

from __future__ import annotations

from django.contrib.auth.tokens import default_token_generator
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from portal.accounts.models import User


def way_in(user: User) -> str:
    """Return the path where a password is chosen for `user`, once and for a time.

    It is signed, ends after PASSWORD_RESET_TIMEOUT, and is worth nothing once it has been used or
    the person has signed in otherwise.
    """
    return reverse(
        "set-password",
        kwargs={
            "uidb64": urlsafe_base64_encode(force_bytes(user.pk)),
            "token": default_token_generator.make_token(user),
        },
    )
