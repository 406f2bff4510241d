"""Preparing a checkout: what is done, what is skipped, and what a person is told to type."""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path
from types import ModuleType

import pytest

SCRIPT = Path(__file__).parents[2] / "platform/deploy/bootstrap.py"


@pytest.fixture
def bootstrap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The script, for a checkout in an empty folder."""
    spec = importlib.util.spec_from_file_location("bootstrap", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "ROOT", tmp_path)
    return module


def program(folder: Path, name: str) -> None:
    """Put a program that ends well into `folder`."""
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text("#!/bin/sh\nexit 0\n")
    path.chmod(0o755)


def test_a_step_is_made_again_only_when_its_inputs_change(
    bootstrap: ModuleType, tmp_path: Path
) -> None:
    product, source = tmp_path / "product", tmp_path / "source"
    source.write_text("one")
    made: list[str] = []

    def make() -> None:
        product.mkdir(exist_ok=True)
        made.append(source.read_text())

    for text in ("one", "one", "two"):
        source.write_text(text)
        bootstrap.step("product", product, [source], make)
    assert made == ["one", "two"]


def test_a_step_that_failed_is_made_again(bootstrap: ModuleType, tmp_path: Path) -> None:
    product, source = tmp_path / "product", tmp_path / "source"
    source.write_text("one")
    product.mkdir()
    made: list[str] = []

    def fail() -> None:
        raise bootstrap.CannotPrepare("no")

    with pytest.raises(bootstrap.CannotPrepare):
        bootstrap.step("product", product, [source], fail)
    bootstrap.step("product", product, [source], lambda: made.append("made"))
    assert made == ["made"]


def test_nothing_is_installed_where_the_programs_are_there(
    bootstrap: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(tmp_path / "bin", "bwrap")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    assert bootstrap.install_programs({"bwrap": "bubblewrap"}) is None


def test_who_may_not_install_is_told_what_to_type(
    bootstrap: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(tmp_path / "bin", "apt-get")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(bootstrap.CannotPrepare) as told:
        bootstrap.install_programs({"bwrap": "bubblewrap"})
    command = "sudo apt-get install -y --no-install-recommends bubblewrap"
    assert str(told.value).splitlines()[-1].strip() == command


def test_without_a_known_package_manager_the_package_is_named(
    bootstrap: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(bootstrap.CannotPrepare) as told:
        bootstrap.install_programs({"bwrap": "bubblewrap"})
    assert "bubblewrap" in str(told.value)


def test_a_python_that_is_too_old_is_refused(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bootstrap, "OLDEST_PYTHON", (99, 0))
    with pytest.raises(bootstrap.CannotPrepare):
        bootstrap.require_python()
