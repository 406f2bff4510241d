"""Notebooks made for Colab, graded in real rooms: what is there runs, what is not is explained."""

from __future__ import annotations

import json

from exercises.spec import Function
from graders.report import ProblemCode
from tests.graders.colab import DIGITS, SET_UP, SHOWN, colab_notebook
from tests.graders.conftest import Grade
from tests.graders.samples import exercise, notebook, one_test

SCORE = one_test(
    """\
images = np.zeros((40, 8, 8))
images[:20, :, 3:5] = 16
images[20:, 1:7, 2:6], images[20:, 2:6, 3:5] = 16, 0
found = expect_array(student.predict(images), shape=(40,), kinds="i")
assert set(found[20:]) == {0}, f"a ring is {found[20]}"
assert set(found[:20]) == {1}, f"a bar is {found[0]}"
"""
)
# Processor time is what counts: others may be at work on the machine.
WAITS = 250
SMALL = exercise(
    SCORE,
    functions=(Function(name="predict", parameters=("images",)),),
    allowed_imports=("IPython", "matplotlib", "numpy", "sklearn", "torch"),
    wall_seconds=WAITS,
    test_seconds=60,
    memory_mib=2048,
    cpu_seconds=120,
)
PLAIN = "predict = lambda images: [1] * 20 + [0] * 20"


async def test_a_codelab_that_uses_what_is_there_runs_and_scores(grade: Grade) -> None:
    grading = await grade(SMALL, colab_notebook(SET_UP, DIGITS, SHOWN))
    assert (grading.report.problem, grading.report.points) == (None, 1)
    executed = json.loads(grading.executed or b"")
    shown = [output for cell in executed["cells"] for output in cell.get("outputs", [])]
    assert "image/png" in [kind for output in shown for kind in output.get("data", {})]


async def test_installing_and_fetching_end_at_once_and_are_no_harm(grade: Grade) -> None:
    cells = (
        "!pip install -q numpy\n%pip install --quiet tensorflow",
        "!wget -q https://example.org/a\n!nvidia-smi\n!ls",
        PLAIN,
    )
    report = (await grade(SMALL, colab_notebook(*cells))).report
    assert (report.problem, report.points) == (None, 1)


async def test_a_download_in_the_notebook_says_that_there_is_no_network(grade: Grade) -> None:
    fetch = (
        "import urllib.request\nurllib.request.urlretrieve('https://example.org/a.npz', 'a.npz')"
    )
    problem = (await grade(SMALL, notebook(PLAIN, fetch))).report.problem
    assert problem is not None
    assert (problem.code, problem.exception) == (ProblemCode.CELL_RAISED, "URLError")
    ((name, cell, line),) = [(lack.name, lack.cell, lack.line) for lack in problem.lacks]
    assert (name, cell, line) == ("URLError", 2, 2)
    assert problem.lacks[0].advice.en == "There is no network where notebooks are graded."


async def test_a_package_that_no_room_has_is_named_with_what_there_is(grade: Grade) -> None:
    free = exercise(SCORE, functions=SMALL.manifest.functions, wall_seconds=WAITS)
    problem = (
        await grade(free, notebook(PLAIN, "x = 1\nimport torchvision.datasets"))
    ).report.problem
    assert problem is not None
    ((name, cell, line),) = [(lack.name, lack.cell, lack.line) for lack in problem.lacks]
    assert (name, cell, line) == ("torchvision", 2, 2)


async def test_all_functions_that_are_missing_are_named(grade: Grade) -> None:
    both = (Function(name="predict"), Function(name="scores"))
    asked = exercise(SCORE, functions=both, wall_seconds=WAITS)
    problem = (await grade(asked, notebook("x = 1"))).report.problem
    assert problem is not None
    assert (problem.code, problem.name) == (ProblemCode.MISSING_NAME, "predict, scores")
