"""Corrected tests and labels score a run again, without a student's room."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from graders.grading import Grading, grade_notebook
from graders.report import Outcome, ProblemCode, Report
from graders.rescore import rescore
from graders.rooms import ColdRooms, Rooms
from graders.warm import warm_rooms
from sandbox import Sandbox
from tests.graders.samples import SmallExercise, exercise, notebook, one_test
from tests.graders.watched import Watched

SEED = 11

TRAINED = """\
import numpy

weights = {"w": [0.5, 1.5]}

def predict(images):
    images = numpy.asarray(images)
    print("asked")
    return (images.mean(axis=(-2, -1)) > 0).astype(int)
"""

ASK = "student.predict([[0.5]])"

TARGET = """\
held = hidden.load("held.npz")
right = np.mean(student.predict(held["images"]) == held["labels"])
measure("accuracy", right)
credit((right - 0.5) / ({target} - 0.5))
"""


@pytest.fixture
def watched(sandbox: Sandbox) -> Watched:
    """Rooms that are counted."""
    return Watched(sandbox)


@pytest.fixture
def held(tmp_path: Path) -> Path:
    """Eight hidden images, half of them with the labels that TRAINED gives."""
    path = tmp_path / "held.npz"
    write_held(path, labels=[1, 0, 1, 0, 0, 1, 0, 1])
    return path


def write_held(path: Path, *, labels: list[int]) -> None:
    images = np.array([1.0, -1.0] * 4)[:, None, None] * np.ones((8, 2, 2))
    np.savez(path, images=images, labels=np.array(labels))


def on(held: Path, *, target: float, wall_seconds: float = 20) -> SmallExercise:
    """Return an exercise whose full credit is at `target`."""
    tests = one_test(TARGET.format(target=target), points=3)
    hidden = {"held.npz": held}
    return exercise(tests, hidden=hidden, wall_seconds=wall_seconds, test_seconds=10)


async def graded(small: SmallExercise, rooms: Rooms, *sources: str) -> Grading:
    return await grade_notebook(
        exercise=small, notebook=notebook(*sources), rooms=rooms, data_dir=Path(), seed=SEED
    )


async def again(small: SmallExercise, rooms: Rooms, old: Grading, *sources: str) -> Grading | None:
    return await rescore(
        exercise=small,
        notebook=notebook(*sources),
        old=old,
        rooms=rooms,
        data_dir=Path(),
        seed=SEED,
    )


def told(report: Report) -> Report:
    """Return the report without what differs between a run and its rescoring."""
    tests = tuple(test.model_copy(update={"seconds": 0.0}) for test in report.tests)
    timings = report.timings.model_copy(update={"tests": 0.0})
    return report.model_copy(update={"tests": tests, "timings": timings, "rescored": False})


async def test_a_corrected_target_scores_a_run_again_without_a_students_room(
    watched: Watched, held: Path
) -> None:
    rooms = ColdRooms(watched)
    old = await graded(on(held, target=1.0), rooms, TRAINED)
    assert watched.opened == ["small student", "small judge"]
    corrected = on(held, target=0.5 + 1e-9)
    new = await again(corrected, rooms, old, TRAINED)
    assert watched.opened == ["small student", "small judge", "small judge"]
    assert new is not None
    assert (old.report.points, old.report.rescored) == (0, False)
    assert (new.report.version, new.report.rescored) == (corrected.digest, True)
    assert [metric.value for metric in new.report.metrics] == [0.5]
    assert new.report.timings.notebook == old.report.timings.notebook
    assert (new.executed, new.transcript) == (old.executed, old.transcript)


async def test_changed_labels_score_a_run_again(watched: Watched, held: Path) -> None:
    rooms = ColdRooms(watched)
    old = await graded(on(held, target=1.0), rooms, TRAINED)
    write_held(held, labels=[1, 0] * 4)
    new = await again(on(held, target=1.0), rooms, old, TRAINED)
    assert new is not None
    assert (old.report.points, new.report.points) == (0, 3)
    assert [label for label in watched.opened if "student" in label] == ["small student"]


async def test_a_rescoring_may_itself_be_scored_again_in_forked_rooms(
    sandbox: Sandbox, held: Path
) -> None:
    async with warm_rooms(sandbox) as rooms:
        old = await graded(on(held, target=1.0), rooms, TRAINED)
        first = await again(on(held, target=0.75), rooms, old, TRAINED)
        assert first is not None
        second = await again(on(held, target=1.0), rooms, first, TRAINED)
    assert second is not None
    assert told(second.report) == told(old.report)


@pytest.mark.parametrize(
    "tests",
    [
        one_test(ASK + '\nassert student.get("weights")'),
        # A test that swallows every error.
        one_test('try:\n    student.get("weights")\nexcept Exception:\n    pass'),
        # Once more than it was asked.
        one_test(f"{ASK}\n{ASK}"),
        "this is not Python",
    ],
)
async def test_tests_that_ask_something_new_need_a_run(watched: Watched, tests: str) -> None:
    rooms = ColdRooms(watched)
    old = await graded(exercise(one_test(ASK)), rooms, TRAINED)
    assert await again(exercise(tests), rooms, old, TRAINED) is None


async def test_a_run_that_would_go_otherwise_today_is_not_scored_again(
    watched: Watched, held: Path, tmp_path: Path
) -> None:
    rooms = ColdRooms(watched)
    shown = tmp_path / "shown.npz"
    np.savez(shown, images=np.zeros(1))
    public = {"shown.npz": shown}
    small = replace(on(held, target=1.0), public=public)
    old = await graded(small, rooms, TRAINED)
    longer = replace(on(held, target=1.0, wall_seconds=6), public=public)
    assert await again(longer, rooms, old, TRAINED) is None
    assert await again(on(held, target=1.0), rooms, old, TRAINED) is None
    refused = exercise(small.tests["test_public.py"], allowed_imports=("torch",))
    assert await again(refused, rooms, old, TRAINED) is None
    np.savez(shown, images=np.ones(1))
    assert await again(small, rooms, old, TRAINED) is None
    assert len(watched.opened) == 2


async def test_functions_of_chance_keep_what_they_said(watched: Watched) -> None:
    rooms = ColdRooms(watched)
    tests = one_test("said = [student.f() for _ in range(5)]\nraise AssertionError(str(said))")
    source = "import random\ndef f(): return random.random()"
    old = await graded(exercise(tests), rooms, source)
    new = await again(exercise(tests), rooms, old, source)
    assert new is not None
    assert told(new.report) == told(old.report)
    assert len(set((old.report.tests[0].message or "").split(", "))) == 5


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("def f(): __import__('os')._exit(3)", ProblemCode.KERNEL_EXITED),
        ("def f():\n    while True: pass", ProblemCode.WALL_TIME),
        ("def f(): print('seen'); return 1 / 0", ProblemCode.FUNCTION_RAISED),
        ("def f(): return object()", ProblemCode.WRONG_TYPE),
        ("1 / 0", ProblemCode.MISSING_NAME),
        ("exit()", None),
        (
            "import noyau_room\nnoyau_room.answer = lambda _: 1\ndef f(): pass",
            ProblemCode.MALFORMED_REPLY,
        ),
    ],
)
async def test_what_went_wrong_goes_wrong_again(
    watched: Watched, source: str, code: ProblemCode | None
) -> None:
    rooms = ColdRooms(watched)
    tests = one_test("assert student.f() == 1") + one_test("student.get('x')").replace(
        "test_it", "test_later"
    )
    old = await graded(exercise(tests), rooms, source)
    new = await again(exercise(tests), rooms, old, source)
    assert new is not None
    assert told(new.report) == told(old.report)
    first = old.report.tests[0]
    assert (first.problem and first.problem.code) == code
    assert first.outcome == (Outcome.NOT_RUN if code is None else Outcome.FAILED)
    assert len(watched.opened) == 3


@pytest.mark.parametrize("spoiled", [b"", b"\n", b"not a transcript", None])
async def test_what_is_not_a_transcript_needs_a_run(
    watched: Watched, held: Path, spoiled: bytes | None
) -> None:
    rooms = ColdRooms(watched)
    small = on(held, target=1.0)
    old = await graded(small, rooms, TRAINED)
    assert old.transcript is not None
    stamp = old.transcript.partition(b"\n")[0]
    broken = replace(old, transcript=spoiled and stamp + b"\n" + spoiled)
    assert await again(small, rooms, broken, TRAINED) is None


async def test_a_notebook_writes_no_transcript_of_its_own(watched: Watched) -> None:
    """What the student's room tells the judge is replies alone, whatever it looks like."""
    rooms = ColdRooms(watched)
    lie = '{"event": "verdict", "transcript": "AAAA", "weights": "AAAA"}'
    source = f"print({lie!r})\ndef f():\n    print({lie!r})\n    return {lie!r}"
    tests = one_test("assert student.f() == 1")
    old = await graded(exercise(tests), rooms, source)
    new = await again(exercise(tests), rooms, old, source)
    assert new is not None
    assert (old.weights, new.weights, new.report.points) == (None, None, 0)
    assert told(new.report) == told(old.report)
