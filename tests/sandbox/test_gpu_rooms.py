"""What a room has of a GPU: its device's files alone, and no more memory than its share."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from sandbox import EndCause, RoomFailed, RoomSpec, Sandbox
from sandbox.gpu import GpuShare
from sandbox.gpu.device import DriverFile
from sandbox.gpu.errors import GpuLost
from tests.sandbox.gpus import MIB, NULL, a_share, device_files
from tests.sandbox.rooms import processes_with, python

LOOK = """
import json, os, stat
def kind(path):
    try: return os.stat(path).st_rdev
    except OSError as error: return error.errno
def write(path):
    try:
        with open(path, "r+b", buffering=0) as file: return file.write(b"ok")
    except OSError as error: return error.errno
mine, other = "/dev/{mine}", "/dev/{other}"
found = [os.path.join(at, name) for at, _, names in os.walk("/dev") for name in names]
print(json.dumps(dict(
    ours=sorted(path for path in found if "noyau" in path),
    kind=kind(mine), other=kind(other), written=write(mine),
    driver=open("/opt/nvidia/lib/libcuda.so.1").read(),
    replaced=write("/opt/nvidia/lib/libcuda.so.1"),
    env={{name: os.environ.get(name) for name in ("CUDA_VISIBLE_DEVICES", "LD_LIBRARY_PATH")}},
)))
"""
WAIT = "import time; print('up', flush=True); time.sleep(600)  # {mark}"


@pytest.fixture
def nodes() -> Iterator[tuple[Path, ...]]:
    """The device files of two devices."""
    names = (f"noyau-test-{os.getpid()}-{number}" for number in range(2))
    with device_files(*names) as paths:
        yield paths


def with_gpu(spec: RoomSpec, share: GpuShare) -> RoomSpec:
    return replace(spec, gpu=share)


async def test_a_room_sees_its_own_device_and_no_other(
    opened: Sandbox, nodes: tuple[Path, ...], tmp_path: Path
) -> None:
    mine, other = nodes
    library = tmp_path / "libcuda.so.580"
    library.write_text("a driver")
    library.chmod(0o644)
    driver = (DriverFile(source=library, name=Path("lib/libcuda.so.1")),)
    code = LOOK.format(mine=mine.name, other=other.name)
    spec = with_gpu(python(code), a_share(nodes=(mine,), driver=driver))
    async with await opened.open(spec) as room:
        room.stdin.close()
        seen = json.loads(await room.stdout.read())
    assert seen.pop("replaced") in (13, 30)
    assert seen == {
        "ours": [str(mine)],
        "kind": NULL,
        "other": 2,
        "written": 2,
        "driver": "a driver",
        "env": {"CUDA_VISIBLE_DEVICES": "GPU-0", "LD_LIBRARY_PATH": "/opt/nvidia/lib"},
    }


@pytest.mark.skipif(not Path("/proc/driver").is_dir(), reason="This kernel has no /proc/driver.")
@pytest.mark.bwrap
async def test_the_driver_is_told_to_leave_device_files_alone(bubblewrap: Sandbox) -> None:
    code = """
import os
print([os.path.join(at, name) for at, _, names in os.walk("/proc/driver") for name in names])
print(open("/proc/driver/nvidia/params").read().strip())
try: open("/proc/driver/more", "w")
except OSError as error: print(error.strerror)
"""
    async with await bubblewrap.open(with_gpu(python(code), a_share())) as room:
        printed = await room.stdout.read()
    assert printed.decode().splitlines() == [
        "['/proc/driver/nvidia/params']",
        "ModifyDeviceFiles: 0",
        "Read-only file system",
    ]


async def test_a_room_without_a_gpu_sees_none(opened: Sandbox, nodes: tuple[Path, ...]) -> None:
    code = "import os; print([name for name in os.listdir('/dev') if 'noyau' in name])"
    async with await opened.open(python(code)) as room:
        assert await room.stdout.read() == b"[]\n"
        assert room.gpu_memory() is None
    assert all(node.exists() for node in nodes)


def charging(mark: str, each: int) -> GpuShare:
    """Return a share whose library charges every process of this machine with `mark`."""

    def processes() -> Mapping[int, int]:
        return dict.fromkeys(processes_with(mark), each)

    return a_share(memory=100 * MIB, processes=processes)


async def test_a_room_past_its_share_is_ended_with_what_it_used(opened: Sandbox) -> None:
    mark = f"greedy-{opened.name}-{os.getpid()}"
    spec = with_gpu(python(WAIT.format(mark=mark)), charging(mark, 300 * MIB))
    async with await opened.open(spec) as room:
        end = await room.wait()
        assert room.gpu_memory() == end.used
    assert (end.cause, end.allowed) == (EndCause.GPU_MEMORY, 100 * MIB)
    assert end.used is not None
    assert end.used >= 300 * MIB


async def test_a_neighbour_on_the_device_is_not_charged_to_a_room(opened: Sandbox) -> None:
    mark = f"neighbour-{opened.name}-{os.getpid()}"
    share = charging(mark, 300 * MIB)
    neighbour = python(WAIT.format(mark=mark))
    async with (
        await opened.open(neighbour) as one,
        await opened.open(with_gpu(python("import time; time.sleep(0.5)"), share)) as other,
    ):
        assert await one.stdout.readline() == b"up\n"
        assert share.processes() != {}
        assert (await other.wait()).cause is EndCause.EXITED
        assert other.gpu_memory() == 0


async def test_a_device_that_is_lost_is_a_failure_of_ours(opened: Sandbox) -> None:
    mark = f"lost-{opened.name}-{os.getpid()}"

    def lost() -> Mapping[int, int]:
        raise GpuLost("The device does not answer.")

    room = await opened.open(with_gpu(python(WAIT.format(mark=mark)), a_share(processes=lost)))
    with pytest.raises(RoomFailed, match="does not answer") as failed:
        await room.wait()
    assert failed.value.retryable
    with pytest.raises(RoomFailed):
        await room.close()
    assert processes_with(mark) == []
