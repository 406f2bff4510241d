"""Assignments of nbgrader and Otter become folders that load; what can't come along is told."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from exercises.exercise import Exercise
from exercises.importers.imported import Imported, NotImportable
from exercises.importers.names import known_names
from exercises.importers.nbgrader import import_nbgrader
from exercises.importers.otter import import_otter, solution_regions
from exercises.importers.reasons import Reason, Untranslatable
from exercises.importers.recognise import System, import_assignment
from exercises.importers.translate import translate
from exercises.loader import load_exercise
from exercises.loader import test_marks as marks_of

Cell = tuple[str, str, dict[str, Any]]


def notebook(*cells: Cell) -> bytes:
    """Return a notebook of cells: kind, source, and further keys such as metadata and outputs."""
    full = [
        {"cell_type": kind, "metadata": {}, "source": source.splitlines(keepends=True), **more}
        for kind, source, more in cells
    ]
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": full}).encode()


def marked(kind: str, source: str, **marks: object) -> Cell:
    return kind, source, {"metadata": {"nbgrader": {"schema_version": 3, **marks}}}


def shows(source: str, value: str) -> Cell:
    output = {"output_type": "execute_result", "data": {"text/plain": [value]}}
    return "code", source, {"outputs": [output]}


def raw(*sources: str) -> list[Cell]:
    return [("raw", source, {}) for source in sources]


NBGRADER = notebook(
    ("markdown", "# Squares and sums\n\nWrite the functions that the tests are for.", {}),
    ("code", "import math\nimport numpy as np\nlimit = 10", {}),
    marked(
        "code",
        'def squares(n):\n    """Return the squares of 1 to n."""\n    ### BEGIN SOLUTION\n'
        "    if n < 1:\n        raise ValueError('n is below 1')\n"
        "    return [i * i for i in range(1, n + 1)]\n    ### END SOLUTION",
        grade=False, solution=True, locked=False, grade_id="squares",
    ),
    marked(
        "code",
        '"""Squares of small numbers."""\nassert squares(1) == [1]\n'
        "assert squares(3) == [1, 4, 9]\n"
        "### BEGIN HIDDEN TESTS\nassert squares(limit)[-1] == 100\n### END HIDDEN TESTS",
        grade=True, solution=False, locked=True, grade_id="squares_right", points=2,
    ),
    marked(
        "code",
        "try:\n    squares(0)\nexcept ValueError:\n    pass\nelse:\n"
        "    raise AssertionError('did not raise')",
        grade=True, solution=False, locked=True, grade_id="squares_invalid", points=1,
    ),
    marked(
        "code", "def grid(n):\n    return np.arange(n * n).reshape(n, n) / math.sqrt(4)",
        grade=False, solution=True, grade_id="grid",
    ),
    marked(
        "code",
        "from nose.tools import assert_equal, assert_raises\nassert_equal(grid(2).shape, (2, 2))\n"
        "np.testing.assert_allclose(grid(2), [[0, .5], [1, 1.5]])\n"
        "assert_raises(TypeError, grid, 'a')\nwith assert_raises(TypeError):\n    grid(None)",
        grade=True, solution=False, grade_id="grid", points=3.5,
    ),
    marked("markdown", "Explain.", grade=True, solution=True, grade_id="explain", points=4),
    marked(
        "code", "total = 0\n### BEGIN SOLUTION\ntotal = sum(squares(4))\n### END SOLUTION",
        grade=False, solution=True, grade_id="total",
    ),
    marked("code", "assert total == 30", grade=True, solution=False, grade_id="total 1", points=1),
    marked(
        "code", "import io, contextlib\nwith contextlib.redirect_stdout(io.StringIO()) as out:\n"
        "    squares(2)\nassert out.getvalue() == ''",
        grade=True, solution=False, grade_id="silent", points=1,
    ),
)  # fmt: skip

OTTER = notebook(
    *raw("# ASSIGNMENT CONFIG\nname: Mean and spread\nexport_cell: false"),
    ("markdown", "# Mean and spread\n\nThe mean of the values, and what is around it.", {}),
    ("code", "import numpy as np\nrng = np.random.default_rng(1)", {}),
    *raw("# BEGIN QUESTION\nname: q1\npoints: 2"),
    ("markdown", "Write `mean`.", {}),
    *raw("# BEGIN SOLUTION"),
    ("code", "def mean(values):\n    return sum(values) / len(values) # SOLUTION\n", {}),
    *raw("# END SOLUTION", "# BEGIN TESTS"),
    shows("mean([1, 2, 3]) == 2", "True"),
    shows("# HIDDEN\nmean([1, 2])", "1.5"),
    *raw("# END TESTS", "# END QUESTION"),
    *raw("# BEGIN QUESTION\nname: q2\npoints:\n- 1\n- 3"),
    *raw("# BEGIN SOLUTION"),
    (
        "code",
        (
            '""" # BEGIN PROMPT\ndef spread(values):\n'
            "    # the largest less the smallest\n    ...\n"
            '""" # END PROMPT\n# BEGIN SOLUTION\ndef spread(values):\n'
            "    return max(values) - min(values)\n# END SOLUTION\n"
            "width = spread([3, 9]) # SOLUTION\n"
            "secret = 5 # SOLUTION NO PROMPT"
        ),
        {},
    ),
    *raw("# END SOLUTION", "# BEGIN TESTS"),
    shows("width", "6"),
    (
        "code",
        (
            '""" # BEGIN TEST CONFIG\nhidden: true\npoints: 3\n""" # END TEST CONFIG\n'
            "def test_spread(spread, np):\n    assert np.isclose(spread([0.5, 2]), 1.5)\n"
        ),
        {},
    ),
    *raw("# END TESTS", "# END QUESTION"),
    *raw("# BEGIN QUESTION\nname: q3\nmanual: true\npoints: 2", "# BEGIN PROMPT"),
    ("markdown", "*Say why.*", {}),
    *raw("# END PROMPT", "# BEGIN SOLUTION"),
    ("markdown", "Because of the law.", {}),
    *raw("# END SOLUTION", "# END QUESTION"),
    ("code", "## Ignore ##\nprint('for the author alone')", {}),
)


def loaded(imported: Imported, tmp_path: Path) -> Exercise:
    """Return the folder as an exercise; it must load."""
    folder = tmp_path / next(
        line.split('"')[1]
        for line in imported.files["exercise.toml"].decode().splitlines()
        if line.startswith("id")
    )
    for name, content in imported.files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return load_exercise(folder)


def said(imported: Imported) -> list[tuple[str, str]]:
    """Return where the remarks are and how they begin."""
    return [(one.place, one.en.partition(",")[0].partition(":")[0]) for one in imported.remarks]


def code_of(notebook: bytes) -> str:
    cells = json.loads(notebook)["cells"]
    return "\n".join("".join(one["source"]) for one in cells if one["cell_type"] == "code")


def test_an_nbgrader_assignment_becomes_a_folder(tmp_path: Path) -> None:
    imported = import_nbgrader(NBGRADER)
    exercise = loaded(imported, tmp_path)
    assert exercise.manifest.id == "squares-and-sums"
    assert [one.name for one in exercise.manifest.functions] == ["grid", "squares"]
    assert [(mark.name, mark.points) for mark in marks_of(exercise)] == [
        ("test_squares_right_2", 2.0),
        ("test_squares_right", 0.0), ("test_squares_invalid", 1.0), ("test_grid", 3.5),
        ("test_total_1", 1.0),
    ]  # fmt: skip
    assert exercise.manifest.points == 7.5
    assert "limit" not in exercise.tests["test_public.py"]
    starter = code_of(exercise.starter("en"))
    assert "range(1, n + 1)" not in starter
    assert "np.arange" not in starter
    assert "sum(squares" not in starter
    assert "def squares(n):" in starter
    assert "assert" not in starter
    assert "range(1, n + 1)" in code_of(exercise.reference("en"))
    assert "for now" not in exercise.statement("en")
    assert exercise.statement("fr").startswith("*Cet énoncé n’existe qu’en anglais")
    assert said(imported) == [
        ("explain", "Graded by hand"),
        ("squares_right", "This test uses “limit”"),
        ("silent", "This test calls “squares” for what it does"),
        ("silent", "This test was not taken over"),
        ("", "The statement is in one language only"),
    ]


def test_an_otter_assignment_becomes_a_folder(tmp_path: Path) -> None:
    imported = import_otter(OTTER)
    exercise = loaded(imported, tmp_path)
    assert exercise.manifest.title.en == "Mean and spread"
    assert [(mark.name, mark.points) for mark in marks_of(exercise)] == [
        ("test_q1_2", 1.0), ("test_q2_2", 3.0), ("test_q1_1", 1.0), ("test_q2_1", 1.0),
    ]  # fmt: skip
    starter, reference = code_of(exercise.starter("en")), code_of(exercise.reference("en"))
    for secret in ("sum(values)", "max(values)", "secret", "Because", "for the author"):
        assert secret not in starter
    assert "    # the largest less the smallest\n    ...\n" in starter
    assert "width = ..." in starter
    assert "Because" not in reference
    assert "secret = 5" in reference
    assert said(imported)[0] == ("q3", "Graded by hand")


FENCED = notebook(
    ("markdown", "```\nBEGIN ASSIGNMENT\nname: Means\nsolutions_pdf: true\n```", {}),
    ("markdown", "# Mean of some\n\nThe mean of the values.", {}),
    (
        "code",
        "import numpy as np\nimport otter\ngrader = otter.Notebook()\n%matplotlib inline",
        {},
    ),
    ("markdown", "**One.** Write `mean`.\n\n```\nBEGIN QUESTION\nname: q1\npoints: 1\n```", {}),
    ("code", "def mean(values):\n    return sum(values) / len(values) # SOLUTION", {}),
    shows("# TEST\nmean([1, 2, 3]) == 2", "True"),
    shows("## Test ##\nmean([4])", "4.0"),
    shows("# HIDDEN TEST\nnp.isclose(mean([1, 2]), 1.5)", "True"),
    ("code", "after = mean([1])  # SOLUTION NO PROMPT\ngrader.check('q1')", {}),
    ("markdown", "**Two.**\n```\nBEGIN QUESTION\nname: q2\n```", {}),
    (
        "code",
        (
            "# BEGIN SOLUTION NO PROMPT\nwidth = 6\n# END SOLUTION\n"
            '""" # BEGIN PROMPT\nwidth = ...\n""" # END PROMPT'
        ),
        {},
    ),
    ("code", "# HIDDEN TEST\nassert width == 6\nprint('seen')  # IGNORE", {}),
    ("markdown", "Say why.\n```\nBEGIN QUESTION\nname: q3\nmanual: true\n```", {}),
    ("markdown", "**SOLUTION:** because of the law.", {}),
)


def test_an_older_otter_assignment_becomes_a_folder(tmp_path: Path) -> None:
    imported = import_assignment(FENCED)
    exercise = loaded(imported, tmp_path)
    assert exercise.manifest.title.en == "Means"
    assert [(mark.name, mark.points) for mark in marks_of(exercise)] == [
        ("test_q1_3", 0.33), ("test_q2", 1.0), ("test_q1_1", 0.34), ("test_q1_2", 0.33),
    ]  # fmt: skip
    starter, reference = code_of(exercise.starter("en")), code_of(exercise.reference("en"))
    for text in ("otter", "grader", "TEST"):
        assert text not in reference
    assert "width = ..." in starter
    assert "after" not in starter
    assert "after = mean([1])" in reference
    assert "because of the law" not in "".join(map(str, imported.files.values()))
    assert "seen" not in exercise.tests["test_hidden.py"]
    assert said(imported)[0] == ("q3", "Graded by hand")


@pytest.mark.timeout(10)
@pytest.mark.parametrize(
    "mark", ["# TEST", "# HIDDEN TEST", "# Ignore", "# IGNORE", "x # SOLUTION"]
)
def test_a_mark_that_never_ends_takes_no_longer(mark: str) -> None:
    endless: Cell = ("code", f"{mark}{' ' * 90_000}x = 1", {})
    question: Cell = ("markdown", "```\nBEGIN QUESTION\nname: q\n```", {})
    assert import_otter(notebook(question, ("code", "y = 1", {}), *[endless] * 4)).files


def test_a_test_that_tests_nothing_is_told(tmp_path: Path) -> None:
    imported = import_nbgrader(
        notebook(
            marked("code", "def f(x):\n    return x", solution=True, grade_id="f"),
            marked("code", "#assert f(1) == 1", grade=True, grade_id="gone", points=2),
            marked("code", "### AUTOTEST f(2); f(3)", grade=True, grade_id="made", points=1),
            marked("code", "assert f(4) == 4", grade=True, grade_id="kept", points=1 / 3),
        )
    )
    assert loaded(imported, tmp_path).manifest.points == pytest.approx(0.333333)
    made = "nbgrader makes these tests from the solution when it releases the notebook; here they "
    made += "are still to be written"
    assert said(imported)[:5] == [
        ("made", made),
        ("gone", "This test tests nothing."), ("gone", "This test was not taken over"),
        ("made", "This test tests nothing."), ("made", "This test was not taken over"),
    ]  # fmt: skip


@pytest.mark.parametrize("read", [import_nbgrader, import_otter, import_assignment])
@pytest.mark.parametrize(
    "content",
    [b"", b"\xff\xfe", b"[]", b"[" * 100_000, b'{"nbformat": 4}', notebook(),
     notebook(("code", "x = 1", {})), b'{"nbformat": 3, "cells": []}',
     notebook(("code", "#" * 200_000, {}))],
)  # fmt: skip
def test_what_is_no_assignment_is_refused(read: Any, content: bytes) -> None:
    with pytest.raises(NotImportable) as raised:
        read(content)
    assert raised.value.in_language("fr-fr") != raised.value.in_language("en") == str(raised.value)


def test_the_system_is_read_from_the_marks() -> None:
    assert import_assignment(NBGRADER) == import_nbgrader(NBGRADER)
    assert import_assignment(OTTER) == import_otter(OTTER)
    cells = [*json.loads(NBGRADER)["cells"], *json.loads(OTTER)["cells"]]
    both = json.dumps({"nbformat": 4, "cells": cells}).encode()
    with pytest.raises(NotImportable, match="of nbgrader and of Otter"):
        import_assignment(both)
    assert import_assignment(both, system=System.OTTER).files
    with pytest.raises(NotImportable, match="neither"):
        import_assignment(notebook(("code", "x = 1", {})))


@pytest.mark.parametrize(
    "cells",
    [raw("# BEGIN QUESTION\nname: q1"), raw("# END QUESTION"),
     raw("# BEGIN QUESTION\nname: q1", "# BEGIN QUESTION\nname: q2"),
     raw("# BEGIN QUESTION\nname: q1", "# END TESTS")],
)  # fmt: skip
def test_blocks_that_do_not_balance_are_refused(cells: Sequence[Cell]) -> None:
    with pytest.raises(NotImportable):
        import_otter(notebook(("code", "x = 1", {}), *cells))


def test_a_region_without_its_end_is_refused() -> None:
    source = "### BEGIN SOLUTION\nx = 1"
    with pytest.raises(NotImportable, match="answer: a BEGIN SOLUTION without its END"):
        import_nbgrader(notebook(marked("code", source, solution=True, grade_id="answer")))


def test_nothing_runs_while_an_assignment_is_imported(tmp_path: Path) -> None:
    trap = tmp_path / "ran"
    source = f"open({str(trap)!r}, 'w').close()"
    import_nbgrader(
        notebook(
            marked("code", source, solution=True, grade_id="a"),
            marked("code", f"{source}\nassert True", grade=True, grade_id="b", points=1),
        )
    )
    assert not trap.exists()


KNOWN = known_names(
    ["import numpy as np\nimport pandas as pd\nfrom nose.tools import ok_",
     "def f(x):\n    return x", "def g(x): ...\n%time\nclass Net: ...",
     "data = 3\nfor i in range(3): pass"]
)  # fmt: skip


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("assert f(1) ==", Reason.NOT_PYTHON),
        ("assert f(1) == " + "-" * 900 + "1", Reason.NOT_PYTHON),
        ("%timeit f(1)", Reason.COMMAND),
        ("assert Net().size == 1", Reason.CLASS),
        ("assert f(1) == answer", Reason.UNKNOWN),
        ("def f(x): return 1\nassert g(1) == 1", Reason.REBINDS),
        ("f([1])", Reason.EFFECT),
        ("x = [2, 1]\ny = f(x)\nassert x == [1, 2]", Reason.ARGUMENT),
        ("assert f(g) == 1", Reason.FUNCTION_SENT),
        ("assert f(lambda x: x) == 1", Reason.FUNCTION_SENT),
        ("try:\n    f(1)\nexcept Odd:\n    pass", Reason.EXCEPTION),
        ("assert sys.stdout.getvalue() == ''", Reason.OUTPUT),
        ("assert 'f' in globals()", Reason.ENVIRONMENT),
        ("def test_f(env):\n    assert env['data'] == 3", Reason.ENVIRONMENT),
        ("from nose.tools import timed\nassert f(1)", Reason.UNKNOWN),
    ],
)
def test_what_would_mean_something_else_is_not_translated(source: str, reason: Reason) -> None:
    with pytest.raises(Untranslatable) as raised:
        translate(source, KNOWN)
    assert raised.value.reason is reason
    remark = raised.value.reason.remark("cell", raised.value.name)
    assert remark.in_language("fr") != remark.in_language("en")


@pytest.mark.parametrize(
    ("source", "expected", "body"),
    [
        ("assert f(data) == 3", None,
         "if not student.f(student.get('data')) == 3:\n    raise AssertionError('f(data) == 3')"),
        ("data = data + 1\nassert f(data) == 4, 'no'", None,
         ("data = student.get('data')\ndata = data + 1\n"
         "if not student.f(data) == 4:\n    raise AssertionError('no')")),
        ("try:\n    f(1)\nexcept (ValueError, KeyError):\n    pass", None,
         ("try:\n    as_raised(student.f, ValueError, KeyError)(1)\n"
         "except (ValueError, KeyError):\n    pass")),
        ("assert all(map(f, [1]))", None,
         "if not all(map(student.f, [1])):\n    raise AssertionError('all(map(f, [1]))')"),
        ("f(2)", "2", "if not student.f(2) == 2:\n    raise AssertionError('f(2) == 2')"),
        ("print(f(2))", "2\n",
         "if not str(student.f(2)) == '2':\n    raise AssertionError(\"str(f(2)) == '2'\")"),
        ("assert np.sum(f(1)) == 1", "",
         "if not np.sum(student.f(1)) == 1:\n    raise AssertionError('np.sum(f(1)) == 1')"),
    ],
)  # fmt: skip
def test_the_notebooks_names_are_asked_of_the_student(
    source: str, expected: str | None, body: str
) -> None:
    assert translate(source, KNOWN, expected=expected).body == body


@pytest.mark.parametrize(
    ("source", "shown", "reason"),
    [("f(1) == 1", "", Reason.NO_OUTPUT), ("f(1)", "<Net object>", Reason.OUTPUT),
     ("print(f(1))", "", Reason.NO_OUTPUT)],
)  # fmt: skip
def test_a_test_without_a_plain_output_is_told(source: str, shown: str, reason: Reason) -> None:
    with pytest.raises(Untranslatable) as raised:
        translate(source, KNOWN, expected=shown)
    assert raised.value.reason is reason


@pytest.mark.parametrize(
    ("test", "points", "remark"),
    [("assert f(1)", 0, "No test is worth any points"), ("assert missing", 3, "No test could be")],
)
def test_a_folder_loads_though_its_tests_are_worth_nothing_or_lost(
    tmp_path: Path, test: str, points: float, remark: str
) -> None:
    cells = notebook(
        marked("code", "def f(x):\n    return x", solution=True, grade_id="f"),
        marked("code", test, grade=True, grade_id="t", points=points),
    )
    imported = import_nbgrader(cells)
    assert loaded(imported, tmp_path).manifest.points == 1
    assert any(one.en.startswith(remark) for one in imported.remarks)


def test_what_nose_gave_is_given_still() -> None:
    made = translate("from nose.tools import eq_\neq_(f(1), 1)\nok_(np.any(f(1)))", KNOWN)
    assert made.body == "eq_(student.f(1), 1)\nok_(np.any(student.f(1)))"
    assert (made.nose, made.imports) == ({"eq_", "ok_"}, {"import numpy as np"})


def test_packages_that_tests_may_lack_are_told() -> None:
    cells = notebook(
        ("code", "import pandas as pd", {}),
        marked("code", "def f(x):\n    return x", solution=True, grade_id="f"),
        marked("code", "assert pd.isna(f(None))", grade=True, grade_id="t", points=1),
    )
    assert ("t", "This test imports “pandas”") in said(import_nbgrader(cells))


@pytest.mark.parametrize(
    ("points", "shares"),
    [("points: 3", [1.5, 1.5]), ("points:\n  each: 2", [2, 2]), ("points: [1, 2]", [1, 2]),
     ("points:\n  - 1\n  - 4", [1, 4]), ("", [0.5, 0.5]), ("points: many", [0.5, 0.5])],
)  # fmt: skip
def test_points_of_a_question_are_shared_by_its_tests(
    points: str, shares: list[float], tmp_path: Path
) -> None:
    content = notebook(
        *raw(f"# BEGIN QUESTION\nname: q\n{points}", "# BEGIN SOLUTION"),
        ("code", "x = 1 # SOLUTION", {}),
        *raw("# END SOLUTION", "# BEGIN TESTS"),
        shows("x", "1"),
        shows("x + 1", "2"),
        *raw("# END TESTS", "# END QUESTION"),
    )
    exercise = loaded(import_otter(content), tmp_path)
    assert [mark.points for mark in marks_of(exercise)] == shares


def test_a_solution_line_by_line() -> None:
    source = "a = 1 # SOLUTION\nif a:\n    b = f(a == 1)  # SOLUTION\nc = 2 # SOLUTION NO PROMPT"
    assert solution_regions(source, whole=False).splitlines() == [
        "# BEGIN SOLUTION", "a = 1", "# BEGIN STARTER", "# a = ...", "# END SOLUTION",
        "if a:",
        "    # BEGIN SOLUTION", "    b = f(a == 1)", "    # BEGIN STARTER", "    # b = ...",
        "    # END SOLUTION",
        "# BEGIN SOLUTION", "c = 2", "# BEGIN STARTER", "#", "# END SOLUTION",
    ]  # fmt: skip
