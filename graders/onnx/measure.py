"""Count what a network holds and what it computes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import prod
from typing import Any

import numpy as np
import onnx
from onnx import shape_inference

from graders.onnx.operators import PLUMBING, SETTINGS, SHAPE_INPUTS, multiply_adds
from graders.onnx.rebuild import Network
from graders.onnx.refusal import NOT_FINITE, WRONG_SHAPE, Refused, at_most

# Per image: multiplications, and numbers in all values between the layers together.
MAX_MULTIPLY_ADDS = 200_000_000
MAX_NUMBERS = 2_000_000
BATCH = 64
# Constants beyond this are no shape.
MOST_IN_A_SHAPE = 16

Shapes = Mapping[str, tuple[int, ...]]


def measure(network: Network) -> dict[str, Any]:
    """Return the network's facts as JSON data. Raises Refused past a bound."""
    weights = _weights(network)
    for name in weights:
        array = network.tensors[name]
        if array.dtype.kind == "f" and not np.isfinite(array).all():
            raise Refused(NOT_FINITE, "its weights hold NaN or an infinity")
    batch = network.shape[0] or BATCH
    shapes = _shapes(network, batch=batch)
    _check_cost(network, shapes, batch)
    output = shapes[network.output]
    if not output or output[0] != batch:
        raise Refused(WRONG_SHAPE, "its output has not one row for each image")
    return {
        "input": list(network.shape),
        "output": [network.shape[0], *output[1:]],
        "parameters": sum(network.tensors[name].size for name in weights),
        "multiply_adds": _multiply_adds(network, _shapes(network, batch=1)),
        "layers": _layers(network, shapes, weights, batch),
        "training": sorted(_in_training(network)),
        "batch": batch,
    }


def _weights(network: Network) -> list[str]:
    """Return the names of the tensors that decide the answer, beyond shapes and settings.

    Each is named once, however often it is used. A tensor of no axes is a number of the formula,
    such as the 255 of a division, and no parameter.
    """
    matters = {network.output}
    for node in reversed(network.nodes):
        if matters.isdisjoint(filter(None, node.output)):
            continue
        for slot, name in enumerate(node.input):
            if name and not _is_setting(node.op_type, slot, network.tensors.get(name)):
                matters.add(name)
    return [name for name, array in network.tensors.items() if name in matters and array.ndim]


def _is_setting(operator: str, slot: int, constant: np.ndarray | None) -> bool:
    if slot in SHAPE_INPUTS.get(operator, ()):
        return constant is None or constant.size <= MOST_IN_A_SHAPE
    if constant is None or slot not in SETTINGS.get(operator, ()):
        return False
    return operator == "BatchNormalization" or constant.size == 1


def _shapes(network: Network, *, batch: int) -> Shapes:
    """Return the shape of each value when `batch` images are given. Raises Refused."""
    try:
        model = shape_inference.infer_shapes(
            network.model(batch=batch), check_type=True, strict_mode=True, data_prop=True
        )
    except (shape_inference.InferenceError, ValueError, RuntimeError) as exc:
        message = f"its shapes do not fit for {batch} images at once: {exc}"
        raise Refused(WRONG_SHAPE, message) from exc
    values = [*model.graph.input, *model.graph.output, *model.graph.value_info]
    shapes = {value.name: _known_shape(value) for value in values}
    shapes |= {name: array.shape for name, array in network.tensors.items()}
    for node in network.nodes:
        if not all(name in shapes for name in node.output if name):
            raise Refused(WRONG_SHAPE, f"the shape of what {node.op_type} gives is not known")
    return shapes


def _known_shape(value: onnx.ValueInfoProto) -> tuple[int, ...]:
    tensor = value.type.tensor_type
    if not tensor.HasField("shape") or not all(one.dim_value > 0 for one in tensor.shape.dim):
        raise Refused(WRONG_SHAPE, "the shape of a value depends on what is in the images")
    return tuple(int(one.dim_value) for one in tensor.shape.dim)


def _check_cost(network: Network, shapes: Shapes, batch: int) -> None:
    """Raise Refused where a batch takes too much time or memory."""
    numbers = sum(prod(shapes[name]) for node in network.nodes for name in node.output if name)
    at_most(numbers // batch, MAX_NUMBERS, "numbers between the layers for one image")
    work = _multiply_adds(network, shapes) + sum(
        prod(shapes[node.output[0]]) * _window(node) for node in network.nodes if node.output[0]
    )
    at_most(work // batch, MAX_MULTIPLY_ADDS, "multiplications for one image")


def _window(node: onnx.NodeProto) -> int:
    """Return how many numbers a pooling looks at for each that it gives."""
    return prod(
        value
        for one in node.attribute
        if one.name in ("kernel_shape", "size")
        for value in (one.ints or [one.i])
    )


def _multiply_adds(network: Network, shapes: Shapes) -> int:
    total = 0
    for node in network.nodes:
        transposed = any(one.name == "transA" and one.i for one in node.attribute)
        inputs = [shapes[name] for name in node.input if name]
        total += multiply_adds(node.op_type, inputs, shapes[node.output[0]], transposed=transposed)
    return total


def _layers(
    network: Network, shapes: Shapes, weights: Sequence[str], batch: int
) -> list[dict[str, Any]]:
    """Return the layers in their order; a tensor that two share is counted at the first."""
    left = dict.fromkeys(weights)
    layers = []
    for node in network.nodes:
        own = [name for name in dict.fromkeys(node.input) if name in left]
        for name in own:
            del left[name]
        if own or node.op_type not in PLUMBING:
            shape: list[int | None] = list(shapes[node.output[0]])
            if network.shape[0] is None and shape[:1] == [batch]:
                shape[0] = None
            layers.append(
                {
                    "operator": node.op_type,
                    "parameters": sum(network.tensors[name].size for name in own),
                    "output": shape,
                }
            )
    return layers


def _in_training(network: Network) -> set[str]:
    """Return the operators that were exported as they work in training."""
    found = set()
    for node in network.nodes:
        if node.op_type == "BatchNormalization":
            if any(one.name == "training_mode" and one.i for one in node.attribute):
                found.add(node.op_type)
        elif node.op_type == "Dropout" and len(node.input) > 2 and node.input[2]:  # noqa: PLR2004
            constant = network.tensors.get(node.input[2])
            if constant is None or constant.any():
                found.add(node.op_type)
    return found
