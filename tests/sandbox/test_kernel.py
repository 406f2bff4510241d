"""A student's kernel in one room, driven from another."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from pathlib import Path

import pytest
from jupyter_client.manager import AsyncKernelManager

from sandbox import EndCause, Mount, RoomEnd, RoomSpec, Sandbox, open_kernel
from sandbox.kernel import KERNEL
from tests.sandbox.rooms import MIB, SMALL

LIMITS = replace(SMALL, memory=1024 * MIB, processes=64, wall=120)
CLIENT = """
import asyncio, json, sys
from jupyter_client.asynchronous import AsyncKernelClient

async def main(file, cells):
    client = AsyncKernelClient(connection_file=file)
    client.load_connection_file()
    client.start_channels()
    await client.wait_for_ready(timeout=60)
    for cell in cells:
        said = []
        def hear(message):
            content = message["content"]
            said.append(content.get("text") or content.get("data", {}).get("text/plain") or "")
        reply = await client.execute_interactive(cell, output_hook=hear, timeout=60)
        print(json.dumps([reply["content"]["status"], "".join(said)]), flush=True)
    client.stop_channels()

asyncio.run(main(sys.argv[1], json.loads(sys.argv[2])))
"""


async def execute(sandbox: Sandbox, *cells: str, mounts: tuple[Mount, ...] = ()) -> list[list[str]]:
    """Return the status and the text of each cell, run in a kernel by a second room."""
    async with open_kernel(sandbox, limits=LIMITS, mounts=mounts, label="student") as kernel:
        judge = RoomSpec(
            label="judge",
            argv=("python", "-c", CLIENT, str(kernel.connection_file), json.dumps(cells)),
            limits=LIMITS,
            mounts=kernel.mounts,
        )
        async with await sandbox.open(judge) as room:
            answers = await room.stdout.read()
            end = await room.wait()
    assert end.cause is EndCause.EXITED, room.log_tail
    return [json.loads(line) for line in answers.splitlines()]


async def test_a_second_room_executes_cells_over_a_read_only_mount(walled: Sandbox) -> None:
    assert await execute(walled, "x = 20", "print(x + 1)", "1 / 0") == [
        ["ok", ""],
        ["ok", "21\n"],
        ["error", ""],
    ]


async def test_the_kernel_starts_in_an_empty_home_with_no_trace_of_the_host(
    each_kind: Sandbox,
) -> None:
    cell = (
        "import os; print([n for n in os.listdir() if not n.startswith('.')], os.getcwd(),"
        " os.environ.get('JPY_PARENT_PID'))"
    )
    assert await execute(each_kind, cell) == [["ok", "[] /home/student None\n"]]


async def test_the_kernel_can_not_change_its_connection_file(each_kind: Sandbox) -> None:
    cell = """
import glob
path = glob.glob("/dev/shm/noyau-*/k-*/connection.json")[0]
changes = (lambda: open(path, "w"), lambda: os.unlink(path), lambda: os.rename(path, "x"))
for change in changes:
    try:
        change()
    except OSError as exc:
        print(exc.strerror)
"""
    assert await execute(each_kind, "import os", cell) == [
        ["ok", ""],
        ["ok", "Read-only file system\n" * 2 + "Invalid cross-device link\n"],
    ]


async def test_forked_processes_of_the_kernel_do_not_hang_it(each_kind: Sandbox) -> None:
    cell = """
import multiprocessing
def square(x):
    print("heard by nobody")
    return x * x
with multiprocessing.Pool(2) as pool:
    print(pool.map(square, range(3)))
"""
    assert await execute(each_kind, cell) == [["ok", "[0, 1, 4]\n"]]


async def test_a_public_data_mount_is_read_in_the_kernel(
    each_kind: Sandbox, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (data / "images.txt").write_text("pixels")
    mount = Mount(source=data, target=Path("/home/student/data"))
    cell = "print(open('data/images.txt').read())"
    assert await execute(each_kind, cell, mounts=(mount,)) == [["ok", "pixels\n"]]


async def test_leaving_removes_the_room_and_its_folder(each_kind: Sandbox) -> None:
    async with open_kernel(each_kind, limits=LIMITS, label="student") as kernel:
        assert kernel.connection_file.parent == kernel.folder
        assert len(str(kernel.folder / "s" / "k-1")) < 100
    assert await kernel.ended() == RoomEnd(EndCause.CLOSED, -9)
    assert not kernel.folder.exists()


async def test_a_failing_block_removes_the_room_and_its_folder(each_kind: Sandbox) -> None:
    with pytest.raises(ZeroDivisionError):
        async with open_kernel(each_kind, limits=LIMITS, label="student") as kernel:
            raise ZeroDivisionError
    assert (await kernel.ended()).cause is EndCause.CLOSED
    assert not kernel.folder.exists()


async def test_the_end_of_a_kernel_is_told(each_kind: Sandbox) -> None:
    limits = replace(LIMITS, wall=1)
    async with open_kernel(each_kind, limits=limits, label="student") as kernel:
        assert (await kernel.ended()).cause is EndCause.WALL


async def test_a_folder_of_a_worker_that_is_gone_is_removed(each_kind: Sandbox) -> None:
    ended = await asyncio.create_subprocess_exec("true")
    await ended.wait()
    async with open_kernel(each_kind, limits=LIMITS, label="student") as kernel:
        left = kernel.folder.parent / f"k-{ended.pid}-abcd"
        (left / "s" / "closed").mkdir(parents=True)
        (left / "s" / "closed").chmod(0)
    async with open_kernel(each_kind, limits=LIMITS, label="student"):
        assert not left.exists()


async def test_a_kernel_manager_launches_in_a_room_by_the_entry_point(
    each_kind: Sandbox, tmp_path: Path
) -> None:
    allowed = {"wall": 120, "cpu": 30, "memory": 1024 * MIB, "processes": 64, "disk": 16 * MIB}
    config = {
        "backend": each_kind.name,
        "room_python": str(each_kind.settings.room_python),
        "allowed": allowed,
    }
    specification = {
        "argv": KERNEL,
        "display_name": "In a room",
        "language": "python",
        "metadata": {
            "kernel_provisioner": {"provisioner_name": "noyau-room", "config": config},
        },
    }
    folder = tmp_path / "kernels" / "room"
    folder.mkdir(parents=True)
    (folder / "kernel.json").write_text(json.dumps(specification))
    manager = AsyncKernelManager(kernel_name="room")
    manager.kernel_spec_manager.kernel_dirs = [str(folder.parent)]
    await manager.start_kernel(env={"NOYAU_SECRET": "key"})
    try:
        client = manager.client()
        client.start_channels()
        await client.wait_for_ready(timeout=60)
        said: list[str] = []
        await client.execute_interactive(
            "import os; print(os.getcwd(), os.environ.get('NOYAU_SECRET'))",
            output_hook=lambda message: said.append(message["content"].get("text", "")),
            timeout=60,
        )
        assert "".join(said) == "/home/student None\n"
        client.stop_channels()
    finally:
        await manager.shutdown_kernel(now=True)
    assert not await manager.is_alive()
