"""Templates in containers: one container each, whose rooms are forked inside it."""

from __future__ import annotations

import asyncio
import os
import secrets
import select
import shutil
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from docker.errors import ImageNotFound

from sandbox.cgroups import group_of
from sandbox.docker.accounts import account_mounts
from sandbox.docker.container import template_options
from sandbox.docker.engine import FAILURES, Engine, explain
from sandbox.docker.owner import owner_of, remove
from sandbox.docker.seccomp import make_template_profile
from sandbox.errors import RoomFailed, SandboxUnavailable
from sandbox.folder import sweep_folders
from sandbox.places import machine_folder
from sandbox.room import Mount, Template, TemplateSpec
from sandbox.warm.template import (
    PLACE,
    PROGRAM_MOUNT,
    READY_SECONDS,
    TEMPLATE_LIMITS,
    ForkingTemplate,
    RoomWorld,
    TemplateProcess,
    until_ready,
)

# A room's own file system covers it.
INSIDE = Path("/run/noyau")
SOCKET = "control"
PREFIX = "t-"


@dataclass(slots=True)
class ContainerTemplate(TemplateProcess):
    """A template's container, with whose end every process of its rooms ends."""

    engine: Engine
    container: str
    pid: int
    process: int | None

    def is_alive(self) -> bool:
        """Return whether it runs."""
        return self.process is not None and not select.select([self.process], [], [], 0)[0]

    def memory(self) -> int:
        """Return the bytes that it holds."""
        group = group_of(self.pid)
        return group.read().memory if group else 0

    async def close(self) -> None:
        """Remove the container. The next worker's sweep does what this can't."""
        with suppress(*FAILURES):
            await asyncio.to_thread(remove, self.engine, self.container)
        if self.process is not None:
            os.close(self.process)
            self.process = None


async def open_template(
    spec: TemplateSpec, *, engine: Engine, image: str, world: RoomWorld
) -> Template:
    """Return a template once it is ready. Raises RoomFailed, SandboxUnavailable."""
    sweep_folders(machine_folder(), prefix=PREFIX)
    folder = machine_folder() / f"{PREFIX}{os.getpid()}-{secrets.token_hex(4)}"
    with _listening(folder) as listener, ExitStack() as undoing:
        process = await asyncio.to_thread(_start, spec, engine, image, world, folder)
        try:
            control = await _accept(listener)
            undoing.callback(control.close)
            await until_ready(control)
        except (RoomFailed, asyncio.CancelledError):
            await process.close()
            raise
        undoing.pop_all()
    return ForkingTemplate(process=process, control=control, world=world)


@contextmanager
def _listening(folder: Path) -> Iterator[socket.socket]:
    """Yield a socket in `folder` to which one template will connect; then remove both."""
    folder.mkdir(mode=0o700)
    with ExitStack() as undoing:
        undoing.callback(shutil.rmtree, folder)
        listener = undoing.enter_context(socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET))
        listener.bind(str(folder / SOCKET))
        listener.listen(1)
        listener.settimeout(0)
        yield listener


async def _accept(listener: socket.socket) -> socket.socket:
    try:
        async with asyncio.timeout(READY_SECONDS):
            control, _ = await asyncio.get_running_loop().sock_accept(listener)
    except (TimeoutError, OSError) as exc:
        raise RoomFailed(f"A template did not start: {exc}") from exc
    return control


def _start(
    spec: TemplateSpec, engine: Engine, image: str, world: RoomWorld, folder: Path
) -> ContainerTemplate:
    """Create and start the container. Raises RoomFailed, SandboxUnavailable."""
    env = dict(spec.env)
    env["PYTHONPATH"] = os.pathsep.join([str(PLACE), *filter(None, [env.get("PYTHONPATH")])])
    options = template_options(
        spec=replace(spec, env=tuple(env.items())),
        image=image,
        owner=owner_of(os.getpid()),
        limits=replace(TEMPLATE_LIMITS, threads=spec.threads),
        profile=make_template_profile(),
        has_apparmor=engine.has_apparmor,
        command=("python", "-m", "sandbox.template", str(INSIDE / SOCKET), *spec.modules),
        mounts=[*world.mounts, PROGRAM_MOUNT, Mount(folder, INSIDE)],
        accounts=account_mounts(machine_folder() / "accounts", 0),
    )
    with ExitStack() as undoing:
        try:
            container: str = engine.api.create_container(**options)["Id"]
            undoing.callback(remove, engine, container)
            engine.api.start(container)
            pid: int = engine.api.inspect_container(container)["State"]["Pid"]
            process = os.pidfd_open(pid)
        except ImageNotFound as exc:
            raise SandboxUnavailable(
                f"The image of rooms is missing: {image}.", "Build it with: make images"
            ) from exc
        except (*FAILURES, OSError) as exc:
            raise RoomFailed(f"{spec.label}: {explain(exc)}") from exc
        undoing.pop_all()
    return ContainerTemplate(engine=engine, container=container, pid=pid, process=process)
