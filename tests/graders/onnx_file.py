"""ONNX files, written field by field, so that a test may write what no library would."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from math import prod

import numpy as np

FLOAT, INT64 = 1, 7
TYPES = {np.dtype("f4"): FLOAT, np.dtype("i8"): INT64, np.dtype("?"): 9}


def number(field: int, value: int) -> bytes:
    """Return a whole number as a field."""
    return varint(field << 3) + varint(value & (2**64 - 1))


def real(field: int, value: float) -> bytes:
    """Return a 32-bit float as a field."""
    return varint(field << 3 | 5) + struct.pack("<f", value)


def data(field: int, content: bytes | str) -> bytes:
    """Return bytes, a text or a message as a field."""
    content = content.encode() if isinstance(content, str) else content
    return varint(field << 3 | 2) + varint(len(content)) + content


def varint(value: int) -> bytes:
    """Return a number of 7 bits a byte, the lowest first."""
    found = bytearray()
    while value > 0x7F:
        found.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*found, value])


def tensor(name: str, array: np.ndarray, *, shape: Sequence[int] | None = None) -> bytes:
    """Return a TensorProto of the array, or one that says to have another shape."""
    sides = array.shape if shape is None else shape
    dims = b"".join(number(1, side) for side in sides)
    return dims + number(2, TYPES[array.dtype]) + data(8, name) + data(9, array.tobytes())


def whole(name: str, value: int) -> bytes:
    """Return an attribute that is a whole number."""
    return data(1, name) + number(3, value) + number(20, 2)


def wholes(name: str, values: Sequence[int]) -> bytes:
    """Return an attribute that is a list of whole numbers."""
    return data(1, name) + b"".join(number(8, value) for value in values) + number(20, 7)


def node(
    operator: str,
    inputs: Sequence[str],
    outputs: Sequence[str],
    *attributes: bytes,
    domain: str = "",
) -> bytes:
    """Return a NodeProto."""
    names = b"".join(data(1, name) for name in inputs)
    names += b"".join(data(2, name) for name in outputs)
    return (
        names
        + data(4, operator)
        + b"".join(data(5, one) for one in attributes)
        + (data(7, domain) if domain else b"")
    )


def value(name: str, shape: Sequence[int | str]) -> bytes:
    """Return the ValueInfoProto of a tensor of floats; a text is an axis of any size."""
    dims = b"".join(
        data(1, data(2, side) if isinstance(side, str) else number(1, side)) for side in shape
    )
    return data(1, name) + data(2, data(1, number(1, FLOAT) + data(2, dims)))


def model(
    nodes: Sequence[bytes],
    tensors: Sequence[bytes] = (),
    *,
    image: Sequence[int | str] = ("n", 1, 6, 6),
    opset: int = 18,
    more: bytes = b"",
) -> bytes:
    """Return a ModelProto from `images` to `scores`; `more` are further fields of it."""
    graph = b"".join(data(1, one) for one in nodes) + data(2, "g")
    graph += b"".join(data(5, one) for one in tensors)
    graph += data(11, value("images", image)) + data(12, value("scores", ("n", "m")))
    return number(1, 8) + data(7, graph) + data(8, number(2, opset)) + more


def kernel(*shape: int) -> np.ndarray:
    """Return weights of that shape."""
    return (np.arange(prod(shape), dtype="f4") / prod(shape) - 0.5).reshape(shape)


def small(*between: bytes, last: str = "c") -> bytes:
    """Return a network of one convolution and one dense layer, with nodes put after the first."""
    return model(
        [
            node("Conv", ["images", "w", "b"], ["c"], wholes("kernel_shape", [3, 3])),
            *between,
            node("Flatten", [last], ["f"]),
            node("Gemm", ["f", "d", "e"], ["scores"]),
        ],
        [
            tensor("w", kernel(2, 1, 3, 3)),
            tensor("b", kernel(2)),
            tensor("d", kernel(32, 3)),
            tensor("e", kernel(3)),
        ],
    )
