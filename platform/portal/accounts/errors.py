"""What can go wrong with accounts.

AccountError
└── TooManyTries   the next try is let through at `again_at`; retryable
"""

from __future__ import annotations

from datetime import datetime

from portal.common.errors import PortalError


class AccountError(PortalError):
    """Base: an action on an account was refused."""


class TooManyTries(AccountError):
    """There were too many tries in a short time."""

    retryable = True

    def __init__(self, again_at: datetime) -> None:
        super().__init__(f"not before {again_at.isoformat()}")
        self.again_at = again_at
