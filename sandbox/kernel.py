"""A student's kernel: ipykernel in a room of its own, reached over Unix sockets."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from jupyter_client.kernelspec import KernelSpec

from sandbox.errors import RoomFailed
from sandbox.provisioner import RoomProvisioner
from sandbox.room import Limits, Mount, Room, RoomEnd, Sandbox

KERNEL = (
    "python",
    # It would pass on by loopback what forked processes print; rooms have none.
    "-W",
    "ignore:Couldn't bind IOPub Pipe:UserWarning",
    "-m",
    "ipykernel_launcher",
    "-f",
    "{connection_file}",
    "--HistoryManager.enabled=False",
    "--InteractiveShellApp.exec_PYTHONSTARTUP=False",
    "--IPKernelApp.log_level=ERROR",
)


@dataclass(frozen=True, slots=True)
class StudentKernel:
    """An open student room. This process never connects to the kernel: another room does.

    That room mounts `mounts` and reads `connection_file`, whose path is the same everywhere.
    """

    folder: Path
    connection_file: Path
    mounts: tuple[Mount, ...]
    room: Room

    async def ended(self) -> RoomEnd:
        """Return how the room ended, once it has."""
        return await self.room.wait()


@asynccontextmanager
async def open_kernel(
    sandbox: Sandbox,
    *,
    limits: Limits,
    mounts: Sequence[Mount] = (),
    env: Mapping[str, str] | None = None,
    label: str,
    waiting: bool = False,
) -> AsyncIterator[StudentKernel]:
    """Open a kernel in a student room; on leaving, nothing of it is left.

    The kernel is starting when this yields; a client waits for it to be ready. Raises RoomFailed,
    SandboxUnavailable.
    """
    specification = KernelSpec(
        argv=list(KERNEL), display_name=label, language="python", env=dict(env or {})
    )
    provisioner = RoomProvisioner(
        kernel_id=str(uuid.uuid4()),
        kernel_spec=specification,
        sandbox=sandbox,
        limits=limits,
        mounts=list(mounts),
        label=label,
        waiting=waiting,
    )
    try:
        launch = await provisioner.pre_launch()
        await provisioner.launch_kernel(**launch)
        if provisioner.room is None or provisioner.folder is None:
            raise RoomFailed(f"{label}: the kernel did not launch.")
        yield StudentKernel(
            folder=provisioner.folder.path,
            connection_file=provisioner.folder.connection_file,
            mounts=provisioner.folder.judge_mounts,
            room=provisioner.room,
        )
    finally:
        await provisioner.cleanup()
