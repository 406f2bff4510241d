"""Spoil a right file of predictions as a wrong solution does, in a room."""

from __future__ import annotations

from pathlib import Path

from exercises.exercise import Exercise
from graders.errors import JudgeFailed
from graders.kinds.predictions.reference import MAX_BYTES, MIB
from sandbox.room import Limits, Mount, RoomSpec, Sandbox

HOME = Path("/home/student")
LIMITS = Limits(wall=30, cpu=20, memory=512 * MIB, processes=16, disk=16 * MIB)
# What the function prints goes to the log; what it returns alone comes back.
SPOIL = """
import os, runpy, sys
back = os.dup(1)
os.dup2(2, 1)
content = sys.stdin.read()
spoiled = runpy.run_path("spoil.py")["spoil"](content)
with open(back, "w", newline="") as answer:
    answer.write(spoiled)
"""


async def spoiled_file(*, exercise: Exercise, slug: str, content: bytes, sandbox: Sandbox) -> bytes:
    """Return what a wrong solution makes of a right file. Raises JudgeFailed where it breaks."""
    spec = RoomSpec(
        label=f"{exercise.manifest.id} {slug}",
        argv=("python", "-c", SPOIL),
        limits=LIMITS,
        mounts=[Mount(exercise.path / "wrong" / f"{slug}.py", HOME / "spoil.py")],
    )
    async with await sandbox.open(spec) as room:
        room.stdin.write(content)
        try:
            await room.stdin.drain()
        except ConnectionError as exc:
            raise JudgeFailed(f"{slug} does not listen: {room.log_tail[-2000:]}") from exc
        room.stdin.close()
        spoiled = bytearray()
        while chunk := await room.stdout.read(MAX_BYTES):
            spoiled += chunk
            if len(spoiled) > MAX_BYTES:
                raise JudgeFailed(f"{slug} writes more than {MAX_BYTES} bytes")
        end = await room.wait()
        if not spoiled:
            raise JudgeFailed(f"{slug} ended by {end.cause}: {room.log_tail[-2000:]}")
        return bytes(spoiled)
