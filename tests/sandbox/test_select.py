"""Choosing a sandbox, and saying what to do where none works."""

from __future__ import annotations

from pathlib import Path

import pytest

import sandbox
from sandbox import SandboxError, SandboxSettings, SandboxUnavailable, get_sandbox
from sandbox.bubblewrap import tools
from tests.sandbox.conftest import ROOM_PYTHON

NOWHERE = SandboxSettings(room_python=Path("/nowhere/bin/python"))


def test_public_surface() -> None:
    assert sorted(sandbox.__all__) == [
        *("EndCause", "Limits", "Mount", "Room", "RoomEnd", "RoomFailed", "RoomSpec", "Sandbox"),
        *("SandboxError", "SandboxSettings", "SandboxUnavailable", "StudentKernel"),
        *("get_sandbox", "open_kernel"),
    ]
    assert all(hasattr(sandbox, name) for name in sandbox.__all__)


def test_an_unknown_name_is_refused_with_the_known_ones() -> None:
    with pytest.raises(SandboxUnavailable) as refused:
        get_sandbox("none", NOWHERE)
    assert refused.value.remedy == "Choose one of: auto, bubblewrap."


@pytest.mark.bwrap
@pytest.mark.parametrize("name", ["auto", "bubblewrap"])
def test_a_missing_room_environment_is_told(name: str) -> None:
    with pytest.raises(SandboxUnavailable) as refused:
        get_sandbox(name, NOWHERE)
    assert refused.value.reason == "The rooms' Python does not run: /nowhere/bin/python."
    assert not refused.value.retryable


def test_a_missing_program_is_told_with_its_package(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(tools, "PATH", str(tmp_path))
    with pytest.raises(SandboxUnavailable) as refused:
        get_sandbox("auto", SandboxSettings(room_python=ROOM_PYTHON))
    assert refused.value.remedy == "Type: apt-get install bubblewrap"


@pytest.mark.bwrap
def test_auto_takes_one_that_opens_rooms(bubblewrap: sandbox.Sandbox) -> None:
    assert get_sandbox("auto", bubblewrap.settings).name == "bubblewrap"


@pytest.mark.bwrap
def test_the_environment_is_the_same_for_the_same_packages(bubblewrap: sandbox.Sandbox) -> None:
    again = get_sandbox("bubblewrap", bubblewrap.settings)
    assert again.environment() == bubblewrap.environment()


def test_every_error_says_whether_to_try_again() -> None:
    kinds = (SandboxError, SandboxUnavailable, sandbox.RoomFailed)
    assert [kind.retryable for kind in kinds] == [False, False, True]
