"""The page of a sweep: how many jobs are done, then the report of the jobs."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from graders.report import (
    Curve,
    Fault,
    Metric,
    Problem,
    ProblemCode,
    Sweep,
    TrialResult,
)
from portal.accounts.models import Language, User
from portal.submissions.models import Attempt, State, Trial
from tests.portal.factories import scored_report
from tests.portal.pages.test_headers import INLINE

RAISED = Problem(code=ProblemCode.CELL_RAISED, fault=Fault.STUDENT, cell=4, line=2, exception="E")


def trial(number: int, accuracy: float | None, **more: object) -> TrialResult:
    metrics: tuple[Metric, ...] = ()
    if accuracy is not None:
        low, high = accuracy - 0.015, accuracy + 0.015
        metrics = (
            Metric(name="training-loss", value=1 - accuracy),
            Metric(name="accuracy", value=accuracy, low=low, high=high),
        )
    return TrialResult(
        number=number,
        parameters={"rate": number / 1000, "shift": 2},
        points=3,
        metrics=metrics,
        seconds=2.5,
        **more,
    )


def curve(*values: float) -> Curve:
    return Curve(name="loss", points=tuple(enumerate(values)))


SWEEP = Sweep(
    metric="accuracy",
    greater_is_better=True,
    best=2,
    chosen=1,
    trials=(
        trial(2, 0.94, curves=(curve(2, 1, 0.125),)),
        trial(1, 0.75, curves=(curve(2, 1.5, 1.25),)),
        trial(3, None, problem=RAISED),
    ),
)


@pytest.fixture
def gathered(attempt: Attempt) -> Attempt:
    """An attempt whose report is that of three jobs."""
    report = scored_report(0.5).model_copy(update={"sweep": SWEEP})
    attempt.report = report.model_dump(mode="json")
    attempt.state, attempt.score, attempt.trial_count = State.GRADED, 0.5, 3
    attempt.save()
    return attempt


def page(client: Client, attempt: Attempt) -> str:
    html: str = client.get(reverse("attempt", args=[attempt.pk])).content.decode()
    return html


def text_of(html: str) -> list[str]:
    """Return the words of each row of the table of jobs."""
    table = re.search(r'<table class="ranking jobs">(.*?)</table>', html, re.DOTALL)
    assert table is not None
    rows = re.findall(r"<tr.*?</tr>", table[1], re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in rows]


def test_the_table_has_the_best_first_and_says_what_was_chosen(
    at_student: Client, gathered: Attempt
) -> None:
    assert text_of(page(at_student, gathered)) == [
        "Job rate shift Accuracy Training loss Time",
        "2 0.002 2 94.0% 92.5% to 95.5% 0.060 2.5 s",
        "the best",
        "1 0.001 2 75.0% 73.5% to 76.5% 0.250 2.5 s",
        "your defaults",
        "3 0.003 2 – – 2.5 s",
        "Cell 4, line 2. A cell stopped with E.",
    ]


def test_the_jobs_are_drawn_over_each_other(at_student: Client, gathered: Attempt) -> None:
    html = page(at_student, gathered)
    assert len(re.findall(r'<path class="line" d="M[\d.]+ [^"]+L', html)) == 2
    assert "No. 2: 0.002, 2: from 2 to 0.125 at step 2" in html
    assert "No. 1: 0.001, 2: from 2 to 1.25 at step 2" in html


def test_it_is_french_for_who_reads_french(
    at_student: Client, student: User, gathered: Attempt
) -> None:
    student.language = Language.FRENCH
    student.save()
    html = page(at_student, gathered)
    rows = text_of(html)
    assert rows[0] == "Tâche rate shift Précision Perte d’entraînement Durée"
    assert rows[1] == "2 0.002 2 94,0 % 92,5 % à 95,5 % 0,060 2,5 s"
    assert rows[2] == "la meilleure"
    assert "intervalles de confiance à 95\u00a0%" in html


def test_names_of_a_grid_are_only_text(at_student: Client, gathered: Attempt) -> None:
    hostile = SWEEP.trials[0].model_copy(
        update={"parameters": {"<b>x": "</td><script>alert(1)</script>"}}
    )
    report = scored_report(1).model_copy(
        update={"sweep": SWEEP.model_copy(update={"trials": (hostile,)})}
    )
    gathered.report = report.model_dump(mode="json")
    gathered.save()
    html = page(at_student, gathered)
    assert "<script>alert" not in html
    assert not INLINE.search(html)


@pytest.mark.parametrize(("done", "said"), [(0, "0 of 3 jobs done"), (2, "2 of 3 jobs done")])
def test_while_it_runs_the_page_counts_jobs(
    at_student: Client, attempt: Attempt, done: int, said: str
) -> None:
    attempt.state, attempt.trial_count = State.RUNNING, 3
    attempt.save()
    for number in range(1, 4):
        Trial.objects.create(
            attempt=attempt,
            version=attempt.version,
            number=number,
            parameters={"rate": number},
            state=State.GRADED if number <= done else State.QUEUED,
        )
    html = at_student.get(reverse("attempt-live", args=[attempt.pk])).content.decode()
    assert said in html
    assert f'<progress max="3" value="{done}"' in html
