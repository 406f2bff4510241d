"""Real rooms, and a way to grade in them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from exercises.exercise import Exercise
from graders.grading import Grading, grade_notebook
from graders.rooms import ColdRooms, rooms_wanted
from graders.warm import WarmRooms, warm_rooms
from sandbox import Sandbox, SandboxSettings, SandboxUnavailable, get_sandbox

ROOM_PYTHON = Path(__file__).resolve().parents[2] / ".venv-room" / "bin" / "python"
SEED = 11
OF_EXERCISES = frozenset({"test_check", "test_codelab", "test_hunt", "test_trained"})
# Enough that no template gives way to another in the middle of a test.
TEMPLATES_MEMORY = 1 << 34

Grade = Callable[..., Coroutine[Any, Any, Grading]]


KINDS = [
    pytest.param("bubblewrap", marks=pytest.mark.bwrap),
    pytest.param("docker", marks=pytest.mark.docker),
]


@pytest.fixture(scope="session", params=KINDS)
def sandbox(request: pytest.FixtureRequest) -> Sandbox:
    """Rooms of each kind, over the real room environment and image."""
    try:
        return get_sandbox(request.param, SandboxSettings(room_python=ROOM_PYTHON))
    except SandboxUnavailable as exc:
        pytest.skip(f"{exc.reason} {exc.remedy}")


@pytest.fixture(scope="module")
async def warm(sandbox: Sandbox) -> AsyncIterator[WarmRooms]:
    """Warm rooms, whose templates a module's tests share."""
    async with warm_rooms(sandbox, memory=TEMPLATES_MEMORY) as rooms:
        yield rooms


@pytest.fixture(params=["cold", "warm"])
async def grade(
    request: pytest.FixtureRequest, sandbox: Sandbox, warm: WarmRooms, tmp_path: Path
) -> AsyncIterator[Grade]:
    """Grade a notebook for an exercise: in rooms opened for it, and in rooms that waited.

    The tests of a module share an event loop, where the templates live.
    """

    async def in_cold_rooms(exercise: Exercise, notebook: bytes, **more: Any) -> Grading:
        return await grade_notebook(
            exercise=exercise,
            notebook=notebook,
            rooms=ColdRooms(sandbox),
            data_dir=tmp_path,
            seed=SEED,
            **more,
        )

    async def in_warm_rooms(exercise: Exercise, notebook: bytes, **more: Any) -> Grading:
        await warm.fill(rooms_wanted(exercise, tmp_path))
        return await grade_notebook(
            exercise=exercise,
            notebook=notebook,
            rooms=warm,
            data_dir=tmp_path,
            seed=SEED,
            **more,
        )

    yield in_warm_rooms if request.param == "warm" else in_cold_rooms
    await warm.clear()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Grade in containers what is about rooms: not exercises, which bubblewrap's rooms prove.

    In a container's forked rooms, graded are the tests of warm rooms and of attacks alone: their
    walls and programs are those of bubblewrap's forked rooms, where everything is tried.
    """
    items[:] = [item for item in items if not _is_spared(item)]


def _is_spared(item: pytest.Item) -> bool:
    called = getattr(item, "callspec", None)
    params = called.params if called is not None else {}
    if params.get("sandbox") != "docker":
        return False
    is_forked = params.get("grade") == "warm" and "case" not in params
    return is_forked or item.path.stem in OF_EXERCISES
