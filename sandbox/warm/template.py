"""A template as the worker sees it: a process that is asked for rooms, and the rooms it forks."""

from __future__ import annotations

import asyncio
import os
import socket
from abc import ABC, abstractmethod
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from sandbox.cgroups import Cgroup, Hierarchy, close_group, open_group
from sandbox.errors import RoomFailed
from sandbox.hidden import HIDDEN_FILES, HIDDEN_FOLDERS
from sandbox.process import Launch, RoomProcess, Running
from sandbox.room import Limits, Mount, Room, RoomSpec, Template
from sandbox.shares import DISK_SHARES, account_files, private_sizes, resource_limits
from sandbox.slots import hold_slot
from sandbox.template import syscalls
from sandbox.template.messages import MOST_MOUNTS, ForkRequest
from sandbox.variables import HOME, room_variables
from sandbox.warm.forked import ForkedProcess, make_ends, meet
from sandbox.watch import MOST_PRIVATE_FILES

PACKAGE = Path(syscalls.__file__).parent
PLACE = Path("/opt/template")
PROGRAM_MOUNT = Mount(PACKAGE, PLACE / "sandbox" / "template")
READY = b"ready"
SEND_SECONDS = 5.0
# Torch with its compiler takes some seconds on a busy machine.
READY_SECONDS = 60.0
MIB = 1024 * 1024
FOR_EVER = 1e9
TEMPLATE_LIMITS = Limits(
    wall=FOR_EVER, cpu=FOR_EVER, memory=4096 * MIB, processes=256, disk=16 * MIB
)


class TemplateProcess(ABC):
    """However a template was started: something that ends, and then its rooms end too."""

    @abstractmethod
    def is_alive(self) -> bool:
        """Return whether it runs."""

    @abstractmethod
    def memory(self) -> int:
        """Return the bytes that it holds."""

    @abstractmethod
    async def close(self) -> None:
        """End it and remove what it left."""


@dataclass(frozen=True, slots=True)
class RoomWorld:
    """What is the same for all rooms of a template, on this machine; `mounts` it has already."""

    path: str
    uid_base: int
    uid_slots: Path
    system_calls: bytes
    hierarchy: Hierarchy
    mounts: tuple[Mount, ...]

    def covered(self) -> list[Mount]:
        """Return the template's mounts that a room's own file systems would cover."""
        return [
            mount
            for mount in self.mounts
            if any(mount.target.is_relative_to(place) for place in DISK_SHARES)
        ]


class ForkingTemplate(Template):
    """A started template. `control` carries requests, its end is the template's."""

    def __init__(
        self, *, process: TemplateProcess, control: socket.socket, world: RoomWorld
    ) -> None:
        control.settimeout(SEND_SECONDS)
        self._process = process
        self._control = control
        self._world = world
        self._forks = True

    def is_alive(self) -> bool:
        """Return whether rooms may still be forked from it."""
        return self._forks and self._process.is_alive()

    def memory(self) -> int:
        """Return the bytes that it holds, which its rooms share."""
        return self._process.memory()

    async def fork(self, spec: RoomSpec) -> Room:
        """Return a room as `Sandbox.open` does. Raises RoomFailed."""
        if spec.gpu is not None:
            raise RoomFailed(f"{spec.label}: a template's world holds no device.")
        with ExitStack() as held:
            world = self._world
            uid = world.uid_base + held.enter_context(hold_slot(world.uid_slots))
            group = open_group(spec.label, spec.limits, world.hierarchy)
            held.callback(close_group, group)
            fork = _Fork(self._control, world, spec, uid, group)
            launch = Launch(
                label=spec.label,
                start=fork.start,
                first=fork.first,
                limits=spec.limits,
                shared=[mount.source for mount in spec.mounts if mount.writable],
                meter=lambda _: group,
                held=held.pop_all(),
                finish=partial(close_group, group),
                waiting=spec.waiting,
            )
        try:
            return await RoomProcess.start(launch)
        except RoomFailed:
            # Perhaps for its own reasons, perhaps for the room's: a fresh one costs little.
            self._forks = False
            raise

    async def close(self) -> None:
        """End it, and with it every room that was forked from it."""
        self._control.close()
        await self._process.close()


class _Fork:
    """The forking of one room."""

    def __init__(
        self, control: socket.socket, world: RoomWorld, spec: RoomSpec, uid: int, group: Cgroup
    ) -> None:
        self._control = control
        self._world = world
        self._spec = spec
        self._uid = uid
        self._group = group
        self._pid: int | None = None

    def first(self) -> int | None:
        """Return the room's first process, once it is there."""
        return self._pid

    async def start(self) -> Running:
        """Ask for the room and return its process. Raises RoomFailed, OSError."""
        with ExitStack() as ours, ExitStack() as theirs:
            ends = make_ends(theirs)
            for fd in (ends.stdin, ends.stdout, ends.stderr):
                ours.callback(os.close, fd)
            ours.callback(ends.channel.close)
            self._ask(ends.theirs, theirs)
            theirs.close()
            self._pid = await meet(ends.channel, admit=self._group.admit)
            ours.pop_all()
            return await ForkedProcess.join(pid=self._pid, ends=ends)

    def _ask(self, ends: tuple[int, int, int, int], held: ExitStack) -> None:
        spec, world = self._spec, self._world
        mounts = [*world.covered(), *(m for m in spec.mounts if m not in world.mounts)]
        if len(mounts) > MOST_MOUNTS:
            raise RoomFailed(f"{spec.label}: more than {MOST_MOUNTS} mounts.")
        trees = [_clone(mount, held) for mount in mounts]
        program = os.memfd_create("filter")
        held.callback(os.close, program)
        os.write(program, world.system_calls)
        request = fork_request(spec, mounts=mounts, uid=self._uid, path=world.path)
        try:
            socket.send_fds(self._control, [request.encode()], [*ends, program, *trees])
        except OSError as exc:
            raise RoomFailed(f"{spec.label}: the template is gone: {exc}") from exc


def fork_request(spec: RoomSpec, *, mounts: list[Mount], uid: int, path: str) -> ForkRequest:
    """Return what the template is told of a room."""
    limits = spec.limits
    return ForkRequest(
        argv=list(spec.argv),
        env=room_variables(limits=limits, path=path, env=spec.env),
        home=HOME,
        uid=uid,
        threads=limits.threads,
        mounts=[str(mount.target) for mount in mounts],
        private=private_sizes(limits),
        most_files=2 * MOST_PRIVATE_FILES,
        hidden_files=list(HIDDEN_FILES),
        hidden_folders=list(HIDDEN_FOLDERS),
        etc=account_files(uid),
        rlimits={f"RLIMIT_{name.upper()}": each for name, each in resource_limits(limits).items()},
    )


def _clone(mount: Mount, held: ExitStack) -> int:
    try:
        tree = syscalls.clone_mount(str(mount.source), writable=mount.writable)
    except OSError as exc:
        raise RoomFailed(f"{mount.source}: {exc}") from exc
    held.callback(os.close, tree)
    return tree


async def until_ready(control: socket.socket) -> None:
    """Wait for a template to say that it has imported everything. Raises RoomFailed."""
    control.settimeout(0)
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(READY_SECONDS):
            said = await loop.sock_recv(control, len(READY))
    except (TimeoutError, OSError) as exc:
        raise RoomFailed(f"A template did not start: {exc}") from exc
    if said != READY:
        raise RoomFailed("A template ended before it was ready.")
