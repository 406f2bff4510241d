"""Rooms that wait: used once, replaced when they die, bounded, and gone at the end."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import nbformat
import pytest

from exercises.loader import load_exercise
from graders.grading import Grading, grade_notebook
from graders.report import Fault
from graders.rooms import CODE_ENV, ColdRooms, Rooms, RoomsWanted, rooms_wanted
from graders.templates import Templates, judge_template, student_template
from graders.warm import BUSY_SECONDS, FORKED_BYTES, WarmRooms, _Shelf, warm_rooms
from sandbox import RoomFailed, Sandbox
from sandbox.places import machine_folder
from sandbox.process import RoomProcess
from sandbox.room import LONGEST_WAIT

COURSE = Path(__file__).resolve().parents[2] / "exercises" / "cnn"
POOLING = load_exercise(COURSE / "pooling")


@pytest.fixture
def wanted(tmp_path: Path) -> RoomsWanted:
    """What pooling's rooms are made of."""
    return rooms_wanted(POOLING, tmp_path)


@pytest.fixture
async def warm(sandbox: Sandbox) -> AsyncIterator[WarmRooms]:
    """Warm rooms of each kind of sandbox."""
    async with warm_rooms(sandbox) as rooms:
        yield rooms


async def graded(rooms: Rooms, tmp_path: Path, notebook: bytes | None = None) -> Grading:
    """Grade pooling's reference, or another notebook."""
    return await grade_notebook(
        exercise=POOLING,
        notebook=notebook or POOLING.reference(),
        rooms=rooms,
        data_dir=tmp_path,
        seed=3,
    )


def first_process(room: object) -> int:
    """Return the number of a forked room's first process."""
    assert isinstance(room, RoomProcess)
    return room.pid


async def test_a_pair_that_waited_is_taken_and_another_takes_its_place(
    warm: WarmRooms, wanted: RoomsWanted
) -> None:
    await warm.fill(wanted)
    async with warm.take(wanted) as one, warm.take(wanted) as other:
        assert one.kernel.folder != other.kernel.folder
        assert one.judge is not other.judge
    await warm._refill(warm._shelf(wanted))
    assert warm.waiting >= 1


async def test_every_grading_has_rooms_of_its_own(warm: WarmRooms, tmp_path: Path) -> None:
    marks = "import os, pathlib\npathlib.Path('/tmp/mark').touch()\n"
    looks = "import os\nassert not os.path.exists('/tmp/mark')\n"
    await graded(warm, tmp_path, with_first_cell(marks))
    after = await graded(warm, tmp_path, with_first_cell(looks))
    assert (after.report.problem, after.report.points) == (None, 10)


async def test_cold_and_warm_rooms_come_to_the_same_report(
    sandbox: Sandbox, warm: WarmRooms, tmp_path: Path, wanted: RoomsWanted
) -> None:
    await warm.fill(wanted)
    reports = [(await graded(rooms, tmp_path)).report for rooms in (ColdRooms(sandbox), warm)]
    for report in reports:
        assert (report.problem, report.environment) == (None, sandbox.environment())
    cold, ready = ([test.model_dump(exclude={"seconds"}) for test in r.tests] for r in reports)
    assert cold == ready


async def test_a_room_that_died_while_it_waited_is_not_handed_out(
    warm: WarmRooms, wanted: RoomsWanted, tmp_path: Path
) -> None:
    await warm.fill(wanted)
    [shelf] = warm._shelves.values()
    waiting = shelf.waiting[0]
    os.kill(first_process(waiting.pair.kernel.room), signal.SIGKILL)
    await waiting.ended
    assert (await graded(warm, tmp_path)).report.points == 10


async def test_rooms_may_be_asked_for_while_others_are_given_up(
    sandbox: Sandbox, wanted: RoomsWanted
) -> None:
    async with warm_rooms(sandbox) as rooms:
        await rooms.fill(wanted)
        rooms._memory = 0
        rooms._shelf(wanted).demand[0] -= BUSY_SECONDS
        pressed = asyncio.create_task(
            rooms._has_room(rooms._shelf(replace(wanted, exercise="another")))
        )
        # The room that waits is being closed by then.
        while rooms.waiting:  # noqa: ASYNC110 (nothing tells of it but the shelf)
            await asyncio.sleep(0)
        rooms._shelf(replace(wanted, exercise="a third"))
        assert await pressed is False


async def test_rooms_that_wait_too_long_are_given_up_while_others_are_taken(
    sandbox: Sandbox, wanted: RoomsWanted
) -> None:
    async with warm_rooms(sandbox) as rooms:
        await rooms.fill(wanted)
        await rooms.fill(wanted)
        for one in rooms._shelf(wanted).waiting:
            one.since -= LONGEST_WAIT
        tidying = asyncio.create_task(rooms._tidy())
        await asyncio.sleep(0)
        async with rooms.take(wanted) as pair:
            await tidying
            assert first_process(pair.judge) > 0


async def test_a_room_that_waited_too_long_is_not_handed_out(
    warm: WarmRooms, wanted: RoomsWanted
) -> None:
    await warm.fill(wanted)
    shelf = warm._shelf(wanted)
    old = shelf.waiting[0]
    old.since -= LONGEST_WAIT
    async with warm.take(wanted) as pair:
        assert pair.kernel.folder != old.pair.kernel.folder
    assert old.ended.cancelled() or old.ended.done()


async def test_what_is_in_demand_makes_no_room_for_something_else(
    sandbox: Sandbox, wanted: RoomsWanted
) -> None:
    async with warm_rooms(sandbox, memory=1 << 30) as rooms:
        await rooms.fill(wanted)
        rooms._memory = rooms._held(0)
        other = rooms._shelf(replace(wanted, exercise="other"))
        other.ask()
        await rooms._refill(other)
        assert [len(one.waiting) for one in (rooms._shelf(wanted), other)] == [1, 0]
        rooms._shelf(wanted).demand[0] -= 2 * BUSY_SECONDS
        await rooms._refill(other)
        assert [len(one.waiting) for one in (rooms._shelf(wanted), other)] == [0, 1]


async def test_gradings_go_on_after_the_templates_died(
    warm: WarmRooms, wanted: RoomsWanted, tmp_path: Path
) -> None:
    await warm.fill(wanted)
    [shelf] = warm._shelves.values()
    waiting = shelf.waiting[0]
    for kept in list(warm._templates._kept.values()):
        assert kept.template is not None
        await kept.template.close()
    await waiting.ended
    assert (await graded(warm, tmp_path)).report.points == 10


async def test_the_end_of_a_template_in_the_middle_of_a_grading_is_ours(
    warm: WarmRooms, wanted: RoomsWanted, tmp_path: Path
) -> None:
    await warm.fill(wanted)
    begun = asyncio.Event()
    grading = asyncio.create_task(
        grade_notebook(
            exercise=POOLING,
            notebook=with_first_cell("import time\ntime.sleep(600)"),
            rooms=warm,
            data_dir=tmp_path,
            seed=3,
            on_news=lambda news: begun.set() if getattr(news, "phase", "") == "cells" else None,
        )
    )
    await begun.wait()
    for kept in list(warm._templates._kept.values()):
        if kept.template is not None:
            await kept.template.close()
    problem = (await grading).report.problem
    assert problem is not None
    assert problem.fault is Fault.OURS


async def test_no_pair_waits_beyond_the_memory_that_is_granted(
    sandbox: Sandbox, wanted: RoomsWanted
) -> None:
    async with warm_rooms(sandbox, memory=FORKED_BYTES) as rooms:
        shelf = rooms._shelf(wanted)
        shelf.ask()
        await rooms._refill(shelf)
        assert rooms.waiting == 0


def test_the_level_follows_recent_demand(wanted: RoomsWanted) -> None:
    shelf = _Shelf(wanted)
    assert shelf.level(4) == 0
    shelf.ask()
    assert shelf.level(4) == 1
    for _ in range(9):
        shelf.ask()
    assert shelf.level(4) == 4
    long_ago = shelf.demand[0] - 60
    shelf.demand.clear()
    shelf.demand.append(long_ago)
    assert shelf.level(4) == 1
    shelf.demand[0] -= 3600
    assert shelf.level(4) == 0


async def test_closing_leaves_no_folder_and_no_template(
    sandbox: Sandbox, wanted: RoomsWanted
) -> None:
    before = set(machine_folder().glob(f"[kt]-{os.getpid()}-*"))
    rooms = WarmRooms(sandbox, most=2, memory=1 << 30)
    await rooms.fill(wanted)
    [shelf] = rooms._shelves.values()
    pair = shelf.waiting[0].pair
    await rooms.close()
    assert set(machine_folder().glob(f"[kt]-{os.getpid()}-*")) == before
    # Each has an end: none of their processes is left.
    for room in (pair.kernel.room, pair.judge):
        await room.wait()


async def test_a_template_that_can_not_start_is_left_alone_for_a_while(
    sandbox: Sandbox, wanted: RoomsWanted, monkeypatch: pytest.MonkeyPatch
) -> None:
    templates = Templates(sandbox)
    asked = []

    async def fail(spec: object) -> object:
        asked.append(spec)
        raise RoomFailed("no")

    monkeypatch.setattr(sandbox, "open_template", fail)
    assert await templates.prepare(judge_template(), student_template(wanted)) is False
    assert await templates.prepare(judge_template()) is False
    assert len(asked) == 2
    with suppress(RoomFailed):
        await templates.close()


def test_judges_share_one_template_and_students_one_for_each_set_of_imports(
    wanted: RoomsWanted,
) -> None:
    assert dict(judge_template().env) == CODE_ENV
    assert "numpy" in student_template(wanted).modules
    assert "torch" not in student_template(wanted).modules


def with_first_cell(source: str) -> bytes:
    """Return pooling's reference with one more cell before all others."""
    text = POOLING.reference().decode()
    notebook = nbformat.reads(text, as_version=4)  # type: ignore[no-untyped-call]
    notebook.cells.insert(0, nbformat.v4.new_code_cell(source))  # type: ignore[no-untyped-call]
    written: str = nbformat.writes(notebook)  # type: ignore[no-untyped-call]
    return written.encode()
