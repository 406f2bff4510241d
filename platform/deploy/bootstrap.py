"""Make a fresh checkout ready to run: environments, sandbox program, front end.

Needs only Python's standard library. Each step is skipped when its inputs have not changed since
it last succeeded, so a second call costs a few milliseconds.

    python3 platform/deploy/bootstrap.py [--with chromium ...]
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PORTAL_ENV = ROOT / ".venv"
ROOM_ENV = ROOT / ".venv-room"
UV = "uv==0.13.8"
OLDEST_PYTHON = (3, 11)


class CannotPrepare(Exception):
    """Something is missing that can't be installed from here; the text says what to type."""


def main(arguments: Sequence[str]) -> int:
    """Prepare the checkout. Returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument(
        "--with",
        dest="programs",
        action="append",
        default=[],
        help="a system package to install too",
    )
    options = parser.parse_args(arguments)
    try:
        require_python()
        install_programs({"bwrap": "bubblewrap", **{name: name for name in options.programs}})
        step("portal environment", PORTAL_ENV, portal_inputs(), make_portal_environment)
        step("room environment", ROOM_ENV, room_inputs(), make_room_environment)
        frontend = ROOT / "platform/portal/static/build"
        step("front end", frontend, frontend_inputs(), build_frontend)
    except CannotPrepare as problem:
        print(f"\n{problem}", file=sys.stderr)
        return 1
    except subprocess.CalledProcessError as problem:
        print(f"\nThis step failed: {' '.join(map(str, problem.cmd))}", file=sys.stderr)
        return 1
    return 0


def require_python() -> None:
    """Raise CannotPrepare where this Python is too old."""
    if sys.version_info < OLDEST_PYTHON:
        raise CannotPrepare(
            f"Noyau needs Python 3.11 or newer; this is {sys.version.split()[0]}.\n"
            "Say which one to use: make PYTHON=python3.11 demo"
        )


def step(name: str, product: Path, inputs: Sequence[Path], make: Callable[[], None]) -> None:
    """Call `make` unless `product` was already made from the same `inputs`."""
    digest = hashlib.sha256(sys.version.encode())
    for path in sorted(inputs):
        digest.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes())
    stamp = product / ".made-from"
    if stamp.is_file() and stamp.read_text() == digest.hexdigest():
        return
    print(f"Preparing the {name} ...", flush=True)
    make()
    stamp.write_text(digest.hexdigest())


def install_programs(packages: dict[str, str]) -> None:
    """Install the Debian packages whose programs are missing, where that is allowed.

    `packages` maps a program to the package that has it. Raises CannotPrepare with the command to
    type where this user may not install packages.
    """
    missing = [package for program, package in packages.items() if not shutil.which(program)]
    if not missing:
        return
    command = ["apt-get", "install", "-y", "--no-install-recommends", *missing]
    remedy = f"Install what is missing, then try again:\n    sudo {' '.join(command)}"
    if not shutil.which("apt-get"):
        raise CannotPrepare(
            f"Missing: {', '.join(missing)}. Install it with your system's package manager."
        )
    prefix = privilege()
    if prefix is None:
        raise CannotPrepare(remedy)
    print(f"Installing {', '.join(missing)} ...", flush=True)
    # Package lists are fetched only when they are too old, or not there at all.
    if not quietly(*prefix, *command) and not (
        quietly(*prefix, "apt-get", "update") and quietly(*prefix, *command)
    ):
        raise CannotPrepare(remedy)


def privilege() -> list[str] | None:
    """Return what to put before a command to run it as root, None where that is not allowed."""
    if os.geteuid() == 0:
        return []
    return ["sudo", "-n"] if shutil.which("sudo") and succeeds("sudo", "-n", "true") else None


def portal_inputs() -> list[Path]:
    return [ROOT / "pyproject.toml", ROOT / "requirements.lock"]


def make_portal_environment() -> None:
    """Make `.venv` with the locked packages and this project, editable."""
    make_environment(PORTAL_ENV)
    run(PORTAL_ENV / "bin/python", "-m", "pip", "install", "--quiet", UV)
    install_locked(PORTAL_ENV, ROOT / "requirements.lock")
    run(*uv(), "pip", "install", "-q", "--python", PORTAL_ENV / "bin/python",
        "--no-deps", "--no-build-isolation", "--editable", ROOT)  # fmt: skip


def room_inputs() -> list[Path]:
    return [ROOT / "sandbox/images/room.lock", ROOT / "sandbox/images/torch.txt"]


def make_room_environment() -> None:
    """Make `.venv-room`, which rooms see read-only: the locked packages and torch.

    torch comes through pip, which knows this machine's own builds and indexes; the lock file can't
    say whether a machine wants the CPU's or a GPU's.
    """
    make_environment(ROOM_ENV)
    install_locked(ROOM_ENV, ROOT / "sandbox/images/room.lock")
    run(ROOM_ENV / "bin/python", "-m", "pip", "install", "--quiet",
        "-r", ROOT / "sandbox/images/torch.txt")  # fmt: skip
    # The judge's own code is mounted read-only as well.
    for folder in ("graders", "sandbox/inside"):
        run(ROOM_ENV / "bin/python", "-m", "compileall", "-q", ROOT / folder)


def make_environment(folder: Path) -> None:
    """Make a virtual environment with pip in `folder`, unless a working one is there."""
    interpreter = folder / "bin/python"
    if interpreter.exists() and succeeds(interpreter, "-m", "pip", "-V"):
        return
    command = [sys.executable, "-m", "venv", "--clear", str(folder)]
    if subprocess.run(command, check=False, stdout=subprocess.DEVNULL).returncode:
        # Debian keeps the standard library's venv in a package of its own.
        version = f"python{sys.version_info.major}.{sys.version_info.minor}"
        install_programs({f"{version}-ensurepip": f"{version}-venv"})
        run(*command)


def install_locked(folder: Path, lock: Path) -> None:
    """Install exactly what `lock` names, checked against its hashes.

    Bytecode is compiled here: a room sees its environment read-only and would compile every
    module anew, half of the time that a grading takes.
    """
    environment = folder / "bin/python"
    run(*uv(), "pip", "install", "-q", "--compile-bytecode", "--python", environment,
        "--require-hashes", "-r", lock)  # fmt: skip


def uv() -> list[Path | str]:
    return [PORTAL_ENV / "bin/uv"]


def frontend_inputs() -> list[Path]:
    folder = ROOT / "platform/frontend"
    return [
        path for path in folder.rglob("*") if path.is_file() and "node_modules" not in path.parts
    ]


def build_frontend() -> None:
    """Build the portal's scripts with the Node.js that the portal environment carries."""
    folder = ROOT / "platform/frontend"
    environment = {**os.environ, "PATH": f"{PORTAL_ENV / 'bin'}:{os.environ['PATH']}"}
    for command in (
        ["npm", "ci", "--no-audit", "--no-fund", "--silent"],
        ["npm", "run", "--silent", "build"],
    ):
        subprocess.run(command, cwd=folder, env=environment, check=True)


def succeeds(*command: Path | str) -> bool:
    """Return whether the command ends well; its output is not shown."""
    return subprocess.run(list(map(str, command)), capture_output=True, check=False).returncode == 0


def quietly(*command: str) -> bool:
    """Return whether a package command ends well; it asks nothing and shows only errors."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    ended = subprocess.run(
        [*command, "-qq"], stdout=subprocess.DEVNULL, env=environment, check=False
    )
    return ended.returncode == 0


def run(*command: Path | str) -> None:
    subprocess.run([str(part) for part in command], check=True)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
