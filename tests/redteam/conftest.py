"""The real rooms of the graders' tests, what lies beside them, and what must not be left."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from exercises.exercise import Exercise
from graders.rooms import rooms_wanted
from graders.warm import WarmRooms
from sandbox import Sandbox
from sandbox.docker import DockerSandbox
from sandbox.docker.engine import connect
from sandbox.docker.owner import LABEL, owner_of
from sandbox.places import rooms_folder
from sandbox.usage import children
from tests.graders.conftest import grade, sandbox, warm
from tests.sandbox.conftest import REPOSITORY
from tests.sandbox.rooms import own_mounts

__all__ = ["grade", "sandbox", "warm"]

# In which rooms cases are tried, and what is tried in the other rooms of a kind too: its walls.
EVERY = {"bubblewrap": "warm", "docker": "cold"}
WALLS = ("escapes", "secrets")
# What is aimed at the judge's code, or at a page, is tried in bubblewrap's rooms alone: that code
# is the same in all of them.
AT_THE_JUDGE = ("patches", "answers", "tensors", "measurements", "models", "documents")
AT_A_PAGE = ("pages", "awkward")

WORK = "the-neighbours-work-91c7"
NEIGHBOUR = """
import asyncio, sys
from pathlib import Path
from typing import Any
from sandbox import Limits, SandboxSettings, get_sandbox, open_kernel

LIMITS = Limits(wall=3600, cpu=600, memory=512 * 1024**2, processes=32, disk=1024**2)

async def main(name, python, work):
    sandbox = get_sandbox(name, SandboxSettings(room_python=Path(python)))
    async with open_kernel(sandbox, limits=LIMITS, env={"WORK": work}, label="beside") as kernel:
        print(kernel.folder, flush=True)
        ended = asyncio.ensure_future(kernel.ended())
        asking = asyncio.ensure_future(asyncio.to_thread(sys.stdin.readline))
        await asyncio.wait({ended, asking}, return_when=asyncio.FIRST_COMPLETED)
        print("ended" if ended.done() else "alive", flush=True)

asyncio.run(main(*sys.argv[1:]))
"""


@dataclass(frozen=True, slots=True)
class Beside:
    """What lies beside the rooms: a file of the machine, and another student's room."""

    bait: Path
    neighbour: str
    abstract: str

    @property
    def names(self) -> dict[str, str]:
        """The words that cells are given for it."""
        return {
            "BAIT": str(self.bait),
            "NEIGHBOUR": self.neighbour,
            "ABSTRACT": f"\\0{self.abstract}",
        }


@pytest.fixture(scope="session")
def beside(sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Beside]:
    """A file with a secret and a room of another worker, both as they were at the end."""
    bait = tmp_path_factory.mktemp("bait") / "secret.txt"
    bait.write_text(WORK)
    bait.chmod(0o640)
    before = bait.stat()
    process = subprocess.Popen(
        [sys.executable, "-c", NEIGHBOUR, sandbox.name, str(sandbox.settings.room_python), WORK],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=REPOSITORY,
    )  # fmt: skip
    with process, socket.socket(socket.AF_UNIX) as abstract:
        assert process.stdout is not None
        folder = process.stdout.readline().strip()
        assert folder
        name = f"{WORK}-{os.getpid()}"
        abstract.bind(f"\0{name}")
        abstract.listen()
        yield Beside(bait, folder, name)
        said, _ = process.communicate("\n", timeout=60)
    assert said == "alive\n"
    after = bait.stat()
    assert (after.st_mode, after.st_uid, after.st_nlink) == (before.st_mode, before.st_uid, 1)
    assert (bait.read_text(), after.st_mtime_ns) == (WORK, before.st_mtime_ns)


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for notebooks, where anything does: templates, which outlast every attack."""

    warm: WarmRooms
    is_warm: bool
    folder: Path

    async def begin(self, *exercises: Exercise) -> None:
        """Have the templates of these exercises open."""
        for exercise in exercises if self.is_warm else ():
            assert await self.warm.prepare(rooms_wanted(exercise, self.folder))

    async def end(self) -> None:
        """Leave nothing waiting but the templates."""
        await self.warm.clear()


@pytest.fixture
def waiting(request: pytest.FixtureRequest, warm: WarmRooms, tmp_path: Path) -> Waiting:
    """The rooms that wait beside the attack."""
    is_warm = request.node.callspec.params["grade"] == "warm"
    return Waiting(warm, is_warm, tmp_path)


@pytest.fixture
def traces(sandbox: Sandbox) -> Callable[[], list[object]]:
    """Tell what this process has on the machine: processes, mounts, groups, files, containers."""
    own = f"{os.getpid()}-"

    def look() -> list[object]:
        # A plain look: a search in depth stumbles over groups of others that go meanwhile.
        groups = Path("/sys/fs/cgroup").glob(f"*/noyau/{own}*")
        return [
            own_mounts(),
            sorted(map(str, groups)),
            sorted(str(folder) for folder in rooms_folder(sandbox.settings).glob(f"k-{own}*")),
            _rooms(),
            _containers(sandbox),
        ]

    return look


def _rooms() -> int:
    """Return how many children of this process are rooms."""
    lines = (Path(f"/proc/{pid}/cmdline") for pid in children(os.getpid()))
    return sum(b"bwrap" in line.read_bytes() for line in lines if line.exists())


def _containers(sandbox: Sandbox) -> list[str]:
    if not isinstance(sandbox, DockerSandbox):
        return []
    engine = connect(sandbox.settings.engine)
    try:
        label = f"{LABEL}={owner_of(os.getpid())}"
        found = engine.api.containers(all=True, filters={"label": label})
        return sorted(one["Id"] for one in found)
    finally:
        engine.api.close()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave out what would try the same again by a longer way."""
    items[:] = [item for item in items if not _is_spared(item)]


def _is_spared(item: pytest.Item) -> bool:
    called = getattr(item, "callspec", None)
    if called is None or "grade" not in called.params or "case" not in called.params:
        return False
    rooms, kind = called.params["grade"], called.params["sandbox"]
    tried = called.id.removeprefix(f"{kind}-{rooms}-")
    if kind == "docker" and tried.startswith(AT_THE_JUDGE + AT_A_PAGE):
        return True
    return EVERY[kind] != rooms and not tried.startswith(WALLS)
