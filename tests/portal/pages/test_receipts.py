"""Receipts: kept as a file, checked by anybody, telling strangers nothing but hash and time."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from portal.accounts.models import User
from portal.submissions.domain import receipt
from portal.submissions.models import Attempt
from tests.portal.pages.conftest import Browser

GENUINE, SAME, OTHER = "The receipt is genuine", "to the last byte", "is not the one"
REFUSED = "This is no receipt of this portal"


def check(client: Client, text: str, content: bytes | None = None) -> str:
    """Return the page's answer to a receipt, and to a file if there is one."""
    form: dict[str, object] = {"receipt": text}
    if content is not None:
        form["file"] = SimpleUploadedFile("a.ipynb", content)
    html: str = client.post(reverse("receipts"), form).content.decode()
    return " ".join(html.split())


def test_its_file_proves_the_hand_in_and_the_very_bytes(
    at_student: Client, attempt: Attempt, notebook: bytes
) -> None:
    kept = at_student.get(reverse("attempt-receipt", args=[attempt.pk]))
    assert kept["Content-Disposition"] == 'attachment; filename="pooling-1-receipt.txt"'
    assert kept["Content-Type"].startswith("text/plain")
    text = kept.content.decode()
    assert "Receipt of attempt no. 1: Pooling" in text
    html = check(at_student, text, notebook)
    assert GENUINE in html
    assert attempt.blob in html
    assert SAME in html
    assert reverse("attempt", args=[attempt.pk]) in html
    html = check(at_student, receipt(attempt), notebook + b" ")
    assert GENUINE in html
    assert OTHER in html


def test_a_stranger_reads_when_and_what_but_not_whose(
    browser: Browser, at_teacher: Client, stranger: User, attempt: Attempt, notebook: bytes
) -> None:
    html = check(browser(stranger), receipt(attempt), notebook)
    assert GENUINE in html
    assert SAME in html
    assert attempt.blob in html
    assert str(attempt.pk) not in html.replace(receipt(attempt), "")
    for said in ("Author", "student1", "Pooling"):
        assert said not in html
    assert "student1" in check(at_teacher, receipt(attempt))


@pytest.mark.parametrize("text", ["", "x", "a:b", "<script>alert(1)</script>", "x" * 100_000])
def test_what_is_no_receipt_is_said_to_be_none(browser: Browser, stranger: User, text: str) -> None:
    html = check(browser(stranger), text)
    assert REFUSED in html
    assert "<script>alert" not in html


def test_an_altered_receipt_proves_nothing(at_student: Client, attempt: Attempt) -> None:
    assert REFUSED in check(at_student, receipt(attempt)[:-1])


def test_a_receipt_is_as_private_as_its_attempt(
    browser: Browser, stranger: User, client: Client, attempt: Attempt
) -> None:
    address = reverse("attempt-receipt", args=[attempt.pk])
    assert browser(stranger).get(address).status_code == 404
    for page in (address, reverse("receipts")):
        assert client.get(page)["Location"] == f"{reverse('sign-in')}?next={page}"
