"""The check of an exercise passes the course's own, and finds what is wrong with spoiled ones."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from exercises.exercise import Exercise
from exercises.loader import load_exercise
from graders.check import CheckRow, CheckTable, check_exercise, check_solution
from graders.examiner import Examiner
from graders.grader import grader_of
from graders.grading import grade_notebook
from graders.report import Outcome, Report
from graders.rooms import ColdRooms
from sandbox import Sandbox

COURSE = Path(__file__).parents[2] / "exercises" / "cnn"
SEED = 3


def copied(slug: str, tmp_path: Path) -> Path:
    folder = tmp_path / slug
    shutil.copytree(COURSE / slug, folder, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


async def checked(exercise: Exercise, data_dir: Path, sandbox: Sandbox | None = None) -> CheckTable:
    return await check_exercise(
        exercise=exercise, sandbox=sandbox, data_dir=data_dir, variants=2 if sandbox else 50
    )


def failures(table: CheckTable) -> dict[str, str]:
    return {row.solution: row.got.en for row in table.rows if not row.ok}


async def test_a_row_tells_what_each_solution_should_earn_and_what_it_earned(
    tmp_path: Path,
) -> None:
    table = await checked(load_exercise(COURSE / "output-size"), tmp_path)
    assert failures(table) == {}
    assert [(row.solution, row.expected.en, row.got.en) for row in table.rows] == [
        ("reference", "6 on 50 variants", "6 at least, full on 50"),
        ("blank answers", "no hidden point", "0 hidden"),
        ("ceil-for-floor", "ceil-for-floor named on 50", "4 at most, named on 50"),
        ("padding-counted-once", "padding-counted-once named on 50", "4 at most, named on 50"),
        ("plus-one-forgotten", "plus-one-forgotten named on 50", "0 at most, named on 50"),
    ]


async def test_each_row_is_told_as_soon_as_it_is_known(tmp_path: Path) -> None:
    told: list[CheckRow] = []
    table = await check_exercise(
        exercise=load_exercise(COURSE / "output-size"),
        sandbox=None,
        data_dir=tmp_path,
        variants=3,
        on_row=told.append,
    )
    assert tuple(told) == table.rows


@pytest.mark.parametrize("slug", ["output-size", "pooling"])
async def test_what_is_planned_is_what_there_is_to_grade(slug: str, tmp_path: Path) -> None:
    exercise = load_exercise(COURSE / slug)
    grader = grader_of(exercise.manifest.kind)
    found = grader.solutions(exercise=exercise, sandbox=None, data_dir=tmp_path, variants=1)
    solutions = [(one.name, one.role) async for one in found]
    assert tuple(solutions) == grader.planned(exercise)


async def test_one_solution_is_judged_as_in_the_table(tmp_path: Path) -> None:
    exercise = load_exercise(COURSE / "output-size")
    table = await check_exercise(exercise=exercise, sandbox=None, data_dir=tmp_path, variants=3)
    examiner = Examiner(exercise, None, tmp_path)
    for row in table.rows:
        alone = await check_solution(examiner, name=row.solution, role=row.role, variants=3)
        assert alone == row


async def test_a_reference_that_is_wrong_is_found(tmp_path: Path) -> None:
    folder = copied("output-size", tmp_path)
    edit(folder / "reference.py", "len(window) == kernel", "len(window) >= kernel - 1")
    table = await checked(load_exercise(folder), tmp_path)
    assert list(failures(table)) == ["reference"]


async def test_a_wrong_solution_that_is_right_is_found(tmp_path: Path) -> None:
    folder = copied("output-size", tmp_path)
    edit(folder / "wrong" / "ceil-for-floor.py", "math.ceil", "math.floor")
    table = await checked(load_exercise(folder), tmp_path)
    assert failures(table) == {"ceil-for-floor": "6 at most, named on 0"}


async def test_a_wrong_solution_that_makes_another_mistake_is_found(tmp_path: Path) -> None:
    folder = copied("output-size", tmp_path)
    edit(folder / "wrong" / "ceil-for-floor.py", "math.ceil", "-1 + math.floor")
    table = await checked(load_exercise(folder), tmp_path)
    found = {"ceil-for-floor": "0 at most, named on 0; also plus-one-forgotten"}
    assert failures(table) == found


async def test_a_notebook_exercise_is_not_checked_without_rooms(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="it needs a sandbox"):
        await checked(load_exercise(COURSE / "pooling"), tmp_path)


async def test_a_starter_that_holds_the_solution_is_found(sandbox: Sandbox, tmp_path: Path) -> None:
    folder = copied("pooling", tmp_path)
    shutil.rmtree(folder / "wrong")
    script = folder / "notebook.py"
    for marker in ("# BEGIN SOLUTION", "# END SOLUTION", "# BEGIN STARTER"):
        edit(script, marker, "#")
    table = await checked(load_exercise(folder), tmp_path, sandbox)
    assert failures(table) == {"starter (fr)": "8 hidden", "starter (en)": "8 hidden"}


async def mnist_report(notebook: bytes, sandbox: Sandbox, data_dir: Path) -> Report:
    grading = await grade_notebook(
        exercise=load_exercise(COURSE / "mnist-cnn"),
        notebook=notebook,
        rooms=ColdRooms(sandbox),
        data_dir=data_dir,
        seed=SEED,
    )
    assert grading.report.problem is None
    return grading.report


async def test_a_short_training_earns_its_share_of_the_accuracys_points(
    sandbox: Sandbox, data_dir: Path, tmp_path: Path
) -> None:
    folder = copied("mnist-cnn", tmp_path)
    edit(folder / "notebook.py", "epochs = 30 if", "epochs = 2 if")
    report = await mnist_report(load_exercise(folder).reference(), sandbox, data_dir)
    [accuracy] = report.metrics
    assert accuracy.low is not None
    assert accuracy.high is not None
    assert 0.5 < accuracy.low < accuracy.value < accuracy.high < 1
    earned = {test.name.partition("::")[2]: test.earned for test in report.tests}
    share = min(max((accuracy.value - 0.90) / (0.978 - 0.90), 0), 1)
    assert earned.pop("test_the_accuracy_on_shifted_digits") == pytest.approx(6 * share)
    assert earned == {
        "test_predict_gives_a_class_per_image": 0.5,
        "test_validation_accuracy_is_an_accuracy": 0.5,
        "test_an_answer_does_not_depend_on_its_company": 1.5,
        "test_the_announced_accuracy_holds_good": 1.5,
    }
    assert report.data == "mnist-5k"


@pytest.mark.parametrize(
    ("mistake", "points"), [("forgets-eval", None), ("trains-on-nothing", 1), ("leaks-labels", 2.5)]
)
async def test_a_known_mistake_in_training_is_named(
    mistake: str, points: float | None, sandbox: Sandbox, data_dir: Path
) -> None:
    exercise = load_exercise(COURSE / "mnist-cnn")
    [wrong] = [one for one in exercise.wrong if one.slug == mistake]
    assert isinstance(wrong.work, bytes)
    report = await mnist_report(wrong.work, sandbox, data_dir)
    named = {test.mistake.slug for test in report.tests if test.mistake}
    assert mistake in named
    assert points is None or report.points == points
    public = [test.outcome for test in report.tests if test.visibility == "public"]
    assert public == [Outcome.PASSED] * 2
