"""What a student reads of a notebook made for Colab, and that it costs nothing."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import translation

from graders.errors import IntakeError
from graders.intake import check_submission
from graders.report import Report
from portal.accounts.models import User
from portal.catalogue.domain import open_version
from portal.catalogue.models import Assignment
from portal.courses.models import Enrolment
from portal.submissions.domain import attempts_left
from portal.submissions.models import Attempt, State
from portal.submissions.report_text import report_text
from tests.graders.colab import KERAS, colab_notebook

ENGLISH = (
    "This file could not be graded. It does not count as an attempt.",
    "The notebook counts on what this exercise does not have",
    "%tensorflow_version 2.x, tensorflow, google.colab, tensorflow_datasets, cv2.",
    "<code>tensorflow</code>",
    "Cell 2, line 3",
    "nn.Conv2d",
    "There is no file to upload and no drive to mount.",
    "There is no network where notebooks are graded.",
    "<code>max_pool2d(image, size, stride, edge)</code>",
    "hand the notebook in again",
)
FRENCH = (
    "Le carnet compte sur ce dont",
    "Cellule 2, ligne 3",
    "Aucun fichier n’est à envoyer",
    "Rien ne s’installe là où les carnets sont corrigés",
    "puis remettez le carnet",
)


def hand_in(client: Client, assignment: Assignment) -> str:
    """Return the page that a notebook of Keras's leads to."""
    slug, cohort = assignment.exercise.slug, assignment.cohort_id
    file = SimpleUploadedFile("digits.ipynb", colab_notebook(*KERAS))
    response = client.post(reverse("hand-in", args=[cohort, slug]), {"notebook": file}, follow=True)
    html: str = response.content.decode()
    return html


@pytest.mark.parametrize(("language", "sentences"), [("en", ENGLISH), ("fr", FRENCH)])
def test_a_codelab_is_told_all_that_is_missing_and_what_there_is_instead(
    at_student: Client, student: User, assignment: Assignment, language: str,
    sentences: tuple[str, ...],
) -> None:  # fmt: skip
    User.objects.filter(pk=student.pk).update(language=language)
    html = hand_in(at_student, assignment)
    assert [sentence for sentence in sentences if sentence not in html] == []


def test_a_refused_codelab_costs_no_attempt(
    at_student: Client, enrolment: Enrolment, assignment: Assignment
) -> None:
    assignment.max_attempts = 2
    assignment.save()
    hand_in(at_student, assignment)
    assert [attempt.state for attempt in Attempt.objects.all()] == [State.REFUSED]
    assert attempts_left(enrolment=enrolment, assignment=assignment) == 2


def test_a_terminal_reads_the_same(assignment: Assignment) -> None:
    assert assignment.exercise.current is not None
    exercise = open_version(assignment.exercise.current)
    with pytest.raises(IntakeError) as caught:
        check_submission(colab_notebook(*KERAS), exercise.manifest)
    report = Report(exercise="pooling", version="0", kind="code", problem=caught.value.problem)
    with translation.override("en"):
        lines = report_text(report, "en").splitlines()
    assert any(line.strip().startswith("- cv2 (Cell 5, line 1): ") for line in lines)
