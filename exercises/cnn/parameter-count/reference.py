"""Solve by writing down the shape of every array of weights, then counting the cells."""

from __future__ import annotations

from collections.abc import Mapping
from math import prod


def solve(given: Mapping[str, object]) -> dict[str, tuple[tuple[int, ...], ...]]:
    """Return weights, parameters by layer and totals by the name of their field."""
    lenet, vgg = _counts(**given["lenet"]), _counts(**given["vgg"])
    vgg = [count for count, layer in zip(vgg, given["vgg"]["layers"], strict=True) if layer[1]]
    return {
        "weights": ((prod(given["neuron"]),), (prod((given["window"],) * 2),)),
        "lenet": tuple((count,) for count in lenet),
        "lenet-total": ((sum(lenet),),),
        "vgg": tuple((count,) for count in vgg),
        "vgg-total": ((sum(vgg),),),
    }


def _counts(channels: int, side: int, layers: tuple[tuple[str, int, int, int], ...]) -> list[int]:
    shape: tuple[int, ...] = (channels, side, side)
    counts = []
    for kind, outputs, window, padding in layers:
        arrays, shape = _layer(kind, shape, outputs, window, padding)
        counts.append(sum(map(prod, arrays)))
    return counts


def _layer(
    kind: str, shape: tuple[int, ...], outputs: int, window: int, padding: int
) -> tuple[list[tuple[int, ...]], tuple[int, ...]]:
    """Return the shapes of the layer's arrays of parameters, and of what it hands on."""
    if kind == "dense":
        return [(outputs, prod(shape)), (outputs,)], (outputs,)
    channels, *sides = shape
    if kind == "pool":
        return [], (channels, *(side // window for side in sides))
    arrays = [(outputs, channels, window, window), (outputs,)]
    return arrays, (outputs, *(side + 2 * padding - window + 1 for side in sides))
