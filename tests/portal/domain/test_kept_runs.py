"""What is kept of a training: the answers to its tests, scored again, and the model's weights."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings
from safetensors.numpy import load

from graders.report import Report
from portal.accounts.models import User
from portal.catalogue.domain import current_version, index_exercises, open_class, open_version
from portal.catalogue.models import Assignment
from portal.common import blobs
from portal.courses.domain import join_cohort
from portal.courses.models import Course, Enrolment
from portal.submissions.domain import accept_file, claim_next, past_reports, regrade
from portal.submissions.domain.rooms import close_loops, portal_sandbox
from portal.submissions.domain.run import grade_claimed
from portal.submissions.models import Attempt, State
from tests.graders.watched import Watched

pytestmark = [pytest.mark.bwrap, pytest.mark.django_db(transaction=True)]

COURSE = """\
id = "small"
title.fr = "Petit cours"
title.en = "Small course"

[[chapters]]
id = "first"
title.fr = "Début"
title.en = "Start"
"""

MANIFEST = """\
id = "fit"
kind = "training"
chapter = "first"
position = 1
points = 3

[title]
fr = "Ajuster"
en = "Fit"

[limits]
wall_seconds = {wall}
test_seconds = 10

[grading]
weights = "model"
"""

NOTEBOOK = """\
# %%
import numpy as np

# BEGIN SOLUTION
model = {"slope": np.array([2.0])}
# END SOLUTION

def predict(x):
    return float(model["slope"][0] * x)
"""

PUBLIC = """\
import pytest

@pytest.mark.points(1)
@pytest.mark.title(fr="Un nombre", en="A number")
def test_a_number(student):
    assert isinstance(student.predict(1.0), float)
"""

HIDDEN = """\
import pytest

@pytest.mark.points(2)
@pytest.mark.title(fr="La pente", en="The slope")
def test_the_slope(student, rng, credit):
    x = float(rng.uniform(1, 2))
    credit(student.predict(x) / x / {target})
    {more}
"""

RUN = ["fit student", "fit judge"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A course of one exercise, whose full credit is at the slope 4."""
    course = tmp_path / "exercises" / "small"
    (course / "fit" / "tests").mkdir(parents=True)
    (course / "course.toml").write_text(COURSE)
    for language in ("fr", "en"):
        (course / "fit" / f"statement.{language}.md").write_text("# Fit\n")
    (course / "fit" / "notebook.py").write_text(NOTEBOOK)
    (course / "fit" / "tests" / "test_public.py").write_text(PUBLIC)
    publish(course / "fit", target=4)
    return course / "fit"


def publish(folder: Path, *, target: float, more: str = "pass", wall: float = 30) -> None:
    """Write the exercise with this target, and index it."""
    (folder / "exercise.toml").write_text(MANIFEST.format(wall=wall))
    (folder / "tests" / "test_hidden.py").write_text(HIDDEN.format(target=target, more=more))


@pytest.fixture
def fit(folder: Path, teacher: User) -> Assignment:
    """The exercise, set to a class of `teacher`."""
    index_exercises(root=folder.parents[1])
    open_class(course=Course.objects.get(), name="Class F", teacher=teacher)
    return Assignment.objects.select_related("exercise__current", "cohort").get()


@pytest.fixture
def watched(settings: Settings) -> Iterator[Watched]:
    """The portal's sandbox, each of whose rooms is opened when it is needed."""
    settings.NOYAU = settings.NOYAU.model_copy(update={"warm_memory_mib": 0})
    sandbox = Watched(portal_sandbox())
    yield sandbox
    close_loops()


@pytest.fixture
def fitted(fit: Assignment, student: User, watched: Watched) -> Attempt:
    """The reference solution, graded."""
    enrolment: Enrolment = join_cohort(user=student, code=fit.cohort.join_code)
    reference = open_version(current_version(fit.exercise)).reference()
    attempt = accept_file(
        enrolment=enrolment, assignment=fit, filename="fit.ipynb", content=reference
    )
    graded = grade(attempt, watched)
    assert watched.opened == RUN
    return graded


def grade(attempt: Attempt, sandbox: Watched) -> Attempt:
    """Grade what waits, and return the attempt as it then is."""
    claimed = claim_next(queue="cpu", lease_seconds=60)
    assert isinstance(claimed, Attempt)
    assert grade_claimed(attempt=claimed, sandbox=sandbox)
    return Attempt.objects.get(pk=attempt.pk)


def report_of(attempt: Attempt) -> Report:
    return Report.model_validate(attempt.report)


def test_a_corrected_target_scores_a_training_again_without_a_students_room(
    folder: Path, fitted: Attempt, teacher: User, watched: Watched
) -> None:
    assert (report_of(fitted).points, report_of(fitted).rescored) == (2, False)
    publish(folder, target=2)
    index_exercises(root=folder.parents[1])
    assert regrade(attempts=[fitted], by=teacher) == 1
    new = grade(fitted, watched)
    assert watched.opened == [*RUN, "fit judge"]
    assert (new.state, new.score, new.version.digest) == (
        State.GRADED, 1, report_of(new).version,
    )  # fmt: skip
    assert report_of(new).rescored
    assert report_of(new).timings.notebook == report_of(fitted).timings.notebook
    kept = [(one.executed, one.weights) for one in (fitted, new)]
    assert kept[0] == kept[1]
    assert load(blobs.read(new.weights))["slope"].tolist() == [2.0]
    assert [(past.score, past.rescored) for past in past_reports(new)] == [(fitted.score, False)]
    publish(folder, target=4)
    index_exercises(root=folder.parents[1])
    regrade(attempts=[new], by=teacher)
    third = grade(new, watched)
    assert watched.opened == [*RUN, "fit judge", "fit judge"]
    assert third.score == fitted.score
    assert [past.rescored for past in past_reports(third)] == [True, False]


def test_what_a_kept_run_can_not_tell_is_run_again(
    folder: Path, fitted: Attempt, teacher: User, watched: Watched, var: Path
) -> None:
    def graded_again(*, anew: bool = False) -> Attempt:
        index_exercises(root=folder.parents[1])
        watched.opened.clear()
        regrade(attempts=[fitted], by=teacher, anew=anew)
        new = grade(fitted, watched)
        assert (watched.opened[-2:], report_of(new).rescored) == (RUN, False)
        return new

    publish(folder, target=2, more="student.get('x')")
    assert graded_again().score == 1
    assert watched.opened == ["fit judge", *RUN]
    publish(folder, target=2, wall=31)
    assert graded_again().score == 1
    # Nothing has changed: only a run can tell anything new.
    kept = graded_again()
    publish(folder, target=4, wall=31)
    (var / "blobs" / kept.transcript[:2] / kept.transcript[2:]).write_bytes(b"damaged")
    assert graded_again().score == fitted.score
    publish(folder, target=2, wall=31)
    assert graded_again(anew=True).score == 1
    assert watched.opened == RUN
