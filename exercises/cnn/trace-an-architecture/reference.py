"""Solve by listing where windows start along each side."""

from __future__ import annotations

from collections.abc import Mapping


def solve(given: Mapping[str, object]) -> dict[str, tuple[tuple[int, ...], ...]]:
    """Return the shapes and the lengths by the name of their field."""
    maps, shape = [], given["image"]
    for filters, many in zip(given["filters"], given["convolutions"], strict=True):
        for _ in range(many):
            shape = _convolved(shape, filters, kernel=3, stride=1, padding=1)
        maps.append(shape)
        shape = _convolved(shape, shape[0], kernel=2, stride=2, padding=0)
        maps.append(shape)
    channels, height, width = shape
    stem = _convolved(given["photo"], given["stem"], kernel=7, stride=2, padding=3)
    return {
        "vgg": tuple(maps),
        "vector": tuple((length,) for length in (channels * height * width, *given["dense"])),
        "stem": (stem, _convolved(stem, given["stem"], kernel=3, stride=2, padding=1)),
        "block": _block(given["block"]),
    }


def _block(shape: tuple[int, ...]) -> tuple[tuple[int, ...], ...]:
    filters = shape[0] + shape[0]
    first = _convolved(shape, filters, kernel=3, stride=2, padding=1)
    second = _convolved(first, filters, kernel=3, stride=1, padding=1)
    skip = _convolved(shape, filters, kernel=1, stride=2, padding=0)
    assert skip == second, "a sum of different shapes"
    return first, second, skip, tuple(max(pair) for pair in zip(second, skip, strict=True))


def _convolved(
    shape: tuple[int, ...], filters: int, *, kernel: int, stride: int, padding: int
) -> tuple[int, ...]:
    starts = (range(-padding, side + padding - kernel + 1, stride) for side in shape[1:])
    return (filters, *map(len, starts))
