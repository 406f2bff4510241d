"""An engine that can be taken away: a socket that passes everything on to the real one."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

CHUNK = 65536


class Relay:
    """Listens at `path` and passes on to `target`, until it is stopped; and again, if started."""

    def __init__(self, path: Path, target: str) -> None:
        self.path = path
        self._target = target
        self._open: list[socket.socket] = []

    def start(self) -> None:
        """Listen."""
        server = socket.socket(socket.AF_UNIX)
        server.bind(str(self.path))
        server.listen()
        self._open = [server]
        threading.Thread(target=self._accept, args=[server], daemon=True).start()

    def stop(self) -> None:
        """Cut every connection, and listen no more."""
        self.path.unlink(missing_ok=True)
        for one in self._open:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()
        self._open = []

    def _accept(self, server: socket.socket) -> None:
        while True:
            try:
                near, _ = server.accept()
            except OSError:
                return
            far = socket.socket(socket.AF_UNIX)
            try:
                far.connect(self._target)
            except OSError:
                near.close()
                far.close()
                continue
            self._open += [near, far]
            for pair in ((near, far), (far, near)):
                threading.Thread(target=_pass_on, args=pair, daemon=True).start()


def _pass_on(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(CHUNK):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
        return
    for one in (source, target):
        one.close()


@contextmanager
def relay(path: Path, target: str) -> Iterator[Relay]:
    """Yield a relay that listens."""
    one = Relay(path, target)
    one.start()
    try:
        yield one
    finally:
        one.stop()
