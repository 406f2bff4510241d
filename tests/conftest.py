"""What the whole suite shares: its order, fast tests first, and its data sets."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where data sets are prepared, once for all tests, of every worker of this run."""
    own = tmp_path_factory.getbasetemp()
    folder = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "data"
    folder.mkdir(exist_ok=True)
    return folder


SLOWER = ("bwrap", "e2e")
"""Markers of tests that open rooms, then of those that drive a browser."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the tests in the order of their cost; among equals the order stays."""
    items.sort(key=_cost)


def _cost(item: pytest.Item) -> int:
    return max(
        (rank for rank, name in enumerate(SLOWER, start=1) if item.get_closest_marker(name)),
        default=0,
    )
