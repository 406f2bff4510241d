"""What happens to a room that uses too much."""

from __future__ import annotations

import asyncio
import os
import time
from dataclasses import replace
from pathlib import Path

import pytest

from sandbox import EndCause, Mount, Sandbox
from sandbox.usage import PROC
from tests.sandbox.rooms import MIB, SMALL, named, own_mounts, processes_with, python, run


async def test_one_allocation_past_the_limit_raises_memory_error(walled: Sandbox) -> None:
    code = """
try:
    bytearray(1 << 30)
except MemoryError:
    print("MemoryError")
"""
    printed, end = await run(walled, code)
    assert (printed, end.cause) == ("MemoryError\n", EndCause.EXITED)


async def test_memory_of_many_processes_together_is_bounded(walled: Sandbox) -> None:
    code = """
import os, time
for _ in range(5):
    if os.fork() == 0:
        block = bytearray(os.urandom(1024) * 1024 * 80)
        time.sleep(600)
time.sleep(600)
"""
    _, end = await run(walled, code)
    assert (end.cause, end.allowed) == (EndCause.MEMORY, SMALL.memory)
    assert end.used is not None
    assert end.used >= SMALL.memory


async def test_shared_memory_is_bounded(walled: Sandbox) -> None:
    code = """
import mmap, time
block = mmap.mmap(-1, 600 * 1024 * 1024)
for start in range(0, len(block), 4096):
    block[start] = 1
time.sleep(600)
"""
    _, end = await run(walled, code)
    assert end.cause is EndCause.MEMORY


async def test_pages_shared_by_forks_count_once(walled: Sandbox) -> None:
    code = """
import os
block = bytearray(120 * 1024 * 1024)
children = [os.fork() for _ in range(1)]
if 0 in children:
    os.read(0, 1)
    os._exit(0)
children += [os.posix_spawn("/bin/true", ["true"], {})]
print("forked", flush=True)
os.read(0, 1)
"""
    async with await walled.open(python(code)) as room:
        assert await room.stdout.readline() == b"forked\n"
        room.stdin.write(b"xx")
        assert (await room.wait()).cause is EndCause.EXITED


async def test_training_a_small_network_fits_two_gibibytes(walled: Sandbox) -> None:
    code = """
import torch
from torch import nn
torch.manual_seed(0)
net = nn.Sequential(nn.Conv2d(1, 16, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(),
                    nn.Linear(16 * 13 * 13, 10))
optimiser = torch.optim.Adam(net.parameters())
images, labels = torch.randn(256, 1, 28, 28), torch.randint(10, (256,))
for _ in range(5):
    optimiser.zero_grad()
    loss = nn.functional.cross_entropy(net(images), labels)
    loss.backward()
    optimiser.step()
print("trained", bool(loss.isfinite()))
"""
    printed, end = await run(walled, code, limits=replace(SMALL, memory=2048 * MIB))
    assert (printed, end.cause) == ("trained True\n", EndCause.EXITED)


async def test_private_files_fill_up_at_the_disk_limit(walled: Sandbox) -> None:
    code = """
import errno
written = {}
for folder in ("/home/student", "/tmp", "/dev/shm"):
    written[folder] = 0
    for number in range(64):
        try:
            with open(f"{folder}/{number}", "wb", buffering=0) as file:
                written[folder] += file.write(bytes(1 << 20))
        except OSError as exc:
            assert exc.errno == errno.ENOSPC
            break
print(sum(written.values()) >> 20)
"""
    printed, end = await run(walled, code)
    assert (int(printed), end.cause) == (SMALL.disk // MIB, EndCause.EXITED)


async def test_a_flood_of_small_private_files_ends_the_room(walled: Sandbox) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root may ask another user's file system")
    code = "n = 0\nwhile True:\n    open(f'/tmp/{n}', 'w').close()\n    n += 1"
    _, end = await run(walled, code, limits=replace(SMALL, memory=2048 * MIB))
    assert end.cause is EndCause.DISK


OUT = Path("/home/student/out")
FLOODS = {
    "entries": "n = 0\nwhile True:\n    open(str(n), 'w').close(); n += 1",
    "depth": "while True:\n    os.mkdir('d'); os.chdir('d')",
    "bytes": "n = 0\nwhile True:\n    open(str(n), 'wb').write(bytes(1 << 20)); n += 1",
    "long names": (
        "import time\nfor _ in range(30): os.mkdir('d' * 250); os.chdir('d' * 250)\ntime.sleep(600)"
    ),
}
if os.geteuid() != 0:  # Nothing is closed to root.
    FLOODS["closed folder"] = "import time\nos.mkdir('d'); os.chmod('d', 0o300); time.sleep(600)"


@pytest.mark.parametrize("flood", FLOODS.values(), ids=FLOODS)
async def test_filling_a_shared_folder_ends_the_room(
    walled: Sandbox, tmp_path: Path, flood: str
) -> None:
    shared = tmp_path / "s"
    shared.mkdir()
    shared.chmod(0o777)
    mount = Mount(source=shared, target=OUT, writable=True)
    code = f"import os\nos.chdir({str(OUT)!r})\n{flood}"
    _, end = await run(walled, code, mounts=[mount])
    assert end.cause is EndCause.DISK
    # pytest removes its folders by recursion, which stops long before the depth of this one.
    removing = await asyncio.create_subprocess_exec("rm", "-rf", str(shared))
    assert await removing.wait() == 0


async def test_a_folder_that_turns_into_a_file_is_no_trouble(
    walled: Sandbox, tmp_path: Path
) -> None:
    shared = tmp_path / "s"
    shared.mkdir()
    shared.chmod(0o777)
    code = """
import os, time
os.chdir("/home/student/out")
end = time.monotonic() + 2
while time.monotonic() < end:
    os.mkdir("d"); os.rmdir("d"); os.symlink("/", "d"); os.unlink("d")
"""
    mount = Mount(source=shared, target=OUT, writable=True)
    _, end = await run(walled, code, mounts=[mount])
    assert end.cause is EndCause.EXITED


async def test_a_fork_bomb_ends_with_its_room(walled: Sandbox) -> None:
    mark = f"bomb-{walled.name}-{walled.settings.use_cgroups}"
    code = f"""
import os  # {mark}
while True:
    try:
        os.fork()
    except OSError:
        pass
"""
    _, end = await run(walled, code, limits=replace(SMALL, cpu=20, wall=40))
    assert end.cause in (EndCause.PROCESSES, EndCause.CPU, EndCause.MEMORY)
    assert processes_with(mark) == []


async def test_processes_and_threads_are_bounded(walled: Sandbox) -> None:
    code = """
import threading
stop = threading.Event()
try:
    for count in range(1000):
        threading.Thread(target=stop.wait).start()
except RuntimeError:
    print(count)
stop.set()
"""
    limits = replace(SMALL, memory=2048 * MIB)
    printed, end = await run(walled, code, limits=limits)
    assert end.cause is EndCause.EXITED
    # A room that is forked has one process less that is not its own.
    assert limits.processes - int(printed) in (0, 1)


ORPHANS = {
    "ignores every signal": "import signal\nfor n in (1, 2, 15): signal.signal(n, signal.SIG_IGN)",
    "double fork": "import os\nif os.fork() == 0:\n    os.setsid()\n    if os.fork(): os._exit(0)",
    "stopped": "import os\nif os.fork() == 0: os.kill(os.getpid(), 19)",
}


@pytest.mark.parametrize("trick", ORPHANS.values(), ids=ORPHANS.keys())
async def test_closing_leaves_no_process(walled: Sandbox, trick: str) -> None:
    mark = f"orphan-{os.getpid()}"
    code = f"{trick}\nimport time\nprint('up', flush=True)\ntime.sleep(600)  # {mark}"
    room = await walled.open(python(named(code)))
    assert await room.stdout.readline() == b"up\n"
    assert len(processes_with(mark)) > 0
    await room.close()
    assert processes_with(mark) == []


async def test_processes_left_by_a_program_end_with_it(walled: Sandbox) -> None:
    mark = f"left-{os.getpid()}"
    code = f"import os, time\nif os.fork() == 0:\n    os.setsid()\n    time.sleep(600)  # {mark}"
    async with await walled.open(python(code)) as room:
        assert (await room.wait()).cause is EndCause.EXITED
        assert processes_with(mark) == []


async def test_a_room_leaves_no_mount_no_group_and_no_descriptor(walled: Sandbox) -> None:
    def traces() -> list[object]:
        groups = Path("/sys/fs/cgroup").glob(f"*/noyau/{os.getpid()}-*")
        return [
            own_mounts(),
            len(list((PROC / "self/fd").iterdir())),
            sorted(map(str, groups)),
        ]

    # The loop opens descriptors of its own for its first child, an engine's client for its first
    # calls, which it keeps for the next.
    for _ in range(6):
        await run(walled, "pass")
    before = traces()
    await run(walled, "print(1)")
    assert traces() == before


async def test_a_room_gets_as_many_processors_as_it_has_threads(bubblewrap: Sandbox) -> None:
    code = """
import os, time
for _ in range(3):
    if os.fork() == 0:
        break
began = time.monotonic()
while time.monotonic() - began < 1.5:
    pass
"""
    async with await bubblewrap.open(python(code)) as room:
        began = time.monotonic()
        assert (await room.wait()).cause is EndCause.EXITED
        used = room.cpu_seconds()
    assert used is not None
    # One thread's worth of all processors, and what one period may overdraw.
    assert used <= time.monotonic() - began + 0.3
