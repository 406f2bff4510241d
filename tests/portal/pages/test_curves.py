"""The curves on an attempt's page: while it runs and afterwards, whatever they are called."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from graders.report import MAX_CURVES, MAX_POINTS, Curve
from portal.accounts.models import User
from portal.submissions.curves import drawings
from portal.submissions.domain import claim_next, record_curves
from portal.submissions.models import Attempt, State
from tests.portal.factories import scored_report
from tests.portal.pages.test_headers import INLINE

LOSS = Curve(name="loss", points=((1, 2.5), (2, 0.125)))
HOSTILE = "\"><script>alert(1)</script>{{ x }}&<b>'"


@pytest.fixture
def running(attempt: Attempt) -> Attempt:
    """The attempt, claimed by a worker."""
    claimed = claim_next(queue="cpu", lease_seconds=30)
    assert claimed == attempt
    return claimed


def live(client: Client, attempt: Attempt, *curves: Curve) -> str:
    """Return the part of the page that follows, once these curves were logged."""
    assert record_curves(work=attempt, curves=curves)
    html: str = client.get(reverse("attempt-live", args=[attempt.pk])).content.decode()
    return html


def graded(client: Client, attempt: Attempt, *curves: Curve) -> str:
    """Return the page of the attempt whose report has these curves."""
    report = scored_report(1).model_copy(update={"curves": curves})
    attempt.report = report.model_dump(mode="json")
    attempt.state, attempt.score = State.GRADED, 1.0
    attempt.save()
    html: str = client.get(reverse("attempt", args=[attempt.pk])).content.decode()
    return html


def names(*of_curves: str) -> dict[str, list[str]]:
    """Return which of these curves share a chart, by its title."""
    curves = [Curve(name=name, points=((1, 1),)) for name in of_curves]
    with translation.override("en"):
        return {one.title: [facts.name for facts in one.facts] for one in drawings(curves)}


def test_curves_are_drawn_while_the_notebook_runs(at_student: Client, running: Attempt) -> None:
    html = live(at_student, running, LOSS)
    assert len(re.findall(r'<path class="line" d="M[\d.]+ [\d.]+L[\d.]+ [\d.]+"/>', html)) == 1
    assert "loss: from 2.5 to 0.125 at step 2, between 0.125 and 2.5." in html
    assert "<details" not in html


def test_a_notebook_that_logs_nothing_has_no_charts(at_student: Client, running: Attempt) -> None:
    assert "curves" not in live(at_student, running)


def test_curves_stay_on_the_page_with_their_numbers(at_student: Client, attempt: Attempt) -> None:
    html = graded(at_student, attempt, LOSS)
    assert "The curves in numbers" in html
    row = re.search(r'<th scope="row">loss</th>(.*?)</tr>', html, re.DOTALL)
    assert row is not None
    assert re.findall(r">([^<>]+)</td>", row[1]) == ["2.5", "0.125", "2.5", "0.125", "2"]


def test_what_was_no_finite_number_is_said(at_student: Client, attempt: Attempt) -> None:
    curves = (LOSS.model_copy(update={"not_finite": 3}), Curve(name="x", points=(), not_finite=1))
    html = graded(at_student, attempt, *curves)
    assert "loss: 3 values were not finite numbers (NaN or infinity)." in html
    assert "x: 1 value was not a finite number (NaN or infinity)." in html


def test_names_are_text_and_nothing_else(at_student: Client, attempt: Attempt) -> None:
    html = graded(at_student, attempt, Curve(name=HOSTILE, points=((1, 1), (2, 2))))
    assert HOSTILE not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert INLINE.findall(html) == []


def test_numbers_are_french_in_french(
    at_student: Client, student: User, attempt: Attempt
) -> None:  # fmt: skip
    User.objects.filter(pk=student.pk).update(language="fr")
    html = graded(at_student, attempt, LOSS)
    assert "de 2,5 à 0,125 à l’étape 2" in html
    assert re.search(r'd="M[^"]*,', html) is None


def test_losses_share_a_chart_and_so_do_accuracies_and_a_writers_groups() -> None:
    assert names(
        "lr", "val_acc", "train/loss", "Loss/test", "accuracy", "norm/w1", "norm/w2", "lr (second)"
    ) == {
        "Loss": ["train/loss", "Loss/test"],
        "Accuracy": ["val_acc", "accuracy"],
        "lr": ["lr", "lr (second)"],
        "norm": ["norm/w1", "norm/w2"],
    }


def test_a_chart_has_no_more_lines_than_can_be_told_apart() -> None:
    curves = [Curve(name=f"loss {n}", points=((1, 1),)) for n in range(MAX_CURVES)]
    assert [len(one.facts) for one in drawings(curves)] == [6, 6, 6, 2]


def test_the_largest_report_makes_a_page_of_bounded_size(
    at_student: Client, attempt: Attempt
) -> None:
    points = tuple((float(step), (step * 7919 % 1000) / 999) for step in range(MAX_POINTS))
    curves = [Curve(name=f"curve {n}", points=points) for n in range(MAX_CURVES)]
    assert len(graded(at_student, attempt, *curves)) < 160_000


@pytest.mark.parametrize("name", ["exercise", "class", "student-work"])
def test_lists_of_attempts_load_neither_curves_nor_reports(
    at_teacher: Client, running: Attempt, name: str
) -> None:
    assert record_curves(work=running, curves=[LOSS])
    cohort = running.assignment.cohort_id
    wanted: dict[str, dict[str, Any]] = {
        "exercise": {"cohort_id": cohort, "slug": "pooling"},
        "class": {"cohort_id": cohort},
        "student-work": {
            "cohort_id": cohort, "slug": "pooling", "enrolment_id": running.enrolment_id,
        },
    }  # fmt: skip
    with CaptureQueriesContext(connection) as queries:
        assert at_teacher.get(reverse(name, kwargs=wanted[name])).status_code == 200
    said = " ".join(query["sql"] for query in queries)
    assert "livecurves" not in said
    assert '"submissions_attempt"."report",' not in said
