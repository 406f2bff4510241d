"""Running a few lines of Python in a room, for the tests."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from sandbox import Limits, Mount, RoomEnd, RoomSpec, Sandbox

MIB = 1024 * 1024
SMALL = Limits(wall=60, cpu=30, memory=256 * MIB, processes=32, disk=16 * MIB)


def python(
    code: str,
    *,
    limits: Limits = SMALL,
    mounts: Sequence[Mount] = (),
    env: Mapping[str, str] | None = None,
) -> RoomSpec:
    """Return a room that runs `code`."""
    return RoomSpec(
        label="test",
        argv=("python", "-c", code),
        limits=limits,
        mounts=mounts,
        env=env or {},
    )


def named(code: str) -> str:
    """Return code that runs `code` in a process whose command line shows it, however it began."""
    return f"import os; os.execvp('python', ['python', '-c', {code!r}])"


async def run(
    sandbox: Sandbox,
    code: str,
    *,
    limits: Limits = SMALL,
    mounts: Sequence[Mount] = (),
    given: bytes = b"",
) -> tuple[str, RoomEnd]:
    """Return what `code` printed in a room, and how the room ended."""
    async with await sandbox.open(python(code, limits=limits, mounts=mounts)) as room:
        room.stdin.write(given)
        room.stdin.close()
        printed = await room.stdout.read()
        return printed.decode(), await room.wait()


def processes(matches: Callable[[list[bytes]], bool]) -> list[int]:
    """Return this machine's processes whose command line matches."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            try:
                line = (entry / "cmdline").read_bytes()
            except OSError:
                continue
            if matches(line.split(b"\0")):
                found.append(int(entry.name))
    return found


def processes_with(mark: str) -> list[int]:
    """Return this machine's processes that have `mark` in their command line."""
    wanted = mark.encode()
    return processes(lambda words: any(wanted in word for word in words))


def own_mounts() -> list[str]:
    """Return what is mounted here, without what engines mount for anybody's containers."""
    lines = Path("/proc/self/mounts").read_text().splitlines()
    return sorted(line for line in lines if "/docker/" not in line)
