"""Mutants that keep their points are found, and the author's word on them is held to."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from exercises.equivalent import read_equivalents
from exercises.loader import load_exercise
from graders.check import check_solutions
from graders.examiner import Examiner
from graders.grader import Role
from graders.mutation.hunt import Fate, Hunt, hunt_mutants
from graders.mutation.script import script_mutants
from graders.warm import warm_rooms
from sandbox import Sandbox

COURSE = Path(__file__).parents[3] / "exercises" / "cnn"
SCRIPT = """\
# %%
import numpy as np


# %%
def relu(x):
    # BEGIN SOLUTION
    return x if x > 0 else 0
    # END SOLUTION
"""
PUBLIC = """\
import pytest


@pytest.mark.points(4)
@pytest.mark.title(fr="Un nombre positif", en="A positive number")
def test_a_positive_number(student):
    if student.relu(2) != 2:
        pytest.fail("not 2")
"""
HIDDEN = """\
import pytest


@pytest.mark.points(6)
@pytest.mark.title(fr="Un nombre négatif", en="A negative number")
def test_a_negative_number(student):
    if student.relu(-3) != 0:
        pytest.fail("not 0")
"""

VARIANT = """\
from exercises.question import AnswerField, Bilingual, Question


def draw(rng):
    text = Bilingual("Deux nombres", "Two numbers")
    field = AnswerField("pair", text, ((1, 5),), points=6, tolerance=TOLERANCE)
    return Question({"pair": ((1, 5),)}, text, (field,), text)
"""
REFERENCE = """\
def solve(given):
    return {"pair": given["pair"]}
"""


@pytest.fixture
def relu(tmp_path: Path) -> Path:
    """An exercise of one line, tested with one number of each sign."""
    folder = tmp_path / "relu"
    shutil.copytree(COURSE / "relu", folder, ignore=shutil.ignore_patterns("wrong", "*.toml"))
    manifest = (COURSE / "relu" / "exercise.toml").read_text().partition("[[functions]]")[0]
    (folder / "exercise.toml").write_text(manifest)
    (folder / "notebook.py").write_text(SCRIPT)
    (folder / "tests" / "test_public.py").write_text(PUBLIC)
    (folder / "tests" / "test_hidden.py").write_text(HIDDEN)
    return folder


async def hunted(folder: Path, sandbox: Sandbox | None = None) -> Hunt:
    exercise = load_exercise(folder)
    if sandbox is None:
        return await _hunt(Examiner(exercise, None, folder))
    async with warm_rooms(sandbox) as rooms:
        return await _hunt(Examiner(exercise, rooms, folder, at_once=2))


async def _hunt(examiner: Examiner) -> Hunt:
    table = await check_solutions(examiner, variants=1, roles=[Role.REFERENCE])
    assert table.ok
    assert table.reference is not None
    told: list[Fate] = []
    hunt = await hunt_mutants(examiner, reference=table.reference, on_fate=told.append)
    assert hunt.fates == tuple(told)
    return hunt


def entry(*after: str) -> str:
    changes = ", ".join(f'"{one}"' for one in after)
    return (
        '[[equivalent]]\nwithin = "relu"\nbefore = "return x if x > 0 else 0"\n'
        f'after = [{changes}]\nreason = "Zero is zero either way."\n'
    )


async def test_survivors_are_told_until_their_author_explains_them(
    relu: Path, sandbox: Sandbox
) -> None:
    same, twice, gone = (f"return x if {test} else 0" for test in ("x >= 0", "x > 1", "x <= 0"))
    hunt = await hunted(relu, sandbox)
    assert {mutant.after for mutant in hunt.survivors} == {same, twice, "return x if x > -1 else 0"}
    assert (hunt.excused, hunt.untrue, hunt.ours) == (0, (), ())
    assert hunt.rate == 1 - 3 / len(hunt.fates)
    assert hunt.cpu > 0
    (relu / "equivalent.toml").write_text(entry(same, gone, "return 7"))
    judged = Hunt(hunt.fates, read_equivalents(relu))
    assert [mutant.after for mutant in judged.survivors] == [
        mutant.after for mutant in hunt.survivors if mutant.after != same
    ]
    assert judged.excused == 1
    assert judged.untrue == (
        f"relu: return x if x > 0 else 0 -> {gone}",
        "relu: return x if x > 0 else 0 -> return 7",
    )


async def test_an_endless_mutant_is_stopped_long_before_the_exercises_own_limit(
    relu: Path, sandbox: Sandbox
) -> None:
    body = "    total = 0\n    while total < x:\n        total += 1\n    return total\n"
    (relu / "notebook.py").write_text(SCRIPT.replace("    return x if x > 0 else 0\n", body))
    hunt = await hunted(relu, sandbox)
    assert "pass" in {fate.mutant.after for fate in hunt.fates if fate.lost}
    assert hunt.ours == ()


@pytest.mark.parametrize(("tolerance", "rate"), [(0, 1), (1, 4 / 8), (9, 2 / 8)])
async def test_an_answer_within_a_wide_tolerance_lives(
    tolerance: float, rate: float, tmp_path: Path
) -> None:
    folder = tmp_path / "output-size"
    shutil.copytree(COURSE / "output-size", folder, ignore=shutil.ignore_patterns("wrong"))
    (folder / "variant.py").write_text(f"{VARIANT}\nTOLERANCE = {tolerance}\n")
    (folder / "reference.py").write_text(REFERENCE)
    hunt = await hunted(folder)
    assert hunt.rate == rate
    assert {mutant.within for mutant in hunt.survivors} == (set() if rate == 1 else {"pair"})


@pytest.mark.parametrize(
    "folder",
    [file.parent for file in sorted(COURSE.glob("*/equivalent.toml"))],
    ids=lambda folder: folder.name,
)
def test_every_equivalent_of_the_course_is_a_mutant(folder: Path) -> None:
    mutants = script_mutants((folder / "notebook.py").read_text())
    known = {(mutant.within, mutant.before, mutant.after) for mutant in mutants}
    judged = [
        (one.within, one.before, after) for one in read_equivalents(folder) for after in one.after
    ]
    assert len(set(judged)) == len(judged)
    assert set(judged) <= known
