"""The files of NVIDIA's driver that a program in a room must be able to load."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path

from sandbox.gpu.device import DRIVER, DriverFile

LIBRARIES = DRIVER / "lib"
# What computing needs; not what draws, encodes video or sets up displays.
NEEDED = re.compile(
    r"lib(cuda|cudadebugger|nvidia-(ml|cfg|nvvm|nvvm70|gpucomp|ptxjitcompiler|allocator"
    r"|fatbinaryloader|pkcs11|pkcs11-openssl3|tileiras))\.so(\.\d+)?"
)
# Where the driver lies on machines whose loader does not know it.
FOLDERS = tuple(
    map(Path, ("/usr/local/nvidia/lib64", "/usr/local/nvidia/lib", "/run/opengl-driver/lib"))
)
LISTED = re.compile(r"\s*(\S+) \(([^)]*)\) => (\S+)")
ARCHITECTURES = ("x86-64", "AArch64")
PROGRAM = "nvidia-smi"
PROGRAM_FOLDERS = "/usr/bin:/bin:/usr/local/nvidia/bin:/run/current-system/sw/bin"
LDCONFIG_SECONDS = 30


def find_driver() -> tuple[DriverFile, ...]:
    """Return the driver's files on this machine; none where there is no driver."""
    libraries = dict(_listed(_ldconfig())) or dict(_in_folders(FOLDERS))
    files = [
        DriverFile(source=path.resolve(), name=Path("lib", name))
        for name, path in sorted(libraries.items())
    ]
    program = shutil.which(PROGRAM, path=PROGRAM_FOLDERS)
    if files and program is not None:
        files.append(DriverFile(source=Path(program).resolve(), name=Path("bin", PROGRAM)))
    return tuple(files)


def _ldconfig() -> str:
    program = shutil.which("ldconfig", path="/usr/sbin:/sbin:/usr/bin:/bin")
    if program is None:
        return ""
    done = subprocess.run(
        [program, "-p"],
        capture_output=True,
        text=True,
        check=False,
        env={},
        timeout=LDCONFIG_SECONDS,
    )
    return done.stdout


def _listed(listing: str) -> Iterator[tuple[str, Path]]:
    """Yield the driver's libraries in what `ldconfig -p` printed, those of 64 bits."""
    # The loader takes the first, so the first must be kept.
    for line in reversed(listing.splitlines()):
        found = LISTED.fullmatch(line)
        if found is None:
            continue
        name, kind, path = found.groups()
        if NEEDED.fullmatch(name) and any(word in kind for word in ARCHITECTURES):
            yield name, Path(path)


def _in_folders(folders: Iterable[Path]) -> Iterator[tuple[str, Path]]:
    for folder in folders:
        found = [path for path in folder.glob("lib*.so*") if NEEDED.fullmatch(path.name)]
        if found:
            yield from ((path.name, path) for path in found)
            return
