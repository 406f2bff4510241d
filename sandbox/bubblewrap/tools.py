"""The programs that open a bubblewrap room."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import dataclass

from sandbox.errors import SandboxUnavailable

# Given, since the caller's PATH may be anything.
PATH = "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin"
OLDEST = (0, 6)
DISABLES_USERNS = (0, 8)
PACKAGES = {"bwrap": "bubblewrap", "setpriv": "util-linux", "prlimit": "util-linux"}


@dataclass(frozen=True, slots=True)
class Tools:
    """Full paths, and whether bubblewrap can forbid user namespaces inside a room."""

    bwrap: str
    setpriv: str
    prlimit: str
    disables_userns: bool


def find_tools() -> Tools:
    """Return the programs of this machine. Raises SandboxUnavailable with what to install."""
    found = {name: _find(name) for name in PACKAGES}
    version = _version(found["bwrap"])
    if version < OLDEST:
        raise SandboxUnavailable(
            f"bubblewrap {'.'.join(map(str, version))} is too old.",
            f"Install {'.'.join(map(str, OLDEST))} or newer.",
        )
    return Tools(**found, disables_userns=version >= DISABLES_USERNS)


def _find(name: str) -> str:
    path = shutil.which(name, path=PATH)
    if path is None:
        raise SandboxUnavailable(
            f"The program {name} is missing.", f"Type: apt-get install {PACKAGES[name]}"
        )
    return path


def _version(bwrap: str) -> tuple[int, ...]:
    done = subprocess.run(
        [bwrap, "--version"], capture_output=True, text=True, check=False, env={}, timeout=10
    )
    return tuple(map(int, re.findall(r"\d+", done.stdout)[:2]))
