"""Templates in a world made by bubblewrap."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from dataclasses import replace

from sandbox.bubblewrap.command import template_options
from sandbox.bubblewrap.etc import etc_files
from sandbox.bubblewrap.tools import Tools
from sandbox.cgroups import Cgroup, close_group
from sandbox.errors import RoomFailed
from sandbox.process import FINISH_PAUSE, FINISH_TRIES, LOG_BYTES, Inherited
from sandbox.room import Template, TemplateSpec
from sandbox.variables import room_variables
from sandbox.warm.template import (
    PLACE,
    PROGRAM_MOUNT,
    TEMPLATE_LIMITS,
    ForkingTemplate,
    RoomWorld,
    TemplateProcess,
    until_ready,
)


class BubblewrapTemplate(TemplateProcess):
    """A template's bubblewrap, with whose end every process of its rooms ends."""

    def __init__(self, *, process: asyncio.subprocess.Process, group: Cgroup) -> None:
        self._process = process
        self._group = group
        self._log = asyncio.create_task(_tail(process))

    def is_alive(self) -> bool:
        """Return whether it runs."""
        return self._process.returncode is None

    def memory(self) -> int:
        """Return the bytes that it holds."""
        return self._group.read().memory

    async def close(self) -> None:
        """End it and wait until nothing of it is left."""
        with suppress(ProcessLookupError):
            self._process.kill()
        await self._process.wait()
        for _ in range(FINISH_TRIES):
            if close_group(self._group):
                break
            await asyncio.sleep(FINISH_PAUSE)
        await self._log

    async def log(self) -> str:
        """Return the end of what it printed, once it has ended."""
        return await self._log


async def open_template(spec: TemplateSpec, *, tools: Tools, world: RoomWorld) -> Template:
    """Return a template once it is ready. Raises RoomFailed."""
    control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with ExitStack() as undoing:
        undoing.callback(control.close)
        process = await _start(spec, tools=tools, world=world, control=theirs)
        try:
            await until_ready(control)
        except (RoomFailed, asyncio.CancelledError) as exc:
            await process.close()
            exc.add_note(await process.log())
            raise
        undoing.pop_all()
    return ForkingTemplate(process=process, control=control, world=world)


async def _start(
    spec: TemplateSpec,
    *,
    tools: Tools,
    world: RoomWorld,
    control: socket.socket,
) -> BubblewrapTemplate:
    inherited = Inherited()
    with ExitStack() as undoing:
        undoing.callback(inherited.close)
        group = world.hierarchy.open(TEMPLATE_LIMITS)
        undoing.callback(close_group, group)
        number = inherited.add(control.detach())
        options = template_options(
            files=etc_files(inherited, uid=os.geteuid()),
            mounts=[*world.mounts, PROGRAM_MOUNT],
            limits=TEMPLATE_LIMITS,
            variables=_variables(spec, world.path),
        )
        arguments = inherited.data("\0".join(options).encode())
        words = ["python", "-m", "sandbox.template", str(number), *spec.modules]
        process = await asyncio.create_subprocess_exec(
            *group.joining([tools.bwrap, "--args", str(arguments), "--", *words]),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
            pass_fds=inherited.fds,
            env={},
            cwd="/",
        )
        undoing.pop_all()
        inherited.close()
    return BubblewrapTemplate(process=process, group=group)


def _variables(spec: TemplateSpec, path: str) -> Mapping[str, str]:
    env = dict(spec.env)
    env["PYTHONPATH"] = os.pathsep.join([str(PLACE), *filter(None, [env.get("PYTHONPATH")])])
    limits = replace(TEMPLATE_LIMITS, threads=spec.threads)
    return room_variables(limits=limits, path=path, env=env)


async def _tail(process: asyncio.subprocess.Process) -> str:
    """Read what a template prints until it ends; return the last of it."""
    log = b""
    if process.stderr is not None:
        while chunk := await process.stderr.read(LOG_BYTES):
            log = (log + chunk)[-LOG_BYTES:]
    return log.decode(errors="replace")
