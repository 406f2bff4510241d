"""Check one solution of typed answers in a process of its own: an author's code runs for it.

A solver that never ends, or takes all memory, ends that process, and not the worker's.
"""

from __future__ import annotations

import asyncio
import os
import resource
import signal
import sys
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

import graders
from exercises.errors import MalformedExercise
from exercises.loader import load_exercise
from graders.check import LONGEST_MESSAGE, CheckRow, check_solution
from graders.errors import JudgeFailed
from graders.examiner import Examiner
from graders.grader import Role

MIB = 1024 * 1024
CPU_SECONDS = 60
WALL_SECONDS = 90
MEMORY = 2048 * MIB
FILE_BYTES = MIB
MAX_ROW = 256 * 1024
ROW = TypeAdapter(CheckRow)
CODE = Path(graders.__file__).parents[1]


async def check_apart(*, folder: Path, name: str, role: Role, variants: int) -> CheckRow:
    """Return the row of a solution of the folder. Raises JudgeFailed with what was said last."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-P", "-m", "graders.apart", str(CPU_SECONDS)),
        *(str(folder), name, role.value, str(variants)),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        # Nothing that the worker was told, its secrets above all.
        env={
            "PYTHONPATH": str(CODE),
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONUNBUFFERED": "1",
        },
        cwd="/",
    )
    try:
        async with asyncio.timeout(WALL_SECONDS):
            said, log = await process.communicate()
        return ROW.validate_json(said[:MAX_ROW])
    except TimeoutError as exc:
        raise JudgeFailed(f"{name} did not end in {WALL_SECONDS} seconds") from exc
    except ValidationError as exc:
        said_last = log.decode(errors="replace").replace(f"{folder.parent}/", "")
        raise JudgeFailed(_reason(process.returncode, said_last)) from exc
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


def _reason(code: int | None, log: str) -> str:
    """Return why a process gave no row: a limit, or the end of what it said."""
    # At its soft limit the hard one, which is the same, kills.
    if code in {-signal.SIGKILL, -signal.SIGXCPU}:
        return f"took more than {CPU_SECONDS} seconds"
    return log.strip()[-LONGEST_MESSAGE:] or f"ended with {code}"


def main() -> None:
    """Print the row of the solution that the arguments name."""
    seconds, folder, name, role, variants = sys.argv[1:]
    answer = os.dup(1)
    # What the folder's code prints goes to the log.
    os.dup2(2, 1)
    resource.setrlimit(resource.RLIMIT_CPU, (int(seconds), int(seconds)))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (FILE_BYTES, FILE_BYTES))
    try:
        examiner = Examiner(load_exercise(Path(folder)), None, Path(folder))
        row = asyncio.run(
            check_solution(examiner, name=name, role=Role(role), variants=int(variants))
        )
    except MalformedExercise as error:
        sys.exit(str(error))
    with os.fdopen(answer, "wb") as file:
        file.write(ROW.dump_json(row))


if __name__ == "__main__":
    main()
