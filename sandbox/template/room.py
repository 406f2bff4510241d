"""One forked room: its first process, and the process that becomes its program."""

from __future__ import annotations

import atexit
import os
import resource
import signal
import socket
import sys
import threading
import traceback
from typing import NoReturn

from sandbox.template import syscalls
from sandbox.template.messages import (
    CHANNEL,
    FILTER,
    GO_ON,
    HERE,
    MOUNTS,
    STDERR,
    STDIN,
    STDOUT,
    ForkRequest,
)
from sandbox.template.program import reseed, run_program, set_threads
from sandbox.template.world import make_world

OPENED = b"\x06"
FAILED = 1
KILLED = 128
CHUNK = 65536


def be_room(request: ForkRequest, fds: list[int]) -> NoReturn:
    """Become the first process of a room, which ends when its program does, and the room with it.

    It keeps the template's user, so that the room can neither signal nor read it, and gives up
    all of its power once the room stands.
    """
    try:
        channel = socket.socket(fileno=os.dup(fds[CHANNEL]))
        channel.sendall(HERE)
        if channel.recv(len(GO_ON)) != GO_ON:
            os._exit(FAILED)
        os.setsid()
        make_world(request, fds[MOUNTS:])
        program = _read_all(fds[FILTER])
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGCHLD):
            signal.signal(number, signal.SIG_DFL)
        syscalls.drop_bounding_set()
        syscalls.forbid_new_privileges()
        main = os.fork()
        if main == 0:
            _be_program(request, fds, program)
        _watch_over(main, channel, program)
    except BaseException:  # noqa: BLE001, a forked process must not return
        os.write(fds[STDERR], traceback.format_exc().encode())
    os._exit(FAILED)


def _watch_over(main: int, channel: socket.socket, program: bytes) -> NoReturn:
    """Take in what is orphaned, and tell the worker how the program ended."""
    syscalls.allow_debuggers(allow=False)
    syscalls.drop_capabilities()
    syscalls.filter_system_calls(program)
    kept = channel.fileno()
    os.closerange(0, kept)
    os.closerange(kept + 1, resource.getrlimit(resource.RLIMIT_NOFILE)[0])
    pid = status = 0
    while pid != main:
        pid, status = os.wait()
    code = os.waitstatus_to_exitcode(status)
    channel.sendall(str(KILLED - code if code < 0 else code).encode())
    os._exit(0)


def _be_program(request: ForkRequest, fds: list[int], program: bytes) -> NoReturn:
    for number, end in enumerate((STDIN, STDOUT, STDERR)):
        os.dup2(fds[end], number)
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    os.closerange(3, most)
    os.umask(0)
    os.setgroups([])
    os.setresgid(request.uid, request.uid, request.uid)
    os.setresuid(request.uid, request.uid, request.uid)
    for name, (soft, hard) in request.rlimits.items():
        resource.setrlimit(getattr(resource, name), (soft, hard))
    syscalls.drop_capabilities()
    # Changing the user has closed this process's files in /proc to itself.
    syscalls.allow_debuggers(allow=True)
    syscalls.filter_system_calls(program)
    os.environ.clear()
    os.environ.update(request.env, PWD=request.home)
    reseed()
    set_threads(request.threads)
    os.write(2, OPENED)
    if not _is_wanted():
        os._exit(FAILED)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    _leave(request.argv)


def _leave(argv: list[str]) -> NoReturn:
    """Run the program and end as the interpreter does, without the template's own farewell."""
    code: int = 0
    try:
        run_program(argv)
    except SystemExit as exc:
        code = _status(exc)
    except BaseException:  # noqa: BLE001, as the interpreter does
        traceback.print_exc()
        code = FAILED
    _finish()
    os._exit(code & 0xFF)


def _status(exc: SystemExit) -> int:
    if exc.code is None:
        return 0
    if isinstance(exc.code, int):
        return exc.code
    print(exc.code, file=sys.stderr)  # noqa: T201
    return FAILED


def _finish() -> None:
    """Do what the interpreter does at its end: wait for threads, call what is registered."""
    threading._shutdown()  # type: ignore[attr-defined]  # noqa: SLF001
    atexit._run_exitfuncs()  # noqa: SLF001
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            continue


def _is_wanted() -> bool:
    """Wait for the worker's word on stdin. False: the worker is gone."""
    while True:
        byte = os.read(0, 1)
        if byte in (b"", b"\n"):
            return bool(byte)


def _read_all(fd: int) -> bytes:
    os.lseek(fd, 0, os.SEEK_SET)
    content = b""
    while chunk := os.read(fd, CHUNK):
        content += chunk
    return content
