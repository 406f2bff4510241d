"""A receipt proves a hand-in, and can't be made up."""

from __future__ import annotations

import pytest

from portal.submissions.domain import receipt, verify_receipt
from portal.submissions.errors import BadReceipt
from portal.submissions.models import Attempt


def test_a_receipt_says_what_was_handed_in_and_when(attempt: Attempt) -> None:
    attempt.refresh_from_db()
    proven = verify_receipt(f" {receipt(attempt)}\n")
    assert (proven.attempt, proven.digest, proven.submitted_at) == (
        attempt.pk,
        attempt.blob,
        attempt.submitted_at,
    )


def test_a_receipt_does_not_change_when_the_attempt_is_graded(attempt: Attempt) -> None:
    before = receipt(attempt)
    attempt.score = 1.0
    attempt.save()
    assert receipt(Attempt.objects.get(pk=attempt.pk)) == before


def test_an_altered_receipt_is_refused(attempt: Attempt) -> None:
    text = receipt(attempt)
    for altered in (text[:-1], text[1:], "", text.partition(":")[0], text + "x"):
        with pytest.raises(BadReceipt):
            verify_receipt(altered)
