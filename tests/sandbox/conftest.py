"""Sandboxes over the real room environment."""

from __future__ import annotations

from pathlib import Path

import pytest

from sandbox import Sandbox, SandboxSettings, SandboxUnavailable, get_sandbox
from tests.sandbox.forking import ForkingSandbox
from tests.sandbox.local import LocalSandbox

REPOSITORY = Path(__file__).resolve().parents[2]
ROOM_PYTHON = REPOSITORY / ".venv-room" / "bin" / "python"


def _bubblewrap(*, use_cgroups: bool) -> Sandbox:
    try:
        return get_sandbox(
            "bubblewrap", SandboxSettings(room_python=ROOM_PYTHON, use_cgroups=use_cgroups)
        )
    except SandboxUnavailable as exc:
        pytest.skip(f"{exc.reason} {exc.remedy}")


@pytest.fixture(scope="session")
def bubblewrap() -> Sandbox:
    """Bubblewrap as it opens rooms here: under cgroups where the machine gives them."""
    return _bubblewrap(use_cgroups=True)


@pytest.fixture(scope="session")
def bubblewrap_without_cgroups() -> Sandbox:
    """Bubblewrap that keeps limits by rlimits and the watch alone."""
    return _bubblewrap(use_cgroups=False)


@pytest.fixture(scope="session")
def bubblewrap_forked(bubblewrap: Sandbox) -> Sandbox:
    """Rooms forked from templates in bubblewrap's world."""
    return ForkingSandbox(bubblewrap)


@pytest.fixture(scope="session")
def docker() -> Sandbox:
    """Containers of this machine's engine, of the image that `make images` builds."""
    try:
        return get_sandbox("docker", SandboxSettings(room_python=ROOM_PYTHON))
    except SandboxUnavailable as exc:
        pytest.skip(f"{exc.reason} {exc.remedy}")


@pytest.fixture(scope="session")
def docker_forked(docker: Sandbox) -> Sandbox:
    """Rooms forked from templates in containers."""
    return ForkingSandbox(docker)


@pytest.fixture(scope="session")
def local() -> Sandbox:
    """Rooms without walls."""
    if not ROOM_PYTHON.exists():
        pytest.skip(f"There is no room environment: {ROOM_PYTHON}")
    return LocalSandbox(SandboxSettings(room_python=ROOM_PYTHON))


BUBBLEWRAP = [
    pytest.param("bubblewrap", marks=pytest.mark.bwrap),
    pytest.param("bubblewrap_without_cgroups", marks=pytest.mark.bwrap),
    pytest.param("bubblewrap_forked", marks=pytest.mark.bwrap),
]
WALLED = [
    *BUBBLEWRAP,
    pytest.param("docker_forked", marks=pytest.mark.docker),
    pytest.param("docker", marks=pytest.mark.docker),
]


@pytest.fixture(params=[BUBBLEWRAP[0], WALLED[-1]])
def each_kind(request: pytest.FixtureRequest) -> Sandbox:
    """One sandbox of each kind that student code may run in."""
    sandbox: Sandbox = request.getfixturevalue(request.param)
    return sandbox


@pytest.fixture(params=WALLED)
def walled(request: pytest.FixtureRequest) -> Sandbox:
    """Each kind of sandbox that student code may run in."""
    sandbox: Sandbox = request.getfixturevalue(request.param)
    return sandbox


@pytest.fixture(params=["local", *WALLED])
def sandbox(request: pytest.FixtureRequest) -> Sandbox:
    """Each kind of sandbox, with walls and without."""
    found: Sandbox = request.getfixturevalue(request.param)
    return found
