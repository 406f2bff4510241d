"""Everything is killed at random while a class hands in: each is graded once, and rightly."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.chaos.servers import has_servers

REPOSITORY = Path(__file__).resolve().parents[2]
COUNT = 12
SECONDS = 280

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(SECONDS + 20)]


def storm(*options: str) -> dict[str, Any]:
    """Return the figures of a storm over a portal, workers and rooms of their own."""
    path = os.pathsep.join((str(REPOSITORY), str(REPOSITORY / "platform")))
    done = subprocess.run(
        [sys.executable, "-m", "tests.chaos.storm", "--count", str(COUNT), *options],
        cwd=REPOSITORY, env={**os.environ, "PYTHONPATH": path}, stdout=subprocess.PIPE,
        check=False, timeout=SECONDS,
    )  # fmt: skip
    figures: dict[str, Any] = json.loads(done.stdout)
    return figures


def kept(figures: dict[str, Any]) -> tuple[object, ...]:
    """Return what must come of every storm."""
    names = ("handed_in", "rows", "graded", "graded_again", "wrong", "left")
    return tuple(figures[name] for name in names)


CALM: tuple[object, ...] = (COUNT, COUNT, COUNT, 0, [], [])


@pytest.mark.bwrap
def test_a_storm_over_one_machine_without_servers() -> None:
    assert kept(storm("--seed", "1")) == CALM


@pytest.mark.bwrap
@pytest.mark.skipif(not has_servers(), reason="needs PostgreSQL and Redis")
def test_a_storm_over_postgresql_and_redis() -> None:
    assert kept(storm("--seed", "2", "--servers")) == CALM


@pytest.mark.docker
def test_a_storm_over_containers() -> None:
    assert kept(storm("--seed", "3", "--sandbox", "docker", "--concurrency", "1")) == CALM
