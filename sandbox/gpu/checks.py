"""What a machine with a GPU is asked to show: that a room has its device, its share, no more.

Each check runs a program in rooms and says what it found. All need a GPU, its driver, and a CUDA
build of torch in rooms.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import Any

from sandbox.gpu.device import GpuShare
from sandbox.gpu.variables import torch_memory
from sandbox.room import EndCause, Limits, RoomEnd, RoomSpec, Sandbox

MIB = 1024 * 1024
LIMITS = Limits(wall=300, cpu=300, memory=8192 * MIB, processes=512, disk=256 * MIB, threads=2)
SEE = """
import glob, json, torch
nodes = sorted(glob.glob("/dev/nvidia[0-9]*") + glob.glob("/dev/nvidia-caps/nvidia-cap*"))
found = {"nodes": nodes, "cuda": torch.version.cuda, "devices": torch.cuda.device_count()}
if found["devices"]:
    ones = torch.ones(512, 512, device="cuda")
    found |= {"sum": (ones @ ones).sum().item(), "name": torch.cuda.get_device_name()}
print(json.dumps(found))
"""
NODES = "import glob, json; print(json.dumps({'nodes': glob.glob('/dev/nvidia*')}))"
# Both take blocks until no more fit. What the last line says is in bytes and in words of 8 bytes.
PATTERN = 0x5EED_1E55_0DD5_EED5
WRITE = f"""
import json, torch
size, kept = 64 * 2**20, []
try:
    while True:
        kept.append(torch.full((size // 8,), {PATTERN}, dtype=torch.int64, device="cuda"))
except torch.cuda.OutOfMemoryError:
    torch.cuda.synchronize()
print(json.dumps(dict(bytes=len(kept) * size)))
"""
READ = f"""
import json, torch
size, kept = 64 * 2**20, []
try:
    while True:
        kept.append(torch.empty(size // 8, dtype=torch.int64, device="cuda"))
except torch.cuda.OutOfMemoryError:
    kept.pop()  # comparing needs some memory, too
found = sum(int(block.eq_({PATTERN}).sum().item()) for block in kept)
print(json.dumps(dict(bytes=len(kept) * size, found=found)))
"""
TAKE = """
import time, torch
torch.cuda.set_per_process_memory_fraction(1.0)
kept = [torch.ones({bytes}, dtype=torch.uint8, device="cuda")]
torch.cuda.synchronize()
time.sleep(250)
"""


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found. `said` is for operators."""

    name: str
    ok: bool
    said: str


async def check_rooms(sandbox: Sandbox, share: GpuShare) -> AsyncIterator[Finding]:
    """Yield what is found in rooms with `share`. Raises RoomFailed."""
    yield await sees_its_device_alone(sandbox, share)
    yield await other_rooms_see_none(sandbox)
    yield await torch_keeps_to_the_share(sandbox, share)
    yield await is_ended_past_the_share(sandbox, share)
    yield await finds_nothing_of_the_room_before(sandbox, share)


async def sees_its_device_alone(sandbox: Sandbox, share: GpuShare) -> Finding:
    """Compute on the device, and look for any other."""
    seen, end = await _run(sandbox, SEE, share)
    own = [str(node) for node in share.gpu.nodes if not node.name.startswith("nvidia-uvm")]
    wanted = sorted(node for node in own if not node.endswith("nvidiactl"))
    ok = (seen.get("nodes"), seen.get("devices"), seen.get("sum")) == (wanted, 1, 512.0**3)
    said = f"{seen or end}"
    if seen and seen["cuda"] is None:
        said = "torch in rooms is a build for the CPU: see docs/operators.md"
    return Finding("a room computes on its device and sees no other", ok, said)


async def other_rooms_see_none(sandbox: Sandbox) -> Finding:
    """Look for a device in a room that was given none."""
    seen, end = await _run(sandbox, NODES, None)
    return Finding("a room without a GPU sees none", seen == {"nodes": []}, f"{seen or end}")


async def torch_keeps_to_the_share(sandbox: Sandbox, share: GpuShare) -> Finding:
    """Fill the memory, and see where torch raises its own error."""
    seen, end = await _run(sandbox, WRITE, share)
    allowed = torch_memory(share.memory)
    ok = 0 < seen.get("bytes", 0) <= allowed
    said = f"tensors of {seen.get('bytes', 0) // MIB} of {allowed // MIB} MiB; {end.cause}"
    return Finding("torch raises its own error below the share", ok, said)


async def is_ended_past_the_share(sandbox: Sandbox, share: GpuShare) -> Finding:
    """Lift torch's own limit and take more than the share."""
    _, end = await _run(sandbox, TAKE.format(bytes=share.memory + 512 * MIB), share)
    ok = end.cause is EndCause.GPU_MEMORY
    said = f"{end.cause}: {(end.used or 0) / MIB:.0f} of {(end.allowed or 0) / MIB:.0f} MiB"
    return Finding("a room that takes more than its share is ended", ok, said)


async def finds_nothing_of_the_room_before(sandbox: Sandbox, share: GpuShare) -> Finding:
    """Write a pattern in one room, and look for it in memory that the next gets uninitialised."""
    written, _ = await _run(sandbox, WRITE, share)
    read, end = await _run(sandbox, READ, share)
    ok = written.get("bytes", 0) > 0 and read.get("bytes", 0) > 0 and read.get("found") == 0
    said = (
        f"{written.get('bytes', 0) // MIB} MiB written, {read.get('bytes', 0) // MIB} MiB read, "
        f"{read.get('found')} words found; {end.cause}"
    )
    return Finding("a room finds nothing of the one before in its memory", ok, said)


def quarter(share: GpuShare) -> GpuShare:
    """Return the share cut to a quarter of the device, so that more than it can be asked for."""
    return replace(share, memory=min(share.memory, share.gpu.memory // 4))


async def _run(
    sandbox: Sandbox, code: str, share: GpuShare | None
) -> tuple[dict[str, Any], RoomEnd]:
    """Return what a program printed last in a room, as JSON, and how the room ended."""
    argv = ("python", "-c", code)
    spec = RoomSpec(label="gpu check", argv=argv, limits=LIMITS, gpu=share)
    async with await sandbox.open(spec) as room:
        room.stdin.close()
        printed = await room.stdout.read()
        end = await room.wait()
        lines = printed.decode(errors="replace").splitlines()
        if not lines and end.cause is EndCause.EXITED:
            lines = [json.dumps({"log": room.log_tail.strip()[-400:]})]
    return (json.loads(lines[-1]) if lines else {}), end
