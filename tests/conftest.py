"""The order of the whole suite: what is fast first."""

from __future__ import annotations

import pytest

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
