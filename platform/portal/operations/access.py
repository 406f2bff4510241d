"""Who may see how the portal runs: its staff."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from portal.accounts.access import signed_in
from portal.accounts.models import User


def operator(request: HttpRequest) -> User:
    """Return the visitor, who is of the portal's staff. Raises PermissionDenied for others."""
    user = signed_in(request)
    if not user.is_staff:
        raise PermissionDenied
    return user
