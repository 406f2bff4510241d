"""What a worker killed outright leaves behind."""

from __future__ import annotations

import asyncio
import os
import select
import sys

from sandbox import Sandbox
from sandbox.bubblewrap.backend import examine_machine
from tests.sandbox.conftest import REPOSITORY
from tests.sandbox.rooms import processes_with

WORKER = """
import asyncio, sys
from pathlib import Path
from sandbox import Limits, RoomSpec, SandboxSettings, get_sandbox
from tests.sandbox.forking import ForkingSandbox
from tests.sandbox.rooms import named

LIMITS = Limits(wall=600, cpu=10, memory=128 * 1024**2, processes=16, disk=1024**2)
CODE = "import time; print('up', flush=True); time.sleep(600)  # "

async def main(name, python, use_cgroups, mark):
    settings = SandboxSettings(room_python=Path(python), use_cgroups=use_cgroups == "True")
    kind, _, forked = name.partition(", ")
    sandbox = get_sandbox(kind, settings)
    if forked:
        sandbox = ForkingSandbox(sandbox)
    room = await sandbox.open(RoomSpec("test", ("python", "-c", named(CODE + mark)), LIMITS))
    await room.stdout.readline()
    print("up", flush=True)
    await room.wait()

asyncio.run(main(*sys.argv[1:]))
"""


async def test_rooms_end_with_their_worker_and_the_next_one_sweeps(walled: Sandbox) -> None:
    settings = walled.settings
    mark = f"worker-{os.getpid()}"
    worker = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", WORKER),
        *(walled.name, settings.room_python, str(settings.use_cgroups), mark),
        stdout=asyncio.subprocess.PIPE,
        cwd=REPOSITORY,
    )
    assert worker.stdout is not None
    assert await worker.stdout.readline() == b"up\n"
    rooms = {os.pidfd_open(pid) for pid in processes_with(mark) if pid != worker.pid}
    assert len(rooms) > 0

    worker.kill()
    await worker.wait()
    waiting = set(rooms)
    while waiting:
        ended, _, _ = await asyncio.to_thread(select.select, waiting, [], [], 30)
        assert ended, "the room outlives its worker"
        waiting -= set(ended)
    for fd in rooms:
        os.close(fd)

    if walled.name == "docker":
        return
    hierarchy = examine_machine(settings).hierarchy
    folders = hierarchy.folders.values() if hierarchy else []
    assert [left for folder in folders for left in folder.glob(f"{worker.pid}-*")] == []
