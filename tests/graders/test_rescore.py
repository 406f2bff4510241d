"""Corrected tests and labels score a run again, without a student's room."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from graders.grading import Grading, grade_notebook
from graders.report import Outcome, ProblemCode, Report
from graders.rescore import rescore
from graders.rooms import ColdRooms, Pair, Rooms, RoomsWanted, rooms_wanted
from graders.warm import WarmRooms
from sandbox import Sandbox
from sandbox.room import Room, RoomSpec
from tests.graders.samples import SmallExercise, exercise, notebook, one_test
from tests.graders.watched import Watched

SEED = 11
RUN = ["small student", "small judge"]

TRAINED = """\
import numpy

weights = {"w": [0.5, 1.5]}

def predict(images):
    images = numpy.asarray(images)
    print("asked")
    return (images.mean(axis=(-2, -1)) > 0).astype(int)
"""

# Any change makes another version of the exercise.
CORRECTED = "\n# Corrected.\n"

ASK = "student.predict([[0.5]])"

TARGET = """\
held = hidden.load("held.npz")
right = np.mean(student.predict(held["images"]) == held["labels"])
measure("accuracy", right)
credit((right - 0.5) / ({target} - 0.5))
"""


class Counted(Rooms):
    """Rooms that remember what was taken."""

    def __init__(self, inner: Rooms) -> None:
        self.inner = inner
        self.sandbox = inner.sandbox
        self.taken: list[str] = []

    def take(self, wanted: RoomsWanted) -> AbstractAsyncContextManager[Pair]:
        """Take a pair."""
        self.taken.append("pair")
        return self.inner.take(wanted)

    @asynccontextmanager
    async def judge(self, spec: RoomSpec) -> AsyncIterator[Room]:
        """Take a judge's room."""
        self.taken.append("judge")
        async with self.inner.judge(spec) as room:
            yield room


@pytest.fixture
async def rooms(warm: WarmRooms) -> AsyncIterator[Counted]:
    """Rooms that are forked from the templates of this module's tests."""
    await warm.prepare(rooms_wanted(exercise(), Path()))
    yield Counted(warm)
    await warm.clear()


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
    return report.model_copy(
        update={"tests": tests, "timings": timings, "version": "", "rescored": False}
    )


async def test_a_corrected_target_scores_a_run_again_without_a_students_room(
    sandbox: Sandbox, held: Path
) -> None:
    watched = Watched(sandbox)
    rooms = ColdRooms(watched)
    old = await graded(on(held, target=1.0), rooms, TRAINED)
    assert watched.opened == RUN
    corrected = on(held, target=0.5 + 1e-9)
    new = await again(corrected, rooms, old, TRAINED)
    assert watched.opened == [*RUN, "small judge"]
    assert new is not None
    assert (old.report.points, old.report.rescored) == (0, False)
    assert (new.report.version, new.report.rescored) == (corrected.digest, True)
    assert [metric.value for metric in new.report.metrics] == [0.5]
    assert new.report.timings.notebook == old.report.timings.notebook
    assert (new.executed, new.weights) == (old.executed, old.weights)


async def test_changed_labels_score_a_run_again(rooms: Counted, held: Path) -> None:
    old = await graded(on(held, target=1.0), rooms, TRAINED)
    write_held(held, labels=[1, 0] * 4)
    new = await again(on(held, target=1.0), rooms, old, TRAINED)
    assert new is not None
    assert (old.report.points, new.report.points) == (0, 3)
    assert rooms.taken == ["pair", "judge"]


async def test_a_rescoring_may_itself_be_scored_again(rooms: Counted, held: Path) -> None:
    old = await graded(on(held, target=1.0), rooms, TRAINED)
    first = await again(on(held, target=0.75), rooms, old, TRAINED)
    assert first is not None
    second = await again(on(held, target=1.0), rooms, first, TRAINED)
    assert second is not None
    assert told(second.report) == told(old.report)
    assert rooms.taken == ["pair", "judge", "judge"]


async def test_tests_that_ask_something_new_need_a_run(rooms: Counted) -> None:
    old = await graded(exercise(one_test(ASK)), rooms, TRAINED)
    asking = [
        one_test(ASK + '\nassert student.get("weights")'),
        # A test that swallows every error.
        one_test('try:\n    student.get("weights")\nexcept Exception:\n    pass'),
        # Once more than it was asked.
        one_test(f"{ASK}\n{ASK}"),
        "this is not Python",
    ]
    assert [await again(exercise(tests), rooms, old, TRAINED) for tests in asking] == [None] * 4
    assert await again(exercise(one_test(ASK, points=2)), rooms, old, TRAINED) is not None


async def test_a_run_that_would_go_otherwise_today_is_not_scored_again(
    rooms: Counted, held: Path, tmp_path: Path
) -> None:
    shown = tmp_path / "shown.npz"
    np.savez(shown, images=np.zeros(1))
    public = {"shown.npz": shown}
    old = await graded(replace(on(held, target=1.0), public=public), rooms, TRAINED)
    corrected = replace(on(held, target=0.75), public=public)
    longer = on(held, target=0.75, wall_seconds=21)
    assert await again(replace(longer, public=public), rooms, old, TRAINED) is None
    assert await again(on(held, target=0.75), rooms, old, TRAINED) is None
    refused = corrected.manifest.model_copy(update={"allowed_imports": ("torch",)})
    assert await again(replace(corrected, manifest=refused), rooms, old, TRAINED) is None
    np.savez(shown, images=np.ones(1))
    assert await again(corrected, rooms, old, TRAINED) is None
    shown.unlink()
    assert await again(corrected, rooms, old, TRAINED) is None
    assert rooms.taken == ["pair"]


async def test_where_nothing_has_changed_there_is_nothing_to_score(
    rooms: Counted, held: Path
) -> None:
    old = await graded(on(held, target=1.0), rooms, TRAINED)
    assert await again(on(held, target=1.0), rooms, old, TRAINED) is None
    new = await again(on(held, target=0.75), rooms, old, TRAINED)
    assert new is not None
    assert await again(on(held, target=0.75), rooms, new, TRAINED) is None
    assert rooms.taken == ["pair", "judge"]


async def test_functions_of_chance_keep_what_they_said(rooms: Counted) -> None:
    tests = one_test("said = [student.f() for _ in range(5)]\nraise AssertionError(str(said))")
    source = "import random\ndef f(): return random.random()"
    old = await graded(exercise(tests), rooms, source)
    new = await again(exercise(tests + CORRECTED), rooms, old, source)
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
    rooms: Counted, source: str, code: ProblemCode | None
) -> None:
    tests = one_test("assert student.f() == 1") + one_test("student.get('x')").replace(
        "test_it", "test_later"
    )
    old = await graded(exercise(tests), rooms, source)
    new = await again(exercise(tests + CORRECTED), rooms, old, source)
    assert new is not None
    assert told(new.report) == told(old.report)
    first = old.report.tests[0]
    assert (first.problem and first.problem.code) == code
    assert first.outcome == (Outcome.NOT_RUN if code is None else Outcome.FAILED)
    assert rooms.taken == ["pair", "judge"]


async def test_what_is_not_a_transcript_needs_a_run(rooms: Counted, held: Path) -> None:
    old = await graded(on(held, target=1.0), rooms, TRAINED)
    assert old.transcript is not None
    stamp = old.transcript.partition(b"\n")[0]
    for spoiled in (None, b"", b"\n", stamp, stamp + b"\n", stamp + b"\nnot a transcript"):
        broken = replace(old, transcript=spoiled)
        assert await again(on(held, target=0.75), rooms, broken, TRAINED) is None
    assert rooms.taken == ["pair", "judge"]


async def test_a_notebook_writes_no_transcript_of_its_own(rooms: Counted) -> None:
    """What the student's room tells the judge is replies alone, whatever it looks like."""
    lie = '{"event": "verdict", "transcript": "AAAA", "weights": "AAAA"}'
    source = f"print({lie!r})\ndef f():\n    print({lie!r})\n    return {lie!r}"
    tests = one_test("assert student.f() == 1")
    old = await graded(exercise(tests), rooms, source)
    new = await again(exercise(tests + CORRECTED), rooms, old, source)
    assert new is not None
    assert (old.weights, new.weights, new.report.points) == (None, None, 0)
    assert told(new.report) == told(old.report)
