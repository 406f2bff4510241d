"""Solve by counting: put the window at each place of the padded line where it fits."""

from __future__ import annotations

from collections.abc import Mapping


def solve(given: Mapping[str, object]) -> dict[str, tuple[tuple[float, ...], ...]]:
    """Return the sizes after each layer by the name of their field."""
    return {name: (tuple(_sizes(task["side"], task["layers"])),) for name, task in given.items()}


def _sizes(side: int, layers: list[tuple[int, int, int]]) -> list[int]:
    sizes = []
    for kernel, stride, padding in layers:
        pixels = ["0"] * padding + ["x"] * side + ["0"] * padding
        windows = (pixels[start : start + kernel] for start in range(0, len(pixels), stride))
        side = sum(len(window) == kernel for window in windows)
        sizes.append(side)
    return sizes
