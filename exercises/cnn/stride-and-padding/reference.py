"""Solve by taking the kernel's weights one by one over an endless plane of zeros."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import count


def solve(given: Mapping[str, object]) -> dict[str, tuple[tuple[float, ...], ...]]:
    """Return the outputs, and what becomes of the line of pixels, by the name of their field."""
    outputs = {
        name: _output(layer["image"], given["kernel"], layer["stride"], given["padding"])
        for name, layer in given["layers"].items()
    }
    return {**outputs, **_line(**given["line"])}


def _output(
    image: tuple[tuple[float, ...], ...],
    kernel: tuple[tuple[float, ...], ...],
    stride: int,
    padding: int,
) -> tuple[tuple[float, ...], ...]:
    pixels = {(i, j): pixel for i, row in enumerate(image) for j, pixel in enumerate(row)}
    starts = _starts(-padding, len(image) + padding, len(kernel), stride)
    return tuple(
        tuple(
            sum(
                weight * pixels.get((i + a, j + b), 0)
                for a, row in enumerate(kernel)
                for b, weight in enumerate(row)
            )
            for j in starts
        )
        for i in starts
    )


def _starts(first: int, end: int, kernel: int, stride: int) -> list[int]:
    """Return where windows start that begin at `first` and stay before `end`."""
    return [start for start in range(first, end, stride) if start + kernel <= end]


def _line(side: int, kernel: int, stride: int) -> dict[str, tuple[tuple[int, ...], ...]]:
    starts = _starts(0, side, kernel, stride)
    read = {start + place for start in starts for place in range(kernel)}
    refused = next(start for start in count(0, stride) if start + kernel > side)
    padding = next(
        padding
        for padding in count()
        if _starts(-padding, side + padding, kernel, stride)[-1] + kernel == side + padding
    )
    return {
        "overrun": ((len(starts),), (refused,), (len(set(range(side)) - read),)),
        "padding": ((padding,),),
    }
