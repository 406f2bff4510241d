"""What tests say of an answer: each helper returns it checked, or says clearly what is wrong.

Answers are plain data. A list of lists of numbers is as good as an array; a tensor arrives as an
array. No helper ever calls anything of the student's.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from graders.errors import NotFinite, StudentError, WrongShape, WrongType, WrongValue
from graders.report import Fault, Problem, ProblemCode

KINDS = {"b": "booleans", "i": "integers", "u": "integers", "f": "numbers", "c": "complex numbers"}
NUMERIC = "biuf"
LARGEST = (-(2**63), 2**64 - 1)


def expect_array(
    value: object,
    *,
    shape: tuple[int | None, ...] | None = None,
    like: np.ndarray | None = None,
    kinds: str = NUMERIC,
    finite: bool = True,
    name: str = "the answer",
) -> np.ndarray:
    """Return `value` as an array of the shape and of one of the dtype kinds.

    `like` gives the shape of an array; None in a shape is any size. Raises WrongType, WrongShape,
    NotFinite.
    """
    array = _as_array(value, name)
    if array.dtype.kind not in kinds:
        asked = " or ".join(dict.fromkeys(KINDS[kind] for kind in kinds))
        raise _error(
            WrongType, ProblemCode.WRONG_TYPE, f"{name} holds {array.dtype}, expected {asked}"
        )
    asked_shape = like.shape if like is not None else shape
    if asked_shape is not None and not _fits(array.shape, asked_shape):
        text = _shape_text(asked_shape)
        message = f"{name} has shape {_shape_text(array.shape)}, expected {text}"
        raise _error(WrongShape, ProblemCode.WRONG_SHAPE, message)
    if finite and not np.isfinite(array).all():
        raise _error(NotFinite, ProblemCode.NOT_FINITE, f"{name} holds NaN or an infinity")
    return array


def expect_close(
    value: object,
    expected: object,
    *,
    rtol: float = 1e-5,
    atol: float = 1e-6,
    name: str = "the answer",
) -> np.ndarray:
    """Return `value` as an array, of the shape of `expected` and near it.

    NaN and infinities are right only where `expected` has the same. Raises WrongType, WrongShape,
    NotFinite, WrongValue.
    """
    wanted = np.asarray(expected)
    finite = bool(np.isfinite(wanted).all())
    kinds = NUMERIC + "c" if wanted.dtype.kind == "c" else NUMERIC
    array = expect_array(value, like=wanted, kinds=kinds, finite=finite, name=name)
    wide = np.complex128 if wanted.dtype.kind == "c" else np.float64
    near = np.isclose(array.astype(wide), wanted.astype(wide), rtol=rtol, atol=atol, equal_nan=True)
    if not near.all():
        raise _error(
            WrongValue, ProblemCode.WRONG_VALUE, _difference(array, wanted, near, name=name)
        )
    return array


def expect_equal(value: object, expected: object, *, name: str = "the answer") -> None:
    """Raise WrongValue unless the plain value is exactly `expected`; lists may stand for tuples."""
    if _plain(value) != _plain(expected):
        message = f"{name} is {_cut(value)}, expected {_cut(expected)}"
        raise _error(WrongValue, ProblemCode.WRONG_VALUE, message)


def expect_number(value: object, *, name: str = "the answer", finite: bool = True) -> float:
    """Return `value`, a number or an array of one number, as a float. Raises StudentError."""
    array = expect_array(value, name=name, finite=finite)
    if array.size != 1:
        message = f"{name} has shape {_shape_text(array.shape)}, expected one number"
        raise _error(WrongShape, ProblemCode.WRONG_SHAPE, message)
    return float(array.reshape(-1)[0])


def _as_array(value: object, name: str) -> np.ndarray:
    """Return numbers, and lists of numbers however nested, as an array."""
    if isinstance(value, np.ndarray):
        return value
    if not isinstance(value, bool | int | float | list | tuple):
        kind = "None" if value is None else f"of type {type(value).__name__}"
        message = f"{name} is {kind}, expected an array of numbers"
        raise _error(WrongType, ProblemCode.WRONG_TYPE, message)
    if not _holds_numbers(value):
        message = f"{name} holds something else than numbers"
        raise _error(WrongType, ProblemCode.WRONG_TYPE, message)
    try:
        return np.array(value)
    except ValueError as exc:
        message = f"{name} is a list whose rows do not have the same length"
        raise _error(WrongShape, ProblemCode.WRONG_SHAPE, message) from exc


def _holds_numbers(value: object) -> bool:
    """Return whether NumPy can hold the value, however nested, in an array of numbers.

    Asked first: one long text in a list makes NumPy take that much for every item.
    """
    if isinstance(value, list | tuple):
        return all(map(_holds_numbers, value))
    if isinstance(value, int):
        return LARGEST[0] <= value <= LARGEST[1]
    return isinstance(value, float | np.ndarray)


def _fits(shape: tuple[int, ...], asked: tuple[int | None, ...]) -> bool:
    return len(shape) == len(asked) and all(
        want is None or have == want for have, want in zip(shape, asked, strict=True)
    )


def _shape_text(shape: tuple[int | None, ...]) -> str:
    return "(" + ", ".join("any" if side is None else str(side) for side in shape) + ")"


def _difference(array: np.ndarray, wanted: np.ndarray, near: np.ndarray, *, name: str) -> str:
    """Return where the arrays differ first, and in how many places."""
    count = int((~near).sum())
    if array.ndim == 0:
        return f"{name} is {array.item():g}, expected {wanted.item():g}"
    place = tuple(int(index) for index in np.argwhere(~near)[0])
    found, right = array[place].item(), wanted[place].item()
    where = ", ".join(map(str, place))
    return f"{name}[{where}] is {found:g}, expected {right:g} ({count} of {near.size} differ)"


def _plain(value: object) -> Any:  # noqa: ANN401
    """Return the value with arrays and tuples as lists, and types told apart where == does not."""
    if isinstance(value, np.ndarray | np.generic):
        value = value.tolist()
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return (type(value) is bool, value)


def _cut(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 200 else f"{text[:200]}..."  # noqa: PLR2004


def _error(kind: type[StudentError], code: ProblemCode, message: str) -> StudentError:
    return kind(Problem(code=code, fault=Fault.STUDENT, message=message))
