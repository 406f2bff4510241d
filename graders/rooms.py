"""The two rooms of a grading: what they are made of, and opening them one by one."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import graders
import sandbox as sandbox_package
from exercises.exercise import Exercise
from graders.follow import introduce
from graders.preload import wanted_modules
from graders.protocol import Introduction
from sandbox.gpu import GpuShare
from sandbox.kernel import StudentKernel, open_kernel
from sandbox.room import Limits, Mount, Room, RoomSpec, Sandbox

MIB = 1024 * 1024
CODE = Path("/opt/noyau")
CODE_ENV = {"PYTHONPATH": str(CODE)}
STUDENT_CODE = Mount(Path(sandbox_package.__file__).parent / "inside", CODE)
JUDGE_CODE = Mount(Path(graders.__file__).parent, CODE / "graders")
HIDDEN = Path("/run/hidden")
STUDENT_DATA = Path("/home/student/data")
# Beyond the cells and the tests: opening the rooms, collecting tests, writing the verdict.
SPARE_SECONDS = 90.0
JUDGE_MEMORY = 1536 * MIB
JUDGE_DISK = 64 * MIB
JUDGE_PROCESSES = 32


@dataclass(frozen=True, slots=True)
class RoomsWanted:
    """What tells one pair of rooms from another. Pairs of equal wants are interchangeable.

    `modules` are what the student's notebook is likely to import.
    """

    exercise: str
    student: Limits
    judge: Limits
    public: tuple[Mount, ...]
    hidden: tuple[Mount, ...]
    modules: tuple[str, ...]
    gpu: GpuShare | None = None

    @property
    def wall(self) -> float:
        """The seconds that a whole grading in these rooms may take."""
        return self.judge.wall


@dataclass(frozen=True, slots=True)
class Pair:
    """A student's room with its kernel, and a judge's that was introduced to it."""

    kernel: StudentKernel
    judge: Room

    def begin(self) -> None:
        """Start the clocks of both: from now on, a student's work is in them."""
        self.kernel.room.begin()
        self.judge.begin()


class Rooms(ABC):
    """Where gradings take their rooms from. Each pair is used once."""

    sandbox: Sandbox

    @abstractmethod
    def take(self, wanted: RoomsWanted) -> AbstractAsyncContextManager[Pair]:
        """Yield a pair; on leaving, nothing of it is left. Raises RoomFailed."""

    @asynccontextmanager
    async def judge(self, spec: RoomSpec) -> AsyncIterator[Room]:
        """Yield a judge's room alone, for what needs no kernel. Raises RoomFailed."""
        async with await self.sandbox.open(spec) as room:
            yield room


class ColdRooms(Rooms):
    """Opens each pair when it is asked for."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox

    def take(self, wanted: RoomsWanted) -> AbstractAsyncContextManager[Pair]:
        """Yield a fresh pair."""
        return open_pair(wanted, student=self.sandbox, judge=self.sandbox)


@asynccontextmanager
async def open_pair(
    wanted: RoomsWanted, *, student: Sandbox, judge: Sandbox
) -> AsyncIterator[Pair]:
    """Open a pair whose clocks stand still until its `begin`. Raises RoomFailed, JudgeFailed."""
    async with AsyncExitStack() as rooms:
        kernel = await rooms.enter_async_context(
            open_kernel(
                student,
                label=f"{wanted.exercise} student",
                limits=wanted.student,
                mounts=[STUDENT_CODE, *wanted.public],
                env=CODE_ENV,
                gpu=wanted.gpu,
                waiting=True,
            )
        )
        room = await rooms.enter_async_context(
            await judge.open(
                RoomSpec(
                    label=f"{wanted.exercise} judge",
                    argv=("python", "-m", "graders.judge"),
                    limits=wanted.judge,
                    mounts=[JUDGE_CODE, *kernel.mounts, *wanted.hidden],
                    env=CODE_ENV,
                    waiting=True,
                )
            )
        )
        await introduce(room, Introduction(connection_file=str(kernel.connection_file)))
        yield Pair(kernel, room)


def rooms_wanted(exercise: Exercise, data_dir: Path, *, gpu: GpuShare | None = None) -> RoomsWanted:
    """Return what the rooms of an exercise's gradings are made of."""
    limits = exercise.manifest.limits
    wall = 2 * limits.wall_seconds + SPARE_SECONDS
    public, hidden = exercise.public_files(data_dir), exercise.hidden_files(data_dir)
    return RoomsWanted(
        exercise=exercise.manifest.id,
        student=Limits(
            # Before the judge's own limit, so that a kernel that never ends is told apart.
            wall=wall - SPARE_SECONDS / 2,
            cpu=limits.cpu_seconds,
            memory=limits.memory_mib * MIB,
            processes=limits.processes,
            disk=limits.disk_mib * MIB,
            threads=limits.threads,
        ),
        judge=Limits(
            wall=wall,
            cpu=wall,
            memory=JUDGE_MEMORY,
            processes=JUDGE_PROCESSES,
            disk=JUDGE_DISK,
        ),
        public=tuple(Mount(path, STUDENT_DATA / name) for name, path in public.items()),
        hidden=tuple(Mount(path, HIDDEN / name) for name, path in hidden.items()),
        modules=wanted_modules(exercise),
        gpu=gpu,
    )
