"""How a person proves who they are, on the portal's pages and in the administration."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from portal.accounts.domain.throttle import doors, forget_tries, take_try
from portal.accounts.errors import TooManyTries
from portal.accounts.models import User


class ThrottledBackend(ModelBackend):
    """User name and password, of which one can't try many."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **kwargs: Any,  # noqa: ANN401 (Django's own signature)
    ) -> User | None:
        """Return the person, None for a wrong password. Raises PermissionDenied to end it."""
        if username is None:
            username = kwargs.get(User.USERNAME_FIELD)
        if username is None or password is None:
            return None
        passed = doors(action="sign-in", name=username, address=address_of(request))
        try:
            take_try(passed)
        except TooManyTries as error:
            raise PermissionDenied from error
        user = super().authenticate(request, username=username, password=password)
        if not isinstance(user, User):
            return None
        forget_tries(passed)
        return user


def address_of(request: HttpRequest | None) -> str:
    """Return where a request comes from, empty for none: the server sees through its proxies."""
    return str(request.META.get("REMOTE_ADDR", "")) if request is not None else ""
