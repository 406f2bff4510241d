"""The sandbox of this portal."""

from __future__ import annotations

from functools import cache

from django.conf import settings

from portal.settings.env import Environment
from sandbox import SandboxSettings, get_sandbox
from sandbox.room import Sandbox


def portal_sandbox(name: str = "") -> Sandbox:
    """Return the sandbox named, else the operator's choice. Raises SandboxUnavailable.

    It has shown that it can hold a room: once per process, and again after each failure.
    """
    environment: Environment = settings.NOYAU
    machine = SandboxSettings(
        room_python=environment.room_python,
        rooms_dir=environment.rooms_dir,
        image=environment.room_image,
        engine=environment.docker,
        runtime=environment.container_runtime,
    )
    sandbox = _opened(name or environment.sandbox, machine)
    sandbox.check()
    return sandbox


@cache
def _opened(name: str, machine: SandboxSettings) -> Sandbox:
    return get_sandbox(name, machine)
