"""Rooms opened by a user who is not root, tried by a root that becomes one."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pyseccomp
import pytest

from tests.sandbox.conftest import REPOSITORY

USER = 54_321
SYSTEM_PYTHON = Path("/usr/bin/python3")
PACKAGES = Path(pyseccomp.__file__).parent
INSIDE = """
import json, os, socket
status = dict(line.split(":", 1) for line in open("/proc/self/status"))
try:
    socket.socket()
except OSError as exc:
    network = exc.strerror
print(json.dumps({
    "user": os.getuid(),
    "capabilities": int(status["CapEff"], 16),
    "network": network,
    "processes": sorted(int(name) for name in os.listdir("/proc") if name.isdigit()),
}), flush=True)
input()
bytearray(os.urandom(1024) * 1024 * 1024)
"""
OUTSIDE = """
import asyncio, json, os, sys
from pathlib import Path
from sandbox import Limits, RoomSpec, SandboxSettings, get_sandbox
from sandbox.usage import descendants

LIMITS = Limits(wall=30, cpu=10, memory=128 * 1024**2, processes=16, disk=1024**2)

async def main(python, folder, inside):
    settings = SandboxSettings(room_python=Path(python), rooms_dir=Path(folder))
    sandbox = get_sandbox("bubblewrap", settings)
    room = await sandbox.open(RoomSpec("test", ("python", "-c", inside), LIMITS))
    async with room:
        seen = json.loads(await room.stdout.readline())
        users = {os.stat(f"/proc/{pid}").st_uid for pid in descendants(room.pid)}
        room.stdin.write(b"\\n")
        end = await room.wait()
    print(json.dumps([seen, list(users), end.code, room.log_tail.splitlines()[-1]]))

asyncio.run(main(*sys.argv[1:]))
"""


def _is_open_to_others(path: Path) -> bool:
    return all(part.stat().st_mode & 0o005 == 0o005 for part in (path, *path.parents))


@pytest.fixture
def public_environment() -> Iterator[Path]:
    """A virtual environment of the system's Python that every user can read."""
    version = f"python{sys.version_info[0]}.{sys.version_info[1]}"
    if not SYSTEM_PYTHON.exists() or SYSTEM_PYTHON.resolve().name != version:
        pytest.skip("the system's Python can't use the packages of this one")
    if not all(map(_is_open_to_others, (REPOSITORY, PACKAGES))):
        pytest.skip("other users can't read this checkout")
    with TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        (folder / "rooms").mkdir(mode=0o700)
        shutil.chown(folder / "rooms", USER, USER)
        subprocess.run([SYSTEM_PYTHON, "-m", "venv", "--without-pip", folder], check=True)
        yield folder


@pytest.mark.bwrap
@pytest.mark.skipif(os.geteuid() != 0, reason="the other tests of rooms are this test already")
async def test_a_room_of_an_unprivileged_user(public_environment: Path) -> None:
    python = public_environment / "bin" / "python"
    rooms = public_environment / "rooms"
    process = await asyncio.create_subprocess_exec(
        *("setpriv", f"--reuid={USER}", f"--regid={USER}", "--clear-groups", "--"),
        *("env", "-i", f"PYTHONPATH={REPOSITORY}:{PACKAGES}", "PYTHONDONTWRITEBYTECODE=1"),
        *(python, "-c", OUTSIDE, python, rooms, INSIDE),
        stdout=asyncio.subprocess.PIPE,
        cwd="/",
    )
    printed, _ = await process.communicate()
    assert json.loads(printed) == [
        {
            "user": 1000,
            "capabilities": 0,
            "network": os.strerror(95),
            "processes": [1, 2],
        },
        [USER],
        1,
        "MemoryError",
    ]
