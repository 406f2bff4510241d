"""Keeping processes running, with real ones."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from portal.common.services import Service, bind, running

CALL = "import socket, sys; s = socket.create_connection(('127.0.0.1', int(sys.argv[1])))"
"""A process that calls the test: the line is closed when the last process that has it ends."""


@asynccontextmanager
async def calls() -> AsyncIterator[tuple[int, asyncio.Queue[asyncio.StreamReader]]]:
    """Listen; yield the port, and the lines of those who call."""
    queue: asyncio.Queue[asyncio.StreamReader] = asyncio.Queue()
    writers: list[asyncio.StreamWriter] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.append(writer)
        await queue.put(reader)

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1], queue
        for writer in writers:
            writer.close()
            await writer.wait_closed()


def python(port: int, code: str) -> Service:
    """Return a service that calls the test, then runs `code`."""
    return Service("test", [sys.executable, "-c", f"{CALL}\n{code}", str(port)])


async def test_a_service_that_ends_is_started_again() -> None:
    async with calls() as (port, lines), running([python(port, "")]):
        for _start in range(2):
            assert await (await lines.get()).read() == b""


async def test_what_a_service_leaves_behind_ends_with_it() -> None:
    orphan = "import os, time\nif os.fork(): os._exit(0)\ns.send(b'orphan')\ntime.sleep(600)"
    async with calls() as (port, lines), running([python(port, orphan)]):
        # The line closes at the orphan's death; the sleep alone would outlast the test.
        assert await (await lines.get()).read() in (b"", b"orphan")


async def test_a_service_ends_with_its_context() -> None:
    async with calls() as (port, lines):
        stubborn = "import signal, time\nsignal.signal(15, lambda *a: sys.exit())\ntime.sleep(600)"
        async with running([python(port, stubborn)]):
            line = await lines.get()
        assert await line.read() == b""


async def test_what_a_service_prints_is_kept(tmp_path: Path) -> None:
    log = tmp_path / "log"
    async with calls() as (port, lines):
        code = f"print('started', flush=True)\n{CALL}\ns.recv(1)"
        service = Service("test", [sys.executable, "-c", code, str(port)], log=log)
        async with running([service]):
            await lines.get()
    assert log.read_bytes() == b"started\n"


async def test_a_bound_socket_keeps_callers_waiting_for_the_service() -> None:
    with bind("127.0.0.1", 0) as listener:
        reader, writer = await asyncio.open_connection(*listener.getsockname())
        code = (
            "import socket, sys\n"
            "line, _ = socket.socket(fileno=int(sys.argv[1])).accept()\n"
            "line.send(b'late but here')"
        )
        command = [sys.executable, "-c", code, str(listener.fileno())]
        async with running([Service("test", command, passes=(listener,))]):
            assert await reader.readexactly(13) == b"late but here"
        writer.close()
        await writer.wait_closed()
