"""A notebook's parameters: found where papermill finds them, and set right after."""

from __future__ import annotations

import ast
import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exercises.spec import LimitsTable
from graders.errors import IntakeError
from graders.intake import INJECTED, PARAMETERS, Notebook, check_notebook
from graders.parameters import default_parameters, inject_parameters
from graders.protocol import ADDED
from graders.report import ProblemCode, Scalar

NAMES = st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,20}", fullmatch=True).filter(
    lambda name: name.isascii() and name not in {"True", "False", "None"}
)
VALUES = st.one_of(
    st.booleans(),
    st.integers(-(2**53), 2**53),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=20),
)


def notebook(*cells: tuple[str, list[str]]) -> Notebook:
    """Return the notebook of these code cells, each with its tags, as a student hands it in."""
    document = {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": {},
        "cells": [
            {"cell_type": "code", "source": source, "metadata": {"tags": tags}}
            for source, tags in cells
        ],
    }
    return check_notebook(json.dumps(document).encode(), LimitsTable())


def run(found: Notebook) -> dict[str, Any]:
    """Return the names that the notebook's cells define."""
    names: dict[str, Any] = {}
    for source in found.code:
        exec(source, names)  # noqa: S102 - written by this test
    return names


@given(st.dictionaries(NAMES, VALUES, min_size=1, max_size=4))
def test_what_is_injected_is_what_the_notebook_then_has(parameters: dict[str, Scalar]) -> None:
    defaults = "\n".join(f"{name} = 0" for name in parameters)
    injected = inject_parameters(notebook((defaults, [PARAMETERS])), parameters)
    for name, value in parameters.items():
        found = ast.literal_eval(
            injected.code[1].splitlines()[list(parameters).index(name)][len(name) + 3 :]
        )
        assert (type(found), found) == (type(value), value)


@given(name=NAMES, value=VALUES)
def test_a_literal_is_read_as_python_reads_it(name: str, value: Scalar) -> None:
    found = default_parameters(notebook((f"{name} = {value!r}", [PARAMETERS])), [name])
    assert (type(found[name]), found) == (type(value), {name: value})


def refusal(source: str) -> ProblemCode | None:
    """Return why the cell of parameters is refused, None where it gives `rate` a value."""
    try:
        default_parameters(notebook((source, [PARAMETERS]), ("1", [])), ["rate"])
    except IntakeError as refused:
        return refused.problem.code
    return None


@given(st.text(max_size=60))
def test_no_source_hurts_the_reader(source: str) -> None:
    assert refusal(source) in (ProblemCode.PARAMETER_NOT_PLAIN, None)


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("rate = 0.1", 0.1),
        ("rate=1e-3  # of Adam", 1e-3),
        ("rate: float = -2", -2),
        ("other = 3; rate = +4", 4),
        ('"""Of the job."""\n\nname = "a"\nrate = 1_000\n', 1000),
        ("rate = 'slow'", "slow"),
        ("rate = True", True),
        ("def f():\n    rate = 3\nrate = 0x10", 16),
    ],
)
def test_a_plain_assignment_gives_the_default(source: str, value: Scalar) -> None:
    found = default_parameters(notebook(("import math", []), (source, [PARAMETERS])), ["rate"])
    assert (found, type(found["rate"])) == ({"rate": value}, type(value))


@pytest.mark.parametrize(
    "source",
    [
        "",
        "rates = 0.1",
        "rate = 1 / 1000",
        "rate = (0.1)",
        "rate = 0.1\nrate = 0.2",
        "rate = other = 0.1",
        "rate, other = 0.1, 0.2",
        "rate += 0.1",
        "rate = float('nan')",
        "rate = 1e999",
        "rate = b'slow'",
        "rate = f'slow'",
        "rate = 3j",
        "rate = None",
        "rate = -True",
        "if True:\n    rate = 0.1",
        "rate = '''",
        "rate = " + "9" * 5000,
        "%%time\nrate = 0.1 0.2",
    ],
)
def test_what_is_not_plain_is_refused_with_its_cell(source: str) -> None:
    with pytest.raises(IntakeError) as refused:
        default_parameters(notebook(("1", []), (source, [PARAMETERS])), ["rate"])
    problem = refused.value.problem
    assert (problem.code, problem.name, problem.cell) == (
        ProblemCode.PARAMETER_NOT_PLAIN,
        "rate",
        2,
    )


@pytest.mark.parametrize("tags", [[[], []], [[PARAMETERS], [PARAMETERS, "x"]]])
def test_one_cell_has_the_tag(tags: list[list[str]]) -> None:
    with pytest.raises(IntakeError) as refused:
        default_parameters(notebook(*(("rate = 1", tag) for tag in tags)), ["rate"])
    assert refused.value.problem.code is ProblemCode.PARAMETERS_CELL


def test_the_injected_cell_comes_right_after_and_is_marked_as_added() -> None:
    given_in = notebook(("a = 1", []), ("rate = 1", [PARAMETERS]), ("b = rate", []))
    injected = inject_parameters(given_in, {"rate": 0.5})
    assert injected.code == ["a = 1", "rate = 1", "rate = 0.5", "b = rate"]
    assert math.isclose(run(injected)["b"], 0.5)
    cells = json.loads(injected.to_json())["cells"]
    assert [cell["metadata"] for cell in cells] == [
        {},
        {"tags": [PARAMETERS]},
        {"tags": [INJECTED], ADDED: True},
        {},
    ]


def test_what_papermill_has_left_is_replaced_and_stays_the_students_cell() -> None:
    given_in = notebook(("rate = 1", [PARAMETERS]), ("rate = 2", [INJECTED]), ("b = rate", []))
    injected = inject_parameters(given_in, {"rate": 3})
    assert injected.code == ["rate = 1", "rate = 3", "b = rate"]
    assert all(ADDED not in cell["metadata"] for cell in json.loads(injected.to_json())["cells"])


def test_a_student_can_not_mark_a_cell_as_added() -> None:
    cell = {"cell_type": "code", "source": "1", "metadata": {ADDED: True}, ADDED: True}
    document = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [cell]}
    found = check_notebook(json.dumps(document).encode(), LimitsTable())
    assert json.loads(found.to_json())["cells"][0]["metadata"] == {}
