"""The plain data that travels between a test and the student's kernel.

JSON scalars stand for themselves; a float that JSON lacks is `{"f": "nan"}`; a list is
`{"l": [...]}`, a tuple `{"t": [...]}`, a dict `{"d": [[key, value], ...]}` and an array
`{"a": base64 of .npy}`. Nothing else exists, and nothing is ever unpickled. The student's side of
this codec is `sandbox/inside/noyau_room.py`.
"""

from __future__ import annotations

import base64
import binascii
import io
import json
import math
import re
import sys
from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

import numpy as np
from numpy.lib import format as npy
from safetensors import SafetensorError
from safetensors.numpy import load as load_tensors

Key: TypeAlias = bool | int | float | str
Value: TypeAlias = "Key | list[Value] | tuple[Value, ...] | dict[Key, Value] | np.ndarray | None"
Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"

MAX_BYTES = 64 * 1024 * 1024
MAX_ITEMS = 1_000_000
MAX_DEPTH = 32
# Python keeps integers that leave the same remainder by this under one hash: a dict of such keys
# would take the square of their number in time.
LARGEST_KEY = sys.hash_info.modulus - 1
MAX_TENSORS_HEADER = 1024 * 1024
MAX_FILE = 16 * 1024 * 1024
# The header of a .npy and base64's padding, which are not the array's.
HEADER_BYTES = 256
ARRAY_KINDS = "biufc"
# A value of MAX_ITEMS items has a few of these for each.
MAX_MARKS = 4 * MAX_ITEMS
# All that our room writes: a reader this strict has no surprises, NumPy's own parser has.
_NPY = b"\x93NUMPY\x01\x00"
_NPY_START = len(_NPY) + 2
_HEADER = re.compile(
    rb"\{'descr': '([<>|=][biufc]\d{1,2})', 'fortran_order': (True|False), "
    rb"'shape': \(((?:\d{1,15}, ?)*\d{0,15})\), \} *\n"
)


class WireError(ValueError):
    """The data is not of this format, or is larger than it allows."""


def parse(text: str | bytes) -> Any:  # noqa: ANN401
    """Return the JSON data that hostile text says. Raises ValueError, RecursionError.

    An empty list takes thirty times the bytes of its text: their number is bounded first.
    """
    if isinstance(text, str):
        marks = sum(text.count(mark) for mark in ",[{")
    else:
        marks = sum(text.count(mark) for mark in b",[{")
    if marks > MAX_MARKS:
        raise WireError(f"more than {MAX_MARKS} commas and brackets")
    return json.loads(text)


def encode(value: object) -> Json:
    """Return `value` as JSON data. Raises WireError for what is not plain data.

    NumPy scalars become Python's; arrays must be of kind b, i, u, f or c.
    """
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else {"f": str(value)}
    if isinstance(value, np.ndarray):
        return {"a": _encode_array(value)}
    if isinstance(value, tuple):
        return {"t": [encode(item) for item in value]}
    if isinstance(value, list):
        return {"l": [encode(item) for item in value]}
    if isinstance(value, Mapping):
        return {"d": [[encode(key), encode(item)] for key, item in value.items()]}
    message = f"a {type(value).__name__} can't be sent to the student's kernel"
    raise WireError(message)


def decode(data: object) -> Value:
    """Return the value that JSON data stands for. Raises WireError.

    The data may be hostile: depth, number of items, sizes and array types are bounded before
    anything is built.
    """
    return _Decoder().value(data, 0)


def decode_tensors(data: object) -> dict[str, np.ndarray]:
    """Return the arrays of a safetensors file given as base64, by name. Raises WireError.

    The file may be hostile: its size and its header's are bounded before it is parsed.
    """
    if not isinstance(data, str) or len(data) * 3 // 4 > MAX_BYTES + MAX_TENSORS_HEADER:
        raise WireError(f"not a text of at most {MAX_BYTES} bytes")
    try:
        content = base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError) as exc:
        raise WireError("tensors that are not base64") from exc
    if int.from_bytes(content[:8], "little") > MAX_TENSORS_HEADER:
        raise WireError(f"a header of more than {MAX_TENSORS_HEADER} bytes")
    try:
        tensors = load_tensors(content)
    except (SafetensorError, ValueError, KeyError, TypeError, AttributeError) as exc:
        raise WireError("not a safetensors file") from exc
    if any(array.dtype.kind not in ARRAY_KINDS for array in tensors.values()):
        raise WireError("an array of a type that has no number")
    return tensors


def decode_bytes(data: object, *, at_most: int) -> bytes:
    """Return the bytes that are given as base64, no more than so many. Raises WireError."""
    if not isinstance(data, str) or len(data) > 4 * (at_most // 3 + 1):
        raise WireError(f"not a text of at most {at_most} bytes")
    try:
        content = base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError) as exc:
        raise WireError("bytes that are not base64") from exc
    if len(content) > at_most:
        raise WireError(f"more than {at_most} bytes")
    return content


class _Decoder:
    """One decoding, with what it may still build."""

    def __init__(self) -> None:
        self.items = MAX_ITEMS
        self.bytes = MAX_BYTES

    def value(self, data: object, depth: int) -> Value:
        if depth > MAX_DEPTH:
            raise WireError(f"nested deeper than {MAX_DEPTH} levels")
        self._take(items=1)
        if data is None or isinstance(data, bool | int):
            return data
        if isinstance(data, float):
            if not math.isfinite(data):
                raise WireError("a bare non-finite float")
            return data
        if isinstance(data, str):
            self._take(size=len(data))
            # A lone surrogate can't be written anywhere.
            return data.encode("utf-8", "replace").decode()
        if isinstance(data, dict) and len(data) == 1:
            [(tag, content)] = data.items()
            return self._tagged(tag, content, depth)
        raise WireError("not a value of the wire format")

    def _tagged(self, tag: str, content: object, depth: int) -> Value:
        if tag == "f" and content in ("nan", "inf", "-inf"):
            return float(str(content))
        if tag == "a" and isinstance(content, str):
            return self._array(content)
        if isinstance(content, list):
            if tag == "l":
                return [self.value(item, depth + 1) for item in content]
            if tag == "t":
                return tuple(self.value(item, depth + 1) for item in content)
            if tag == "d":
                return dict(self._pairs(content, depth))
        raise WireError("not a value of the wire format")

    def _pairs(self, content: list[object], depth: int) -> Iterable[tuple[Key, Value]]:
        for pair in content:
            if not isinstance(pair, list) or len(pair) != 2:  # noqa: PLR2004
                raise WireError("a dict entry that is not a pair")
            key = self.value(pair[0], depth + 1)
            if not isinstance(key, bool | int | float | str):
                raise WireError("a dict key that is not a scalar")
            if isinstance(key, int) and abs(key) > LARGEST_KEY:
                raise WireError(f"a dict key beyond {LARGEST_KEY}")
            yield key, self.value(pair[1], depth + 1)

    def _array(self, text: str) -> np.ndarray:
        self._take(size=max(len(text) * 3 // 4 - HEADER_BYTES, 0))
        try:
            content = base64.b64decode(text, validate=True)
        except (binascii.Error, ValueError) as exc:
            raise WireError("an array that is not base64") from exc
        return _decode_array(content)

    def _take(self, *, items: int = 0, size: int = 0) -> None:
        self.items -= items
        self.bytes -= size
        if self.items < 0:
            raise WireError(f"more than {MAX_ITEMS} items")
        if self.bytes < 0:
            raise WireError(f"more than {MAX_BYTES} bytes")


def _encode_array(array: np.ndarray) -> str:
    if array.dtype.kind not in ARRAY_KINDS:
        raise WireError(f"an array of {array.dtype} can't be sent to the student's kernel")
    buffer = io.BytesIO()
    npy.write_array(buffer, np.ascontiguousarray(array).reshape(array.shape), allow_pickle=False)
    return base64.b64encode(buffer.getvalue()).decode("ascii")


def _decode_array(content: bytes) -> np.ndarray:
    """Return the array of a `.npy` file, in native byte order, or raise WireError.

    No array is made that is larger than the bytes at hand.
    """
    start = content[:_NPY_START]
    length = int.from_bytes(start[len(_NPY) :], "little")
    header = _HEADER.fullmatch(content[_NPY_START : _NPY_START + length])
    if not start.startswith(_NPY) or header is None:
        raise WireError("not a version 1.0 .npy file")
    body = content[_NPY_START + length :]
    shape = tuple(int(side) for side in header[3].split(b",") if side.strip())
    if len(shape) > MAX_DEPTH:
        raise WireError("an array of impossible shape")
    try:
        dtype = np.dtype(header[1].decode())
        flat = np.frombuffer(body, dtype=dtype).astype(dtype.newbyteorder("="))
        return flat.reshape(shape, order="F" if header[2] == b"True" else "C")
    except (TypeError, ValueError) as exc:
        raise WireError("an array whose type or shape does not fit its bytes") from exc
