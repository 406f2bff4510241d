"""The sandbox of this portal."""

from __future__ import annotations

from functools import cache

from django.conf import settings

from portal.settings.env import Environment
from sandbox import SandboxSettings, get_sandbox
from sandbox.room import Sandbox


def portal_sandbox(name: str = "") -> Sandbox:
    """Return the sandbox named, else the operator's choice. Raises SandboxUnavailable.

    It is checked once per process; nothing is graded where it can't hold a room.
    """
    environment: Environment = settings.NOYAU
    chosen = name or environment.sandbox
    return _checked(
        chosen,
        SandboxSettings(room_python=environment.room_python, rooms_dir=environment.rooms_dir),
    )


@cache
def _checked(name: str, machine: SandboxSettings) -> Sandbox:
    sandbox = get_sandbox(name, machine)
    sandbox.check()
    return sandbox
