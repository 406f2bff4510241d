"""Receipts: a student's signed proof of what was handed in, and when."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.core import signing

from portal.submissions.errors import BadReceipt
from portal.submissions.models import Attempt

SALT = "noyau.receipt"
LONGEST = 2000
"""Characters of text in which a receipt is looked for."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a receipt proves. `digest` is the SHA-256 of the bytes handed in."""

    attempt: UUID
    digest: str
    submitted_at: datetime


def receipt(attempt: Attempt) -> str:
    """Return the attempt's receipt: the same text each time."""
    content = [str(attempt.pk), attempt.blob, attempt.submitted_at.isoformat()]
    return signing.Signer(salt=SALT).sign_object(content)


def find_receipt(text: str) -> Receipt:
    """Return what the receipt proves that stands somewhere in `text`. Raises BadReceipt.

    Of long text the end is read: there a file of a receipt has it.
    """
    for word in reversed(text[-LONGEST:].split()):
        with suppress(BadReceipt):
            return verify_receipt(word)
    raise BadReceipt("no receipt in it")


def verify_receipt(text: str) -> Receipt:
    """Return what the receipt proves. Raises BadReceipt."""
    try:
        attempt, digest, at = signing.Signer(salt=SALT).unsign_object(text.strip())
    except signing.BadSignature as exc:
        raise BadReceipt(str(exc)) from exc
    return Receipt(UUID(attempt), digest, datetime.fromisoformat(at))
