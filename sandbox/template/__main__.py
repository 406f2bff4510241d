"""Start a template: import what rooms will need, then fork a room for each request.

`python -m sandbox.template <socket> <module>...`: `socket` is the number of an inherited Unix
socket, or the path of one to connect to. The end of that connection is the template's own.
"""

from __future__ import annotations

import gc
import importlib
import os
import select
import socket
import sys

from sandbox.template import syscalls
from sandbox.template.messages import LONGEST_REQUEST, MOST_MOUNTS, MOUNTS, ForkRequest
from sandbox.template.room import be_room

READY = b"ready"


def main(address: str, modules: list[str]) -> None:
    """Serve requests until the worker hangs up."""
    control = connect(address)
    # What the interpreter puts there is the folder that it was started in.
    del sys.path[0]
    for name in modules:
        prepare(name)
    gc.collect()
    # What is here now is never garbage: a collection in a room would only copy its pages.
    gc.freeze()
    control.sendall(READY)
    serve(control)


def connect(address: str) -> socket.socket:
    """Return the connection to the worker."""
    if address.isdecimal():
        return socket.socket(fileno=int(address))
    control = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    control.connect(address)
    return control


def prepare(name: str) -> None:
    """Import a module; one that the environment lacks is no reason to fail."""
    try:
        importlib.import_module(name)
    except ImportError as exc:
        print(f"{name}: {exc}", file=sys.stderr)  # noqa: T201


def serve(control: socket.socket) -> None:
    """Fork a room for each request, and reap those that end."""
    own = os.open("/proc/self/ns/pid", os.O_RDONLY)
    rooms: dict[int, int] = {}
    waiting = select.poll()
    waiting.register(control, select.POLLIN)
    while True:
        for descriptor, _ in waiting.poll():
            if descriptor != control.fileno():
                waiting.unregister(descriptor)
                os.waitpid(rooms.pop(descriptor), 0)
                os.close(descriptor)
                continue
            content, fds, _, _ = socket.recv_fds(control, LONGEST_REQUEST, MOUNTS + MOST_MOUNTS)
            if not content:
                return
            pid = fork_room(ForkRequest.decode(content), fds, own)
            for fd in fds:
                os.close(fd)
            room = os.pidfd_open(pid)
            rooms[room] = pid
            waiting.register(room, select.POLLIN)


def fork_room(request: ForkRequest, fds: list[int], own: int) -> int:
    """Return the first process of a new room, in a process namespace of its own."""
    syscalls.unshare(syscalls.CLONE_NEWPID)
    try:
        pid = os.fork()
        if pid == 0:
            be_room(request, fds)
    finally:
        # The next room's namespace is made from this one, not inside the last.
        syscalls.enter_namespace(own, syscalls.CLONE_NEWPID)
    return pid


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
