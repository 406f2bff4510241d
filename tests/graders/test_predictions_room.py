"""Files of predictions in real rooms, on the course's own exercise and a small set of tiles."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest

from exercises.data import sets
from exercises.exercise import Exercise
from exercises.loader import load_exercise
from graders.errors import IntakeError
from graders.grader import grader_of
from graders.kinds.predictions.grader import PredictionsGrader
from graders.report import ProblemCode, Report
from graders.rooms import ColdRooms
from sandbox import Sandbox

COURSE = Path(__file__).parents[2] / "exercises" / "cnn"


@pytest.fixture(scope="module")
def exercise() -> Exercise:
    """The exercise on aerial tiles."""
    return load_exercise(COURSE / "aerial-cactus")


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where a small set of tiles is prepared, once for all tests."""
    folder = tmp_path_factory.mktemp("data")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sets, "TILES", {"public": 20, "hidden": 200})
        sets.shares_of("aerial", folder)
    return folder


@pytest.fixture(scope="module")
def right(exercise: Exercise, data_dir: Path) -> str:
    """A file that puts every image on the right side of one half, each a little differently."""
    [path] = exercise.hidden_files(data_dir).values()
    with np.load(path, allow_pickle=False) as hidden:
        ids, labels = hidden["ids"], hidden["labels"]
    values = 0.1 + 0.5 * labels + np.linspace(0, 0.3, len(ids))
    rows = [f"{name},{value:.4f}" for name, value in zip(ids, values, strict=True)]
    return "\n".join(["id,has_cactus", *rows])


@pytest.fixture(scope="module")
def grader(exercise: Exercise) -> PredictionsGrader:
    """The kind's grader."""
    grader = grader_of(exercise.manifest.kind)
    assert isinstance(grader, PredictionsGrader)
    return grader


async def graded(
    grader: PredictionsGrader, exercise: Exercise, work: str | bytes, sandbox: Sandbox, data: Path
) -> Report:
    content = work.encode() if isinstance(work, str) else work
    grading = await grader.grade(
        exercise=exercise, work=content, rooms=ColdRooms(sandbox), data_dir=data, seed=0
    )
    return grading.report


async def test_a_right_file_earns_everything_and_says_on_which_data(
    grader: PredictionsGrader, exercise: Exercise, right: str, sandbox: Sandbox, data_dir: Path
) -> None:
    report = await graded(grader, exercise, right, sandbox, data_dir)
    assert (report.points, report.max_points, report.problem) == (10, 10, None)
    assert report.data == "aerial-drawn"
    assert [metric.value for metric in (*report.metrics, *report.private)] == [1, 1]


async def test_each_wrong_file_is_told_its_mistake(
    grader: PredictionsGrader, exercise: Exercise, right: str, sandbox: Sandbox, data_dir: Path
) -> None:
    for wrong in exercise.wrong:
        assert callable(wrong.work)
        spoiled = str(wrong.work(right))  # type: ignore[arg-type]
        report = await graded(grader, exercise, spoiled, sandbox, data_dir)
        named = {test.mistake.slug for test in report.tests if test.mistake}
        assert named == {wrong.mistake}
        assert report.points < 10


async def test_the_sample_earns_no_hidden_point(
    grader: PredictionsGrader, exercise: Exercise, sandbox: Sandbox, data_dir: Path
) -> None:
    sample = exercise.public_files(data_dir)["sample_submission.csv"].read_bytes()
    report = await graded(grader, exercise, sample, sandbox, data_dir)
    assert {test.name: test.earned for test in report.tests} == {
        "form": 1,
        "probabilities": 1,
        "score": 0,
    }


async def test_a_pickle_in_an_archive_is_never_opened(
    grader: PredictionsGrader, exercise: Exercise, sandbox: Sandbox, data_dir: Path
) -> None:
    buffer = io.BytesIO()
    np.savez(buffer, id=np.array([{"a": 1}], dtype=object), has_cactus=np.zeros(1))
    report = await graded(grader, exercise, buffer.getvalue(), sandbox, data_dir)
    [remark] = report.tests[0].remarks
    assert remark.en == "This .npz file can't be read (ValueError)."


def test_a_file_of_ten_million_lines_never_reaches_a_room(
    grader: PredictionsGrader, exercise: Exercise
) -> None:
    with pytest.raises(IntakeError) as refused:
        grader.check_work(b"a1,0.5\n" * 10_000_000, exercise)
    problem = refused.value.problem
    assert (problem.code, problem.allowed) == (ProblemCode.TABLE_TOO_LARGE, 1024 * 1024)


def test_the_student_reads_the_private_share_after_the_deadline_alone() -> None:
    report = Report.model_validate(
        {
            "exercise": "a",
            "version": "b",
            "kind": "predictions",
            "metrics": [{"name": "auc", "value": 0.9}],
            "private": [{"name": "auc", "value": 0.8}],
        }
    )
    assert report.for_student().private == ()
    assert report.for_student(is_closed=True).private == report.private
