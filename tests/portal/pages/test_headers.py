"""What protects every page: no inline script or style, nothing from elsewhere."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

import pytest
from django.test import Client
from django.urls import reverse

from portal.common import blobs
from portal.submissions.models import Attempt, State
from tests.portal.factories import scored_report

INLINE = re.compile(r"<style|\sstyle=|<script(?![^>]*\ssrc=)|\son[a-z]+=", re.IGNORECASE)
ELSEWHERE = re.compile(r"(?:src|href|action)=\"(?:https?:)?//(?!testserver)", re.IGNORECASE)


def policy_of(response: object) -> dict[str, str]:
    header = response["Content-Security-Policy"]  # type: ignore[index]
    rules = (rule.strip().partition(" ") for rule in header.split(";"))
    return {name: value for name, _space, value in rules}


def test_every_page_allows_its_own_scripts_and_styles_alone(
    at_teacher: Client, pages: dict[str, str]
) -> None:
    for address in [*pages.values(), reverse("home"), "/nothing/"]:
        policy = policy_of(at_teacher.get(address))
        assert (policy["default-src"], policy["script-src"]) == ("'none'", "'self'")
        assert policy["style-src"] == "'self'"


@pytest.mark.parametrize("name", ["sign-in", "sign-up"])
def test_visitors_pages_carry_the_policy_too(client: Client, db: None, name: str) -> None:  # noqa: ARG001
    assert policy_of(client.get(reverse(name)))["default-src"] == "'none'"


def test_no_page_has_an_inline_script_or_style_or_loads_from_elsewhere(
    at_teacher: Client, pages: dict[str, str]
) -> None:
    for name, address in pages.items():
        if name == "starter":
            continue
        html = at_teacher.get(address).content.decode()
        assert INLINE.findall(html) == []
        assert ELSEWHERE.findall(html) == []


def test_an_executed_notebook_is_sandboxed_wherever_it_is_shown(
    at_student: Client, attempt: Attempt
) -> None:
    cell = {"cell_type": "code", "source": "1", "outputs": []}
    attempt.executed = blobs.store(_notebook(cell))
    attempt.state, attempt.score = State.GRADED, 1.0
    attempt.report = scored_report(1).model_dump(mode="json")
    attempt.save()
    response = at_student.get(reverse("attempt-notebook", args=[attempt.pk]))
    policy = policy_of(response)
    assert policy["sandbox"] == ""
    assert policy["default-src"] == "'none'"
    assert "script-src" not in policy
    assert response["X-Frame-Options"] == "SAMEORIGIN"
    page = at_student.get(reverse("attempt", args=[attempt.pk])).content.decode()
    assert '<iframe class="sheet" sandbox title=' in page


def test_a_file_handed_in_is_never_shown_as_a_page(at_student: Client, attempt: Attempt) -> None:
    response = at_student.get(reverse("attempt-file", args=[attempt.pk]))
    assert response["Content-Type"] == "application/octet-stream"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert policy_of(response)["sandbox"] == ""


def _notebook(*cells: Mapping[str, object]) -> bytes:
    return json.dumps({"cells": cells, "nbformat": 4}).encode()
