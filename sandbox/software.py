"""The Python that rooms run: where its files lie, and what identifies them."""

from __future__ import annotations

import hashlib
import json
import subprocess
from dataclasses import dataclass
from pathlib import Path

from sandbox.errors import SandboxUnavailable

# Distributions are read from folder names: reading their metadata would take a second.
PROBE = """
import json, sys, sysconfig, pathlib
site = {sysconfig.get_path(name) for name in ("purelib", "platlib")}
print(json.dumps({
    "prefixes": [sys.prefix, sys.base_prefix, sys.exec_prefix, sys.base_exec_prefix],
    "software": sorted(p.name for s in site for p in pathlib.Path(s).glob("*.dist-info"))
    + [sys.version],
}))
"""


@dataclass(frozen=True, slots=True)
class RoomSoftware:
    """The paths that a room must see to run its Python, and a digest of what is installed."""

    python: Path
    paths: tuple[Path, ...]
    digest: str


def find_software(python: Path) -> RoomSoftware:
    """Run `python` once and return what it is made of. Raises SandboxUnavailable."""
    try:
        done = subprocess.run(
            [python, "-I", "-c", PROBE], capture_output=True, check=True, timeout=60, env={}
        )
    except (OSError, subprocess.SubprocessError) as exc:
        raise SandboxUnavailable(
            f"The rooms' Python does not run: {python}.", "Build it with: make setup"
        ) from exc
    answer = json.loads(done.stdout)
    digest = hashlib.sha256("\n".join(answer["software"]).encode()).hexdigest()
    prefixes = [Path(prefix) for prefix in answer["prefixes"]]
    wanted = [*prefixes, *(prefix.resolve() for prefix in prefixes), *_links(python)]
    return RoomSoftware(python=python, paths=_outermost(wanted), digest=digest)


def _links(python: Path) -> list[Path]:
    """Return each symbolic link on the way from `python` to the executable itself."""
    links = []
    while python.is_symlink():
        links.append(python)
        python = python.parent / python.readlink()
    return [*links, python]


def _outermost(paths: list[Path]) -> tuple[Path, ...]:
    """Return the paths that lie in no other of them, and not in what every room sees."""
    kept: list[Path] = []
    for path in sorted(set(paths), key=lambda path: len(path.parts)):
        if not any(path.is_relative_to(other) for other in (Path("/usr"), *kept)):
            kept.append(path)
    return tuple(kept)
