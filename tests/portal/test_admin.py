"""The administration: every table opens, and reports are only read."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.contrib import admin
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from portal.accounts.models import User
from portal.courses.models import Enrolment
from portal.submissions.models import Attempt, State
from tests.portal.factories import add_attempt

LABELS = (
    "accounts", "courses", "catalogue", "submissions", "workbench", "marking", "gradebook",
    "insight",
)  # fmt: skip
MODELS = [model for label in LABELS for model in apps.get_app_config(label).get_models()]


@pytest.fixture
def operator(client: Client, teacher: User) -> Client:
    teacher.is_staff = teacher.is_superuser = True
    teacher.save()
    client.force_login(teacher)
    return client


def test_every_model_is_registered() -> None:
    assert [model for model in MODELS if not admin.site.is_registered(model)] == []


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_table_opens_and_searches(
    operator: Client, attempt: Attempt, model: type[Model]
) -> None:
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"
    assert operator.get(reverse(name)).status_code == 200
    assert operator.get(reverse(name), {"q": "a"}).status_code == 200
    assert attempt.number == 1


def test_an_attempt_can_be_read_and_not_changed(operator: Client, attempt: Attempt) -> None:
    page = reverse("admin:submissions_attempt_change", args=[attempt.pk])
    assert operator.get(page).status_code == 200
    assert operator.post(page, {"score": "1"}).status_code == 403
    assert operator.get(reverse("admin:submissions_attempt_add")).status_code == 403


def test_an_operator_grades_again(operator: Client, enrolment: Enrolment, attempt: Attempt) -> None:
    graded = add_attempt(enrolment, attempt.assignment, state=State.GRADED, score=1.0)
    response = operator.post(
        reverse("admin:submissions_attempt_changelist"),
        {"action": "grade_again", "_selected_action": [str(graded.pk), str(attempt.pk)]},
    )
    graded.refresh_from_db()
    assert (response.status_code, graded.state) == (302, State.QUEUED)
