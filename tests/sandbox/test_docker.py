"""What containers have of their own: settings, owners, a profile as strict as the engine's."""

from __future__ import annotations

import asyncio
import json
import os
import platform
from collections.abc import Iterator
from typing import Any

import pytest

from sandbox import EndCause, RoomFailed, Sandbox
from sandbox.docker.calls import allowed_calls
from sandbox.docker.engine import Engine, connect
from sandbox.docker.owner import LABEL, owner_of, remove, sweep
from sandbox.refused import REFUSED
from tests.sandbox.rooms import python, run

pytestmark = pytest.mark.docker

WAITING = "print('up', flush=True); input()"
# Each call in a process of its own, with arguments that nothing can be done with.
TRY_ALL = """
import ctypes, json, os, signal
libc = ctypes.CDLL(None, use_errno=True)
bad = [ctypes.c_long(-1)] * 6
answers = {}
for number in range(470):
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        signal.alarm(2)
        ctypes.set_errno(0)
        libc.syscall(ctypes.c_long(number), *bad)
        os.write(writer, str(ctypes.get_errno()).encode())
        os._exit(0)
    os.close(writer)
    os.waitpid(child, 0)
    answers[number] = os.read(reader, 9).decode()
    os.close(reader)
print(json.dumps(answers))
"""
REFUSALS = {"1", "38"}


@pytest.fixture
def engine(docker: Sandbox) -> Iterator[Engine]:
    """The engine that the tests' containers run in."""
    found = connect(docker.settings.engine)
    yield found
    found.api.close()


def containers_of(engine: Engine, owner: str) -> list[str]:
    """Return the containers that `owner` answers for, running or not."""
    filters = {"label": f"{LABEL}={owner}"}
    return [found["Id"] for found in engine.api.containers(all=True, filters=filters)]


async def inspected(docker: Sandbox, engine: Engine) -> dict[str, Any]:
    """Return what the engine says of an open room."""
    async with await docker.open(python(WAITING)) as room:
        assert await room.stdout.readline() == b"up\n"
        (container,) = containers_of(engine, owner_of(os.getpid()))
        found: dict[str, Any] = engine.api.inspect_container(container)
    return found


async def test_a_container_is_closed_on_every_side(docker: Sandbox, engine: Engine) -> None:
    found = await inspected(docker, engine)
    host = found["HostConfig"]
    assert found["Image"] == docker.environment()
    assert found["Config"]["User"].split(":")[0] not in ("", "0")
    assert {
        name: host[name]
        for name in ("NetworkMode", "IpcMode", "ReadonlyRootfs", "CapDrop", "CapAdd", "Privileged")
    } == {
        "NetworkMode": "none",
        "IpcMode": "none",
        "ReadonlyRootfs": True,
        "CapDrop": ["ALL"],
        "CapAdd": None,
        "Privileged": False,
    }
    assert host["Memory"] == host["MemorySwap"] == 256 * 1024**2
    assert host["NanoCpus"] == 1_000_000_000
    assert host["LogConfig"]["Type"] == "none"
    assert host["SecurityOpt"][0] == "no-new-privileges"


def test_nothing_refused_is_allowed() -> None:
    allowed = allowed_calls()
    assert len(allowed) == len(set(allowed))
    assert not set(allowed) & {call for calls in REFUSED.values() for call in calls}


@pytest.mark.skipif(platform.machine() != "x86_64", reason="numbers of this processor")
async def test_the_profile_is_no_weaker_than_the_engines_own(
    docker: Sandbox, engine: Engine
) -> None:
    printed, end = await run(docker, TRY_ALL)
    assert end.cause is EndCause.EXITED
    container = engine.api.create_container(
        image=docker.environment(),
        entrypoint=["/opt/venv/bin/python", "-c", TRY_ALL],
        network_disabled=True,
        user="65534:65534",
        host_config={"CapDrop": ["ALL"], "SecurityOpt": ["no-new-privileges"]},
    )["Id"]
    try:
        engine.api.start(container)
        assert engine.api.wait(container)["StatusCode"] == 0
        theirs = json.loads(engine.api.logs(container, stderr=False))
    finally:
        remove(engine, container)
    ours = json.loads(printed)
    assert len([number for number, error in ours.items() if error in REFUSALS]) > 100
    refused_by_theirs_alone = {
        number
        for number, error in theirs.items()
        if error in REFUSALS and ours[number] not in REFUSALS
    }
    assert refused_by_theirs_alone == set()


async def test_fifty_rooms_leave_no_container(docker: Sandbox, engine: Engine) -> None:
    for _ in range(25):
        ends = await asyncio.gather(*(run(docker, "print(1)") for _ in range(2)))
        assert [printed for printed, _ in ends] == ["1\n", "1\n"]
    assert containers_of(engine, owner_of(os.getpid())) == []


async def test_containers_of_workers_that_are_gone_are_swept(
    docker: Sandbox, engine: Engine
) -> None:
    ended = await asyncio.create_subprocess_exec("true")
    await ended.wait()
    mine = owner_of(os.getpid())
    gone = mine.rsplit("-", 2)[0] + f"-{ended.pid}-1"
    image = docker.environment()
    for owner in (gone, mine):
        created = engine.api.create_container(
            image, entrypoint=["/bin/sleep", "600"], labels={LABEL: owner}
        )
        engine.api.start(created["Id"])
    try:
        sweep(engine)
        assert containers_of(engine, gone) == []
        assert len(containers_of(engine, mine)) == 1
    finally:
        for container in containers_of(engine, mine):
            remove(engine, container)


async def test_the_clock_inside_ends_a_room_that_nobody_watches(
    docker: Sandbox, engine: Engine
) -> None:
    created = engine.api.create_container(
        docker.environment(),
        user="65534:65534",
        entrypoint=["/usr/bin/room-clock", "--foreground", "--signal=KILL", "1"],
        command=["/usr/bin/room-init", "-s", "--", "/bin/sleep", "600"],
    )
    try:
        engine.api.start(created["Id"])
        ended = await asyncio.to_thread(engine.api.wait, created["Id"])
        assert ended["StatusCode"] == 137
    finally:
        remove(engine, created["Id"])


async def test_a_container_that_an_operator_removes_ends_as_ours(
    docker: Sandbox, engine: Engine
) -> None:
    room = await docker.open(python(WAITING))
    assert await room.stdout.readline() == b"up\n"
    (container,) = containers_of(engine, owner_of(os.getpid()))
    remove(engine, container)
    with pytest.raises(RoomFailed) as failed:
        await room.wait()
    assert failed.value.retryable
    with pytest.raises(RoomFailed):
        await room.close()
