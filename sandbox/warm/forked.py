"""A forked room's process: its pipes, and the channel on which its end is told."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import struct
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass

from sandbox.errors import RoomFailed
from sandbox.process import LONGEST_LINE, Running
from sandbox.template.messages import GO_ON, HERE

# Process, user and group of whoever sent a message; the kernel fills them in.
CREDENTIALS = struct.Struct("3i")
FORK_SECONDS = 20.0
MOST_STATUS = 16


@dataclass(frozen=True, slots=True)
class Ends:
    """The two ends of what joins a room to the worker: descriptors here, and those of the room."""

    stdin: int
    stdout: int
    stderr: int
    channel: socket.socket
    theirs: tuple[int, int, int, int]


def make_ends(held: ExitStack) -> Ends:
    """Return fresh pipes and a channel; `held` closes the room's ends."""
    stdin_theirs, stdin = os.pipe()
    stdout, stdout_theirs = os.pipe()
    stderr, stderr_theirs = os.pipe()
    channel, channel_theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
    channel.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
    channel.settimeout(0)
    for fd in (stdin_theirs, stdout_theirs, stderr_theirs):
        held.callback(os.close, fd)
    held.callback(channel_theirs.close)
    theirs = (stdin_theirs, stdout_theirs, stderr_theirs, channel_theirs.fileno())
    return Ends(stdin, stdout, stderr, channel, theirs)


async def meet(channel: socket.socket, *, admit: Callable[[int], None]) -> int:
    """Return the number of a room's first process, once `admit` was told of it and it may go on.

    Raises RoomFailed, OSError.
    """
    loop = asyncio.get_running_loop()
    ready = asyncio.Event()
    loop.add_reader(channel, ready.set)
    try:
        async with asyncio.timeout(FORK_SECONDS):
            await ready.wait()
    except TimeoutError as exc:
        raise RoomFailed("The template does not fork.") from exc
    finally:
        loop.remove_reader(channel)
    content, extra, _, _ = channel.recvmsg(len(HERE), socket.CMSG_SPACE(CREDENTIALS.size))
    if content != HERE:
        raise RoomFailed("The template forked no room.")
    pid: int
    [pid] = [
        CREDENTIALS.unpack(data)[0]
        for level, kind, data in extra
        if (level, kind) == (socket.SOL_SOCKET, socket.SCM_CREDENTIALS)
    ]
    admit(pid)
    channel.sendall(GO_ON)
    return pid


class ForkedProcess(Running):
    """The first process of a forked room."""

    def __init__(self, *, pid: int, ends: Ends) -> None:
        self.pid = pid
        self.exited = asyncio.Event()
        self._channel = ends.channel
        self._told = b""
        self._transports: list[asyncio.BaseTransport] = []

    @classmethod
    async def join(cls, *, pid: int, ends: Ends) -> ForkedProcess:
        """Return the process with its pipes as streams."""
        process = cls(pid=pid, ends=ends)
        loop = asyncio.get_running_loop()
        process.stdin = await process._writer(ends.stdin)
        process.stdout = await process._reader(ends.stdout)
        process.stderr = await process._reader(ends.stderr)
        loop.add_reader(ends.channel, process._listen)
        return process

    def status(self) -> int | None:
        """Return how the program ended, as a shell tells it; None for a room ended from outside."""
        return int(self._told) if self._told.isdigit() else None

    def kill(self) -> None:
        """Kill the room's first process."""
        if not self.exited.is_set():
            with suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)

    def close(self) -> None:
        """Let go of the pipes."""
        for transport in self._transports:
            transport.close()
        self._hang_up()

    async def _writer(self, fd: int) -> asyncio.StreamWriter:
        loop = asyncio.get_running_loop()
        reader = asyncio.StreamReader(loop=loop)
        transport, protocol = await loop.connect_write_pipe(
            lambda: asyncio.StreamReaderProtocol(reader, loop=loop), os.fdopen(fd, "wb", 0)
        )
        self._transports.append(transport)
        return asyncio.StreamWriter(transport, protocol, None, loop)

    async def _reader(self, fd: int) -> asyncio.StreamReader:
        loop = asyncio.get_running_loop()
        reader = asyncio.StreamReader(limit=LONGEST_LINE, loop=loop)
        transport, _ = await loop.connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(reader, loop=loop), os.fdopen(fd, "rb", 0)
        )
        self._transports.append(transport)
        return reader

    def _listen(self) -> None:
        try:
            told = self._channel.recv(MOST_STATUS)
        except OSError:
            told = b""
        if told:
            self._told += told
        else:
            self._hang_up()

    def _hang_up(self) -> None:
        if self._channel.fileno() >= 0:
            asyncio.get_running_loop().remove_reader(self._channel)
            self._channel.close()
        self.exited.set()
