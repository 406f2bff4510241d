"""Choosing a sandbox, and saying what to do where none works."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

import sandbox
from sandbox import SandboxError, SandboxSettings, SandboxUnavailable, get_sandbox
from sandbox.bubblewrap import tools
from tests.sandbox.conftest import ROOM_PYTHON

NO_ENGINE = "unix:///nowhere/docker.sock"
NOWHERE = SandboxSettings(room_python=Path("/nowhere/bin/python"), engine=NO_ENGINE)


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
    assert refused.value.remedy == "Choose one of: auto, docker, bubblewrap."


@pytest.mark.bwrap
def test_a_missing_room_environment_is_told() -> None:
    with pytest.raises(SandboxUnavailable) as refused:
        get_sandbox("bubblewrap", NOWHERE)
    assert refused.value.reason == "The rooms' Python does not run: /nowhere/bin/python."
    assert not refused.value.retryable


def test_a_missing_program_is_told_with_its_package(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(tools, "PATH", str(tmp_path))
    with pytest.raises(SandboxUnavailable) as refused:
        get_sandbox("bubblewrap", SandboxSettings(room_python=ROOM_PYTHON))
    assert refused.value.remedy == "Type: apt-get install bubblewrap"


def test_auto_tells_why_none_works(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(tools, "PATH", str(tmp_path))
    with pytest.raises(SandboxUnavailable) as refused:
        get_sandbox("auto", NOWHERE)
    assert refused.value.reason == (
        f"No Docker engine answers at {NO_ENGINE}. The program bwrap is missing."
    )
    assert refused.value.remedy == (
        "Install and start it: apt-get install docker.io Type: apt-get install bubblewrap"
    )


@pytest.mark.bwrap
def test_auto_takes_bubblewrap_where_no_engine_answers(bubblewrap: sandbox.Sandbox) -> None:
    settings = replace(bubblewrap.settings, engine=NO_ENGINE)
    assert get_sandbox("auto", settings).name == "bubblewrap"


@pytest.mark.docker
def test_auto_takes_docker_where_its_engine_answers(docker: sandbox.Sandbox) -> None:
    assert get_sandbox("auto", docker.settings).name == "docker"


@pytest.mark.docker
def test_a_missing_image_is_told(docker: sandbox.Sandbox) -> None:
    with pytest.raises(SandboxUnavailable) as refused:
        get_sandbox("docker", replace(docker.settings, image="noyau/no-such-image"))
    assert refused.value.reason == "The image of rooms is missing: noyau/no-such-image."
    assert refused.value.remedy == "Build it with: make images"


def test_an_engine_elsewhere_is_refused() -> None:
    with pytest.raises(SandboxUnavailable) as refused:
        get_sandbox("docker", replace(NOWHERE, engine="tcp://127.0.0.1:2375"))
    assert refused.value.reason.startswith("The Docker engine must be on this machine")


@pytest.mark.bwrap
def test_the_environment_is_the_same_for_the_same_packages(bubblewrap: sandbox.Sandbox) -> None:
    again = get_sandbox("bubblewrap", bubblewrap.settings)
    assert again.environment() == bubblewrap.environment()


@pytest.mark.docker
def test_the_environment_of_containers_is_the_digest_of_their_image(
    docker: sandbox.Sandbox,
) -> None:
    digest = docker.environment()
    assert digest.startswith("sha256:")
    by_digest = get_sandbox("docker", replace(docker.settings, image=digest))
    assert by_digest.environment() == digest


def test_every_error_says_whether_to_try_again() -> None:
    kinds = (SandboxError, SandboxUnavailable, sandbox.RoomFailed)
    assert [kind.retryable for kind in kinds] == [False, False, True]
