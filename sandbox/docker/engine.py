"""The Docker engine of this machine."""

from __future__ import annotations

import socket
from dataclasses import dataclass

import requests
from docker import APIClient
from docker.errors import APIError, DockerException, ImageNotFound

from sandbox.errors import SandboxUnavailable

TIMEOUT = 60
# How the engine names the kinds of running in which root is not root outside.
MAPPINGS = ("userns", "rootless")
UNIX = "unix://"
HEAD_BYTES = 64 * 1024
REMEDY = "Install and start it: apt-get install docker.io"
FAILURES = (DockerException, requests.RequestException)


@dataclass(frozen=True, slots=True)
class Engine:
    """The engine, how many processors it has, and whether it maps users to a range of their own.

    Its session opens a connection for each call under way, so threads may share it.
    """

    api: APIClient
    path: str
    cpus: int
    maps_users: bool
    has_apparmor: bool

    def image_id(self, name: str) -> str:
        """Return the digest of the image called `name`. Raises SandboxUnavailable."""
        try:
            found: str = self.api.inspect_image(name)["Id"]
        except ImageNotFound as exc:
            raise SandboxUnavailable(
                f"The image of rooms is missing: {name}.", "Build it with: make images"
            ) from exc
        except FAILURES as exc:
            raise SandboxUnavailable(f"Docker's images can't be read: {exc}.", REMEDY) from exc
        return found


def connect(address: str) -> Engine:
    """Return the engine that answers at `address`. Raises SandboxUnavailable."""
    if not address.startswith(UNIX):
        raise SandboxUnavailable(
            f"The Docker engine must be on this machine: {address}.",
            "Give the address of a socket: unix:///var/run/docker.sock",
        )
    path = address.removeprefix(UNIX)
    try:
        # The SDK would leave a connection that is refused open.
        _reach(path).close()
        api = APIClient(base_url=address, version="auto", timeout=TIMEOUT)
        found = api.info()
    except (*FAILURES, OSError) as exc:
        raise SandboxUnavailable(f"No Docker engine answers at {address}.", REMEDY) from exc
    options = found.get("SecurityOptions") or []
    return Engine(
        api=api,
        cpus=int(found["NCPU"]),
        path=path,
        maps_users=any(f"name={kind}" in option for option in options for kind in MAPPINGS),
        has_apparmor=any("name=apparmor" in option for option in options),
    )


def explain(exc: Exception) -> str:
    """Return what the engine said."""
    return str(exc.explanation if isinstance(exc, APIError) else exc)


def attach(engine: Engine, container: str) -> socket.socket:
    """Return a connection that carries the streams of a container that is not started yet.

    By hand, since the SDK gives no way of closing its connection, nor only one half of it. Raises
    OSError.
    """
    connection = _reach(engine.path)
    try:
        path = f"/v{engine.api.api_version}/containers/{container}/attach"
        connection.sendall(
            f"POST {path}?stdin=1&stdout=1&stderr=1&stream=1 HTTP/1.1\r\n"
            "Host: docker\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n".encode()
        )
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            part = connection.recv(HEAD_BYTES)
            head += part
            if not part or len(head) > HEAD_BYTES:
                raise ConnectionError("The engine does not attach.")
        if not head.startswith(b"HTTP/1.1 101 "):
            raise ConnectionError(head.decode(errors="replace").splitlines()[0])
        connection.settimeout(0)
    except OSError:
        connection.close()
        raise
    return connection


def _reach(path: str) -> socket.socket:
    connection = socket.socket(socket.AF_UNIX)
    try:
        connection.settimeout(TIMEOUT)
        connection.connect(path)
    except OSError:
        connection.close()
        raise
    return connection
