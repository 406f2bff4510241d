"""The starter and the reference made from an author's script."""

from __future__ import annotations

import json
from pathlib import Path

import nbformat
import pytest

from exercises.errors import MalformedExercise
from exercises.loader import load_course
from exercises.notebook import check_script, reference_notebook, starter_notebook

COURSE = Path(__file__).parents[2] / "exercises" / "cnn"

SCRIPT = """\
# %% [markdown] lang="fr"
# Bonjour, $x^2$

# %% [markdown] lang="en"
# Hello, $x^2$

# %%
def double(x):
    # BEGIN SOLUTION
    return 2 * x
    # END SOLUTION


def triple(x):
    # BEGIN SOLUTION
    return 3 * x
    # BEGIN STARTER
    # result = ...
    # return result
    # END SOLUTION
"""


def sources(notebook: bytes) -> list[str]:
    return ["".join(cell["source"]) for cell in json.loads(notebook)["cells"]]


def test_the_starter_replaces_each_solution() -> None:
    [_, code] = sources(starter_notebook(SCRIPT, language="en"))
    assert code == (
        "def double(x):\n    raise NotImplementedError\n\n\n"
        "def triple(x):\n    result = ...\n    return result"
    )


def test_the_reference_has_the_solutions_alone() -> None:
    [_, code] = sources(reference_notebook(SCRIPT, language="en"))
    assert code == "def double(x):\n    return 2 * x\n\n\ndef triple(x):\n    return 3 * x"


@pytest.mark.parametrize(
    ("language", "greeting"), [("fr", "Bonjour, $x^2$"), ("en", "Hello, $x^2$")]
)
def test_a_cell_with_a_language_appears_in_that_language_only(language: str, greeting: str) -> None:
    assert sources(starter_notebook(SCRIPT, language=language))[0] == greeting
    assert len(sources(starter_notebook(SCRIPT, language=language))) == 2


def test_a_notebook_is_the_same_bytes_each_time() -> None:
    assert starter_notebook(SCRIPT, language="fr") == starter_notebook(SCRIPT, language="fr")


def test_a_cell_keeps_its_id_from_the_starter_to_the_reference() -> None:
    starter, reference = (
        json.loads(make(SCRIPT, language="en")) for make in (starter_notebook, reference_notebook)
    )
    ids = [[cell["id"] for cell in notebook["cells"]] for notebook in (starter, reference)]
    assert ids == [["cell-02", "cell-03"]] * 2


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_courses_notebooks_are_valid_and_of_format_4_5(language: str) -> None:
    for exercise in load_course(COURSE).exercises:
        if exercise.manifest.kind.has_starter:
            for content in (exercise.starter(language), exercise.reference(language)):
                text = content.decode()
                notebook = nbformat.reads(text, as_version=nbformat.NO_CONVERT)  # type: ignore[no-untyped-call]
                nbformat.validate(notebook)
                assert (notebook.nbformat, notebook.nbformat_minor) == (4, 5)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_no_line_of_a_solution_is_in_a_starter(language: str) -> None:
    for exercise in load_course(COURSE).exercises:
        if not exercise.manifest.kind.has_starter:
            continue
        starter = "\n".join(sources(exercise.starter(language))).splitlines()
        solved = solution_lines(exercise.files["notebook.py"].decode())
        assert solved
        assert solved.isdisjoint(line.strip() for line in starter)
        assert not any("SOLUTION" in line or "BEGIN STARTER" in line for line in starter)


def solution_lines(script: str) -> set[str]:
    """Return the lines of all solutions that give something away: long, and given nowhere."""
    given, *regions = script.split("# BEGIN SOLUTION\n")
    lines, shown = set(), given.splitlines()
    for region in regions:
        hidden, _, after = region.partition("# END SOLUTION")
        solution, _, instead = hidden.partition("# BEGIN STARTER")
        lines |= {line.strip() for line in solution.splitlines()}
        shown += [*instead.splitlines(), *after.splitlines()]
    return {line for line in lines if len(line) > 3} - {line.strip("# ") for line in shown}


@pytest.mark.parametrize(
    ("script", "message"),
    [
        ("x = 1\n# END SOLUTION\n", "2: expected a BEGIN SOLUTION before this END SOLUTION"),
        ("# BEGIN STARTER\n", "1: expected a BEGIN SOLUTION before this BEGIN STARTER"),
        (
            "# BEGIN SOLUTION\n# BEGIN SOLUTION\n",
            "2: expected the END SOLUTION of line 1 first",
        ),
        ("x = 1\n# BEGIN SOLUTION\n", "2: expected an END SOLUTION after this BEGIN SOLUTION"),
        (
            "# BEGIN SOLUTION\nx = 1\n# %%\n# END SOLUTION\n",
            "1: expected an END SOLUTION in the same cell",
        ),
    ],
)
def test_regions_that_do_not_balance_are_refused(script: str, message: str) -> None:
    with pytest.raises(MalformedExercise) as caught:
        check_script(script, Path("notebook.py"))
    assert str(caught.value) == f"notebook.py:{message}"
