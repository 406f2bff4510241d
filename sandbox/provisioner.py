"""A jupyter_client provisioner whose kernels run in rooms, of any kind of sandbox."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path
from typing import Any

from jupyter_client.connect import ConnectionFileMixin, KernelConnectionInfo
from jupyter_client.provisioning.provisioner_base import KernelProvisionerBase
from traitlets import Bool, Dict, Instance, List, Unicode

from sandbox.config import SandboxSettings
from sandbox.errors import RoomFailed
from sandbox.folder import SharedFolder, create_folder
from sandbox.places import rooms_folder
from sandbox.room import Limits, Mount, Room, RoomSpec, Sandbox
from sandbox.select import AUTO, get_sandbox

CHUNK = 64 * 1024


class RoomProvisioner(KernelProvisionerBase):
    """Launches a kernel in a room and speaks to it by no other way than its process.

    `sandbox` and `limits` are objects for callers that have them. A kernel specification, which
    holds plain data, gives `backend`, `room_python` and `allowed` (the fields of Limits) instead.
    The kernel sees no variable of this process.
    """

    sandbox = Instance("sandbox.room.Sandbox")
    limits = Instance(Limits)
    mounts = List(Instance(Mount))
    label = Unicode("kernel")
    waiting = Bool(default_value=False)
    backend = Unicode(AUTO)
    room_python = Unicode()
    allowed = Dict()

    folder: SharedFolder | None = None
    room: Room | None = None
    _drain: asyncio.Task[None] | None = None

    def _sandbox_default(self) -> Sandbox:
        return get_sandbox(self.backend, SandboxSettings(room_python=Path(self.room_python)))

    def _limits_default(self) -> Limits:
        return Limits(**self.allowed)

    @property
    def has_process(self) -> bool:
        """Whether a room is open."""
        return self.room is not None

    async def pre_launch(self, **_kwargs: object) -> dict[str, Any]:
        """Write the connection file; return the kernel's command. The caller's `env` is unused."""
        if self.folder is None:
            self.folder = create_folder(rooms_folder(self.sandbox.settings))
            info = self.folder.write_connection_file()
            self.connection_info = info
        path = str(self.folder.connection_file)
        if isinstance(self.parent, ConnectionFileMixin):
            self.parent.connection_file = path
            self.parent.load_connection_info(self.connection_info)
        command = [word.replace("{connection_file}", path) for word in self.kernel_spec.argv]
        return {"cmd": command, "env": dict(self.kernel_spec.env)}

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:  # noqa: ANN401
        """Open a room that runs the kernel; return how to connect. Raises RoomFailed."""
        if self.folder is None:
            raise RoomFailed(f"{self.label}: launched before its connection file was written.")
        self.room = await self.sandbox.open(
            RoomSpec(
                label=self.label,
                argv=cmd,
                limits=self.limits,
                mounts=(*self.mounts, *self.folder.student_mounts),
                env=kwargs.get("env", {}),
                waiting=self.waiting,
            )
        )
        self.room.stdin.close()
        self._drain = asyncio.create_task(_drain(self.room))
        return self.connection_info

    async def poll(self) -> int | None:
        """Return None while the kernel runs, then its exit status."""
        if self.room is None:
            return 0
        try:
            async with asyncio.timeout(0):
                return (await self.room.wait()).code
        except TimeoutError:
            return None

    async def wait(self) -> int | None:
        """Return the kernel's exit status, once it has ended."""
        if self.room is None:
            return 0
        code = (await self.room.wait()).code
        await self._leave()
        return code

    async def send_signal(self, signum: int) -> None:
        """Kill the room for SIGKILL and SIGTERM. A kernel is interrupted by message instead."""
        if signum in (signal.SIGKILL, signal.SIGTERM):
            await self._leave()

    async def kill(self, restart: bool = False) -> None:  # noqa: ARG002, FBT001, FBT002
        """Kill everything in the room."""
        await self._leave()

    async def terminate(self, restart: bool = False) -> None:  # noqa: ARG002, FBT001, FBT002
        """Kill everything in the room: nothing in it is worth a goodbye."""
        await self._leave()

    async def cleanup(self, restart: bool = False) -> None:  # noqa: FBT001, FBT002
        """Remove the room and, unless the kernel starts again, its sockets."""
        await self._leave()
        if self.folder is not None and not restart:
            await self.folder.remove()
            self.folder = None

    async def _leave(self) -> None:
        if self.room is not None:
            await self.room.close()
            self.room = None
        if self._drain is not None:
            await self._drain
            self._drain = None


async def _drain(room: Room) -> None:
    """Read and drop what the kernel prints outside its protocol, so that it never blocks."""
    while await room.stdout.read(CHUNK):
        pass
