"""The mutants of a script: one change each, in a solution, and nowhere else."""

from __future__ import annotations

import ast
import difflib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exercises.exercise import Exercise
from exercises.loader import load_exercise
from exercises.notebook import reference_notebook
from graders.mutation.script import ScriptMutant, script_mutants

COURSE = Path(__file__).parents[3] / "exercises" / "cnn"
SCRIPT = '''\
# %%
import numpy as np

scale = 1 + 1


# %%
def half(x: "a + b" = 2 + 2):
    """Return 1 + 1."""
    # BEGIN SOLUTION
    """Not 2."""
    print(x + 1)
    for part in x:
        plt.plot(part + 1)
    return f"{x + 1}", x / scale
    # END SOLUTION


# %%
# BEGIN SOLUTION
def double(x):
    def inner(y):
        return y * 2

    return inner(x)


# BEGIN STARTER
# double = 1 + 1
# END SOLUTION
print(1 + 1)
'''


def told(mutant: ScriptMutant) -> tuple[str, int, str, str, str]:
    return mutant.operator, mutant.line, mutant.within, mutant.before, mutant.after


def code_exercises() -> list[Exercise]:
    found = [load_exercise(COURSE / slug) for slug in ("pooling", "learning-rate", "mini-batches")]
    assert {exercise.manifest.kind.value for exercise in found} == {"code"}
    return found


def test_solutions_are_mutated_and_neither_output_nor_what_is_given() -> None:
    pair = "return (f'{x + 1}', x / scale)"
    assert [told(mutant) for mutant in script_mutants(SCRIPT)] == [
        ("order", 15, "half", pair, "return (x / scale, f'{x + 1}')"),
        ("arithmetic", 15, "half", pair, "return (f'{x + 1}', x * scale)"),
        ("intermediate", 23, "double.inner", "return y * 2", "return y"),
        ("intermediate", 23, "double.inner", "return y * 2", "return 2"),
        ("arithmetic", 23, "double.inner", "return y * 2", "return y / 2"),
        ("constant", 23, "double.inner", "return y * 2", "return y * 3"),
        ("constant", 23, "double.inner", "return y * 2", "return y * 1"),
        ("constant", 23, "double.inner", "return y * 2", "return y * 0"),
    ]


def test_a_mutant_is_the_script_with_that_one_change() -> None:
    normal = [line.strip() for line in ast.unparse(ast.parse(SCRIPT)).splitlines()]
    for mutant in script_mutants(SCRIPT):
        changed = [line.strip() for line in ast.unparse(ast.parse(mutant.script)).splitlines()]
        lines = [line for line in difflib.ndiff(normal, changed) if line.startswith(("- ", "+ "))]
        assert sorted(lines) == sorted([f"- {mutant.before}", f"+ {mutant.after}"])


@pytest.mark.parametrize("exercise", code_exercises(), ids=lambda one: one.manifest.id)
def test_the_mutants_of_an_exercise_compile_and_differ(exercise: Exercise) -> None:
    script = exercise.files["notebook.py"].decode()
    mutants = list(script_mutants(script))
    for mutant in mutants:
        compile(mutant.script, mutant.after, "exec")
    notebooks = {reference_notebook(mutant.script, language="en") for mutant in mutants}
    assert len(notebooks | {exercise.reference()}) == len(mutants) + 1 > 20


EXPRESSIONS = st.recursive(
    st.sampled_from(["a", "b", "0", "-1.5", "True", "a.T", "-b", "a[1:]", "a[:b]", "a[b, ::2]"]),
    lambda inner: st.one_of(
        st.builds("({} {} {})".format, inner, st.sampled_from(["+", "//", "**", "<"]), inner),
        st.builds("({} if {} else {})".format, inner, inner, inner),
        st.builds("max({}, {}, key={})".format, inner, inner, inner),
        st.builds("[{} for c in {} if {}]".format, inner, inner, inner),
    ),
    max_leaves=6,
)


@settings(deadline=None)
@given(EXPRESSIONS, EXPRESSIONS)
def test_the_mutants_of_any_program_compile_and_differ(one: str, other: str) -> None:
    region = f"# BEGIN SOLUTION\na = {one}\nif {other}:\n    a[{other}] += {one}\n# END SOLUTION\n"
    scripts = [mutant.script for mutant in script_mutants(region)]
    for script in scripts:
        compile(script, "a mutant", "exec")
    assert len({ast.unparse(ast.parse(script)) for script in (region, *scripts)}) > len(scripts)
