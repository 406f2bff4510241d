"""Rooms by Docker: one container each, of one image."""

from __future__ import annotations

import asyncio
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from functools import partial

from docker.errors import ImageNotFound

from sandbox.cgroups import find_hierarchy
from sandbox.config import SandboxSettings
from sandbox.docker.accounts import account_mounts
from sandbox.docker.container import PATH, container_options
from sandbox.docker.engine import FAILURES, Engine, attach, connect, explain
from sandbox.docker.keeper import ensure_keeper
from sandbox.docker.owner import owner_of, remove, sweep
from sandbox.docker.room import DockerRoom, Started
from sandbox.docker.seccomp import make_profile
from sandbox.docker.template import open_template
from sandbox.errors import RoomFailed, SandboxError, SandboxUnavailable, TemplatesUnavailable
from sandbox.filter import compile_filter
from sandbox.places import machine_folder
from sandbox.room import EndCause, Limits, Room, RoomSpec, Sandbox, Template, TemplateSpec
from sandbox.slots import hold_slot
from sandbox.warm.template import RoomWorld

PROBE = RoomSpec(
    label="probe",
    argv=("python", "-I", "-c", "import ctypes, socket"),
    limits=Limits(wall=20, cpu=10, memory=256 * 1024**2, processes=16, disk=1024**2),
)
REMEDY = "Look at: docker info. Rooms need an engine on this same machine."
# Where the engine maps users, only the first 65536 exist in a container.
MAPPED_UID_BASE = 10_000


@dataclass(frozen=True, slots=True)
class Ready:
    """What is found out once, before the first room."""

    engine: Engine
    image: str
    profile: str


class DockerSandbox(Sandbox):
    """Opens rooms with the Docker engine of this machine."""

    name = "docker"

    def __init__(self, settings: SandboxSettings) -> None:
        self.settings = settings
        self._lock = threading.Lock()
        self._ready: Ready | None = None

    def check(self) -> None:
        """Open a probe room, the first time; raise SandboxUnavailable if it does not open."""
        self._prepare()

    def environment(self) -> str:
        """Return the digest of the image."""
        return self._prepare().image

    async def open(self, spec: RoomSpec) -> Room:
        """Return a started room. Raises RoomFailed, SandboxUnavailable."""
        ready = self._ready
        if ready is None:
            ready = await asyncio.to_thread(self._prepare)
        ensure_keeper(self.settings.engine)
        try:
            return await self._open(spec, ready)
        except SandboxError:
            # The engine or its image may be gone: what was found out is found out again.
            self._ready = None
            raise

    async def open_template(self, spec: TemplateSpec) -> Template:
        """Return a template in a container of its own.

        Raises TemplatesUnavailable where rooms can't be taken out of that container's group into
        their own, or have a kernel between them and this machine's.
        """
        ready = self._ready
        if ready is None:
            ready = await asyncio.to_thread(self._prepare)
        hierarchy = await asyncio.to_thread(find_hierarchy, self.settings.cgroup_parent)
        if os.geteuid() != 0 or hierarchy is None:
            raise TemplatesUnavailable("Rooms are forked by root alone, and under control groups.")
        if ready.engine.maps_users or self.settings.runtime is not None:
            raise TemplatesUnavailable("Rooms are not forked under mapped users or a runtime.")
        ensure_keeper(self.settings.engine)
        world = RoomWorld(
            path=PATH,
            uid_base=self.settings.room_uid_base,
            uid_slots=machine_folder() / f"uids-{self.settings.room_uid_base}",
            system_calls=compile_filter(),
            hierarchy=hierarchy,
            mounts=spec.mounts,
        )
        return await open_template(spec, engine=ready.engine, image=ready.image, world=world)

    def _prepare(self) -> Ready:
        with self._lock:
            if self._ready is None:
                with ExitStack() as undoing:
                    engine = connect(self.settings.engine)
                    undoing.callback(engine.api.close)
                    ready = Ready(engine, engine.image_id(self.settings.image), make_profile())
                    with suppress(*FAILURES):
                        sweep(engine)
                    # The caller's thread may have a loop that runs.
                    with ThreadPoolExecutor(max_workers=1) as thread:
                        thread.submit(asyncio.run, self._probe(ready)).result()
                    undoing.pop_all()
                self._ready = ready
            return self._ready

    async def _probe(self, ready: Ready) -> None:
        try:
            async with await self._open(PROBE, ready) as room:
                end = await room.wait()
        except RoomFailed as exc:
            raise SandboxUnavailable(f"Docker can't open a room: {exc}.", REMEDY) from exc
        if (end.cause, end.code) != (EndCause.EXITED, 0):
            said = room.log_tail.strip() or f"{end.cause}, {end.code}"
            raise SandboxUnavailable(f"Docker's rooms do not run Python: {said}.", REMEDY)

    async def _open(self, spec: RoomSpec, ready: Ready) -> Room:
        with ExitStack() as held:
            is_mapped = ready.engine.maps_users
            base = MAPPED_UID_BASE if is_mapped else self.settings.room_uid_base
            user = base + held.enter_context(hold_slot(machine_folder() / f"uids-{base}"))
            return await DockerRoom.start(
                engine=ready.engine,
                spec=spec,
                launch=partial(launch, ready, spec, user, self.settings.runtime),
                held=held.pop_all(),
            )


def launch(ready: Ready, spec: RoomSpec, user: int, runtime: str | None) -> Started:
    """Create, attach and start the container of a room. Raises RoomFailed, SandboxUnavailable."""
    options = container_options(
        spec=spec,
        image=ready.image,
        user=user,
        owner=owner_of(os.getpid()),
        cpus=ready.engine.cpus,
        profile=ready.profile,
        runtime=runtime,
        accounts=account_mounts(machine_folder() / "accounts", user),
    )
    with ExitStack() as undoing:
        try:
            container: str = ready.engine.api.create_container(**options)["Id"]
            undoing.callback(remove, ready.engine, container)
            connection = attach(ready.engine, container)
            undoing.callback(connection.close)
            ready.engine.api.start(container)
            pid: int = ready.engine.api.inspect_container(container)["State"]["Pid"]
            process = os.pidfd_open(pid)
        except ImageNotFound as exc:
            raise SandboxUnavailable(
                f"The image of rooms is missing: {ready.image}.", "Build it with: make images"
            ) from exc
        except (*FAILURES, OSError) as exc:
            raise RoomFailed(f"{spec.label}: {explain(exc)}") from exc
        undoing.pop_all()
    return Started(container=container, pid=pid, process=process, connection=connection)
