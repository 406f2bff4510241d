"""A folder is proven by workers: a job for each of its solutions, in rooms of its own."""

from __future__ import annotations

import io
import tarfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from exercises.archive import pack
from exercises.loader import load_exercise
from graders.check import CheckRow
from graders.grader import Role
from graders.report import Text
from portal.accounts.models import User
from portal.common import blobs
from portal.submissions.domain import check_jobs, claim_next, is_proven, start_check
from portal.submissions.domain.checks import MOST_SOLUTIONS, finish_check_job
from portal.submissions.domain.finish import our_problem
from portal.submissions.domain.handlers import requeue_all_expired
from portal.submissions.domain.leases import MOST_TRIES
from portal.submissions.errors import TooManySolutions
from portal.submissions.models import Check, CheckJob, State
from portal.submissions.tasks import grade_next
from tests.portal.small import copied_course

SIX = Text(fr="6", en="6")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An exercise of typed answers, as its author has it."""
    return copied_course(tmp_path / "exercises", "output-size") / "output-size"


def start(folder: Path, by: User, **more: int) -> Check:
    archive = blobs.store(pack(folder))
    return start_check(source=load_exercise(folder), archive=archive, by=by, **more)


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def claim() -> CheckJob:
    work = claim_next(queue="cpu", lease_seconds=30)
    assert isinstance(work, CheckJob)
    return work


def row(*, ok: bool = True) -> CheckRow:
    return CheckRow("reference", Role.REFERENCE, SIX, SIX, ok, 1, 0.0)


def row_of(job: CheckJob) -> dict[str, Any]:
    assert job.row is not None
    return dict(job.row)


def work_off(check: Check) -> dict[str, tuple[str, object]]:
    """Let a worker grade all of a check, and return how each solution did."""
    for _each in range(check.jobs.count()):
        grade_next("cpu")
    return {job.solution: (job.state, row_of(job)["ok"]) for job in check_jobs(check)}


@pytest.mark.bwrap
@pytest.mark.django_db(transaction=True)
def test_typed_answers_are_proven_solution_by_solution(folder: Path, teacher: User) -> None:
    edit(folder / "wrong" / "ceil-for-floor.py", "math.ceil", "math.floor")
    broken = folder / "wrong" / "plus-one-forgotten.py"
    edit(broken, "def solve(given):", "def solve(given):\n    print('why')\n    1 / 0")
    check = start(folder, teacher, variants=3)
    assert is_proven(check) is None
    assert work_off(check) == {
        "reference": (State.GRADED, True),
        "blank answers": (State.GRADED, True),
        "ceil-for-floor": (State.GRADED, False),
        "padding-counted-once": (State.GRADED, True),
        "plus-one-forgotten": (State.GRADED, False),
    }
    assert is_proven(check) is False
    rows = {job.solution: row_of(job) for job in check_jobs(check)}
    assert [rows["reference"][name] for name in ("expected", "got")] == [
        {"en": "6 on 3 variants", "fr": "6 sur 3 variantes"},
        {"en": "6 at least, full on 3", "fr": "6 au moins, tous les points sur 3"},
    ]
    said = rows["plus-one-forgotten"]["findings"][0]["message"]
    assert 'File "output-size/wrong/plus-one-forgotten.py", line 7, in solve' in said
    assert said.endswith("ZeroDivisionError: division by zero")
    assert list(settings.NOYAU.checks_dir.iterdir()) == []


@pytest.mark.bwrap
@pytest.mark.django_db(transaction=True)
def test_an_author_reads_which_hidden_test_a_notebook_fails(tmp_path: Path, teacher: User) -> None:
    folder = copied_course(tmp_path / "exercises", "pooling") / "pooling"
    for wrong in (folder / "wrong").iterdir():
        if wrong.stem != "stride-ignored":
            wrong.unlink()
    edit(folder / "notebook.py", "edge, np.max)", "edge, np.mean)")
    check = start(folder, teacher, variants=1)
    assert work_off(check) == {
        "reference": (State.GRADED, False),
        "starter (fr)": (State.GRADED, True),
        "starter (en)": (State.GRADED, True),
        "stride-ignored": (State.GRADED, True),
    }
    found = row_of(check_jobs(check)[0])["findings"]
    assert any(one["test"].startswith("test_hidden.py") and one["message"] for one in found)
    assert row_of(check_jobs(check)[3])["findings"] == []


@pytest.mark.django_db
def test_a_check_is_proven_once_every_solution_earned_what_it_should(
    folder: Path, teacher: User
) -> None:
    check = start(folder, teacher)
    assert [(job.number, job.role, job.solution) for job in check_jobs(check)] == [
        (1, "reference", "reference"),
        (2, "empty", "blank answers"),
        (3, "wrong", "ceil-for-floor"),
        (4, "wrong", "padding-counted-once"),
        (5, "wrong", "plus-one-forgotten"),
    ]
    for number in range(1, 6):
        assert is_proven(check) is None
        job = claim()
        assert job.number == number
        assert finish_check_job(job=job, outcome=row())
    assert is_proven(check) is True


@pytest.mark.django_db
def test_a_job_of_a_worker_that_died_is_done_by_another_and_at_last_given_up(
    folder: Path, teacher: User
) -> None:
    check = start(folder, teacher)
    check.jobs.filter(number__gt=1).delete()
    for each in range(MOST_TRIES):
        assert is_proven(check) is None
        CheckJob.objects.update(ready_at=None)
        job = claim()
        if each % 2:
            assert finish_check_job(job=job, outcome=our_problem("no room"))
        else:
            CheckJob.objects.update(lease_expires_at=timezone.now() - timedelta(seconds=1))
            assert requeue_all_expired() == 1
            assert not finish_check_job(job=job, outcome=row())
    done = check_jobs(check).get()
    assert (done.state, row_of(done)["got"]["en"]) == (State.FAILED, "sandbox-failed: no room")
    assert is_proven(check) is False


@pytest.mark.django_db
def test_a_new_check_takes_the_place_of_one_that_is_not_done(folder: Path, teacher: User) -> None:
    start(folder, teacher)
    job = claim()
    edit(folder / "statement.en.md", "#", "# New:")
    second = start(folder, teacher)
    assert not finish_check_job(job=job, outcome=row())
    assert list(Check.objects.all()) == [second]


@pytest.mark.django_db
def test_a_folder_of_too_many_solutions_is_not_checked(folder: Path, teacher: User) -> None:
    solution = (folder / "wrong" / "ceil-for-floor.py").read_text()
    for number in range(MOST_SOLUTIONS):
        (folder / "wrong" / f"copy-{number}.py").write_text(solution)
    with pytest.raises(TooManySolutions):
        start(folder, teacher)
    assert not Check.objects.exists()


@pytest.mark.bwrap
@pytest.mark.django_db(transaction=True)
def test_an_archive_that_leads_out_of_its_folder_is_told_and_not_unpacked(
    folder: Path, teacher: User
) -> None:
    tar = io.BytesIO()
    with tarfile.open(fileobj=tar, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("../escaped.py"))
    source = load_exercise(folder)
    check = start_check(source=source, archive=blobs.store(tar.getvalue()), by=teacher)
    assert set(work_off(check).values()) == {(State.GRADED, False)}
    assert "'../escaped.py'" in row_of(check_jobs(check)[0])["got"]["en"]
    assert list(settings.NOYAU.checks_dir.iterdir()) == []
