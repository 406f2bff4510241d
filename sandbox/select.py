"""Choosing how rooms are opened."""

from __future__ import annotations

from collections.abc import Callable

from sandbox.bubblewrap import BubblewrapSandbox
from sandbox.config import SandboxSettings
from sandbox.docker import DockerSandbox
from sandbox.errors import SandboxUnavailable
from sandbox.room import Sandbox

AUTO = "auto"
# In order of preference for "auto".
BACKENDS: dict[str, Callable[[SandboxSettings], Sandbox]] = {
    DockerSandbox.name: DockerSandbox,
    BubblewrapSandbox.name: BubblewrapSandbox,
}


def get_sandbox(name: str, settings: SandboxSettings) -> Sandbox:
    """Return the sandbox called `name`, which has shown that it opens rooms.

    "auto" takes the first kind that works. Raises SandboxUnavailable with every reason, and what
    to do about it: there is no way of running a notebook in the open.
    """
    if name != AUTO:
        return _checked(name, settings)
    refused: list[SandboxUnavailable] = []
    for candidate in BACKENDS:
        try:
            return _checked(candidate, settings)
        except SandboxUnavailable as exc:
            refused.append(exc)
    raise SandboxUnavailable(
        " ".join(exc.reason for exc in refused), " ".join(exc.remedy for exc in refused)
    )


def _checked(name: str, settings: SandboxSettings) -> Sandbox:
    if name not in BACKENDS:
        known = ", ".join([AUTO, *BACKENDS])
        raise SandboxUnavailable(f"There is no sandbox {name!r}.", f"Choose one of: {known}.")
    sandbox = BACKENDS[name](settings)
    sandbox.check()
    return sandbox
