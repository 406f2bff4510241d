"""What a fenced block of a statement says: which numbers, and what of it can be changed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from typing import Annotated, Literal, TypeAlias

from pydantic import Field, PlainValidator

from exercises.spec import Strict

MAX_SIDE, MAX_KERNEL = 8, 5
MAX_KERNELS, MAX_NAME = 8, 20
MAX_STRIDE, MAX_PADDING, MAX_DILATION, MAX_SIZE = 4, 2, 3, 4
# As short as a cell of a phone's screen can show.
_NUMBER = re.compile(r"-?\d{1,4}(\.\d{1,3}|/[1-9]\d{0,2})?")

Numbers: TypeAlias = tuple[tuple[Fraction, ...], ...]
Place = Annotated[int, Field(strict=True, ge=0)]


def _number(value: object) -> Fraction:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError('numbers such as 2, -0.5 or "1/9"')  # noqa: TRY004 - as pydantic wants it
    text = f"{value:.10g}" if isinstance(value, float) else f"{value}"
    if not _NUMBER.fullmatch(text):
        raise ValueError('numbers such as 2, -0.5 or "1/9", of four digits at most')
    return Fraction(text)


def _table(value: object, most: int) -> Numbers:
    rows = value if isinstance(value, list | tuple) else ()
    if not 1 <= len(rows) <= most or not all(isinstance(row, list | tuple) for row in rows):
        raise ValueError(f"1 to {most} rows")
    if len({len(row) for row in rows}) > 1 or not 1 <= len(rows[0]) <= most:
        raise ValueError(f"rows of one length, 1 to {most}")
    return tuple(tuple(map(_number, row)) for row in rows)


def _image(value: object) -> Numbers:
    return _table(value, MAX_SIDE)


def _kernel(value: object) -> Numbers:
    return _table(value, MAX_KERNEL)


def _kernels(value: object) -> Mapping[str, Numbers]:
    if not isinstance(value, Mapping) or len(value) > MAX_KERNELS:
        raise ValueError(f"a table of {MAX_KERNELS} kernels at most")
    if any(len(name) > MAX_NAME for name in value):
        raise ValueError(f"names of {MAX_NAME} letters at most")
    return {name: _kernel(rows) for name, rows in value.items()}


class Sliding(Strict):
    """A window that goes over `input`. `cell` is the output's row and column that it shows first.

    `change` names what a student can choose besides the numbers themselves.
    """

    title: Annotated[str, Field(max_length=160)] = ""
    input: Annotated[Numbers, PlainValidator(_image)]
    stride: Annotated[int, Field(strict=True, ge=1, le=MAX_STRIDE)] = 1
    padding: Annotated[int, Field(strict=True, ge=0, le=MAX_PADDING)] = 0
    cell: tuple[Place, Place] = (0, 0)


class Convolution(Sliding):
    """A kernel that goes over the input as it stands, without a half turn.

    Around the input are zeros, or with `border = "edge"` the nearest pixel's value. Of `kernels`,
    by name, a student can take one in the place of `kernel`.
    """

    kernel: Annotated[Numbers, PlainValidator(_kernel)]
    kernels: Annotated[Mapping[str, Numbers], PlainValidator(_kernels)] = {}
    dilation: Annotated[int, Field(strict=True, ge=1, le=MAX_DILATION)] = 1
    border: Literal["zero", "edge"] = "zero"
    change: tuple[
        Literal["input-side", "kernel-side", "padding", "stride", "dilation"], ...
    ] = ("padding", "stride", "dilation")  # fmt: skip


class Pooling(Sliding):
    """A window of side `size` of which one number is kept.

    What is missing around the input does not count. A window over the lower or right edge is
    dropped, or with `edge = "partial"` kept with the pixels that it has.
    """

    mode: Literal["max", "mean", "sum"] = "max"
    size: Annotated[int, Field(strict=True, ge=1, le=MAX_SIZE)] = 2
    edge: Literal["drop", "partial"] = "drop"
    change: tuple[
        Literal["mode", "input-side", "size", "padding", "stride", "edge"], ...
    ] = ("mode", "size", "padding", "stride")  # fmt: skip


Piece: TypeAlias = Convolution | Pooling
