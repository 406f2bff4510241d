"""The Docker engine of this machine."""

from __future__ import annotations

from dataclasses import dataclass

import requests
from docker import APIClient
from docker.errors import APIError, DockerException, ImageNotFound

from sandbox.errors import SandboxUnavailable

TIMEOUT = 60
REMEDY = "Install and start it: apt-get install docker.io"
FAILURES = (DockerException, requests.RequestException)


@dataclass(frozen=True, slots=True)
class Engine:
    """The engine, and whether it maps users to a range of their own.

    Its session opens a connection for each call under way, so threads may share it.
    """

    api: APIClient
    maps_users: bool

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
    try:
        api = APIClient(base_url=address, version="auto", timeout=TIMEOUT)
        options = api.info().get("SecurityOptions") or []
    except FAILURES as exc:
        raise SandboxUnavailable(f"No Docker engine answers at {address}.", REMEDY) from exc
    return Engine(
        api=api,
        maps_users=any(f"name={kind}" in option for option in options for kind in MAPPINGS),
    )


def explain(exc: Exception) -> str:
    """Return what the engine said."""
    return str(exc.explanation if isinstance(exc, APIError) else exc)


MAPPINGS = ("userns", "rootless")
