"""Run an exercise's own notebook as a script, to get the file of predictions that it writes."""

from __future__ import annotations

from pathlib import Path

from exercises.exercise import Exercise
from graders.errors import JudgeFailed
from sandbox.room import Limits, Mount, RoomSpec, Sandbox

MIB = 1024 * 1024
HOME = Path("/home/student")
NAME = "predictions.csv"
MAX_BYTES = 16 * MIB
# What the notebook prints goes to the log; the file alone comes back.
RUN = f"""
import os, runpy
back = os.dup(1)
os.dup2(2, 1)
runpy.run_path("notebook.py", run_name="__main__")
with open({NAME!r}, "rb") as file, open(back, "wb") as answer:
    answer.write(file.read())
"""


async def reference_file(*, exercise: Exercise, sandbox: Sandbox, data_dir: Path) -> bytes:
    """Return what the reference predicts. Raises JudgeFailed where it writes no file."""
    limits = exercise.manifest.limits
    files = exercise.public_files(data_dir)
    spec = RoomSpec(
        label=f"{exercise.manifest.id} reference",
        argv=("python", "-c", RUN),
        limits=Limits(
            wall=limits.wall_seconds,
            cpu=limits.cpu_seconds,
            memory=limits.memory_mib * MIB,
            processes=limits.processes,
            disk=limits.disk_mib * MIB,
            threads=limits.threads,
        ),
        mounts=[
            Mount(exercise.path / "notebook.py", HOME / "notebook.py"),
            *(Mount(path, HOME / "data" / name) for name, path in files.items()),
        ],
    )
    async with await sandbox.open(spec) as room:
        content = await room.stdout.read(MAX_BYTES)
        while chunk := await room.stdout.read(MAX_BYTES):
            content += chunk
        if not content:
            end = await room.wait()
            raise JudgeFailed(f"the reference ended by {end.cause}: {room.log_tail[-2000:]}")
        return content
