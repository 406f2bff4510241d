"""Rooms without walls, for the tests of what every kind of room has in common."""

from __future__ import annotations

from contextlib import ExitStack

from sandbox.config import SandboxSettings
from sandbox.process import OPENING, Command, Inherited, Launch, RoomProcess
from sandbox.room import Room, RoomSpec, Sandbox
from sandbox.usage import ProcessTreeMeter
from sandbox.variables import room_variables


class LocalSandbox(Sandbox):
    """Runs a room's program on this machine as it is."""

    name = "local"

    def __init__(self, settings: SandboxSettings) -> None:
        self.settings = settings

    def check(self) -> None:
        """Nothing is needed."""

    def environment(self) -> str:
        """Return the interpreter's path."""
        return f"local:{self.settings.room_python}"

    async def open(self, spec: RoomSpec) -> Room:
        """Return a started process with the room's variables."""
        path = f"{self.settings.room_python.parent}:/usr/bin:/bin"
        variables = room_variables(limits=spec.limits, path=path, env=spec.env)
        words = [f"{name}={value}" for name, value in variables.items()]
        argv = ["/usr/bin/env", "-i", *words, "/bin/sh", "-c", OPENING, "room", *spec.argv]
        return await RoomProcess.start(
            Launch(
                label=spec.label,
                start=Command(argv, Inherited()).start,
                limits=spec.limits,
                shared=[mount.source for mount in spec.mounts if mount.writable],
                meter=lambda pid: ProcessTreeMeter(pid=pid, allowed_memory=spec.limits.memory),
                held=ExitStack(),
                waiting=spec.waiting,
            )
        )
