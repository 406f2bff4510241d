"""What tests say of an answer: each helper returns it checked, or says clearly what is wrong.

Answers are plain data. A list of lists of numbers is as good as an array; a tensor arrives as an
array. No helper ever calls anything of the student's. A `name` is what the answer is called, in one
language or in both.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from graders.errors import NotFinite, StudentError, WrongShape, WrongType, WrongValue
from graders.report import Fault, Problem, ProblemCode, Text

KINDS = {
    "b": Text(fr="des booléens", en="booleans"),
    "i": Text(fr="des entiers", en="integers"),
    "u": Text(fr="des entiers", en="integers"),
    "f": Text(fr="des nombres", en="numbers"),
    "c": Text(fr="des nombres complexes", en="complex numbers"),
}
ANSWER = Text(fr="la réponse", en="the answer")
NUMERIC = "biuf"
LARGEST = (-(2**63), 2**64 - 1)


def expect(holds: object, *, fr: str, en: str) -> None:
    """Raise WrongValue, which says this sentence in both languages, unless it `holds`."""
    if not holds:
        said = Text(fr=fr, en=en)
        raise WrongValue(
            Problem(code=ProblemCode.WRONG_VALUE, fault=Fault.STUDENT, message=said.en, remark=said)
        )


def expect_array(
    value: object,
    *,
    shape: tuple[int | None, ...] | None = None,
    like: np.ndarray | None = None,
    kinds: str = NUMERIC,
    finite: bool = True,
    name: str | Text = ANSWER,
) -> np.ndarray:
    """Return `value` as an array of the shape and of one of the dtype kinds.

    `like` gives the shape of an array; None in a shape is any size. Raises WrongType, WrongShape,
    NotFinite.
    """
    array = _as_array(value, name)
    if array.dtype.kind not in kinds:
        raise _error(
            WrongType,
            ProblemCode.WRONG_TYPE,
            name,
            fr=f"{array.dtype}\u00a0; attendu\u00a0: {_either(kinds, 'fr', ' ou ')}",
            en=f"{array.dtype}, expected {_either(kinds, 'en', ' or ')}",
        )
    asked_shape = like.shape if like is not None else shape
    if asked_shape is not None and not _fits(array.shape, asked_shape):
        shape_now, shape_fr = _shape_text(array.shape), _shape_text(asked_shape, anything="libre")
        raise _error(
            WrongShape,
            ProblemCode.WRONG_SHAPE,
            name,
            fr=f"forme {shape_now}\u00a0; attendu\u00a0: {shape_fr}",
            en=f"shape {shape_now}, expected {_shape_text(asked_shape)}",
        )
    if finite and not np.isfinite(array).all():
        raise _error(
            NotFinite,
            ProblemCode.NOT_FINITE,
            name,
            fr="NaN ou un infini s’y trouve",
            en="NaN or an infinity is in it",
        )
    return array


def expect_close(
    value: object,
    expected: object,
    *,
    rtol: float = 1e-5,
    atol: float = 1e-6,
    name: str | Text = ANSWER,
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
        raise _difference(array, wanted, near, name=name)
    return array


def expect_equal(value: object, expected: object, *, name: str | Text = ANSWER) -> None:
    """Raise WrongValue unless the plain value is exactly `expected`; lists may stand for tuples."""
    if _plain(value) != _plain(expected):
        raise _error(
            WrongValue,
            ProblemCode.WRONG_VALUE,
            name,
            fr=f"{_cut(value)}\u00a0; attendu\u00a0: {_cut(expected)}",
            en=f"{_cut(value)}, expected {_cut(expected)}",
        )


def expect_number(value: object, *, name: str | Text = ANSWER, finite: bool = True) -> float:
    """Return `value`, a number or an array of one number, as a float. Raises StudentError."""
    array = expect_array(value, name=name, finite=finite)
    if array.size != 1:
        shape = _shape_text(array.shape)
        raise _error(
            WrongShape,
            ProblemCode.WRONG_SHAPE,
            name,
            fr=f"forme {shape}\u00a0; attendu\u00a0: un seul nombre",
            en=f"shape {shape}, expected one number",
        )
    return float(array.reshape(-1)[0])


def _as_array(value: object, name: str | Text) -> np.ndarray:
    """Return numbers, and lists of numbers however nested, as an array."""
    if isinstance(value, np.ndarray):
        return value
    if not isinstance(value, bool | int | float | list | tuple):
        kind = type(value).__name__
        raise _error(
            WrongType,
            ProblemCode.WRONG_TYPE,
            name,
            fr=f"{_typed(value, f'type {kind}')}\u00a0; attendu\u00a0: un tableau de nombres",
            en=f"{_typed(value, f'type {kind}')}, expected an array of numbers",
        )
    if not _holds_numbers(value):
        raise _error(
            WrongType,
            ProblemCode.WRONG_TYPE,
            name,
            fr="autre chose que des nombres s’y trouve",
            en="something else than numbers is in it",
        )
    try:
        return np.array(value)
    except ValueError as exc:
        raise _error(
            WrongShape,
            ProblemCode.WRONG_SHAPE,
            name,
            fr="une liste dont les lignes n’ont pas toutes la même longueur",
            en="a list whose rows do not have the same length",
        ) from exc


def _typed(value: object, kind: str) -> str:
    return "None" if value is None else kind


def _either(kinds: str, language: str, word: str) -> str:
    return word.join(dict.fromkeys(KINDS[kind].in_language(language) for kind in kinds))


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


def _shape_text(shape: tuple[int | None, ...], *, anything: str = "any") -> str:
    return "(" + ", ".join(anything if side is None else str(side) for side in shape) + ")"


def _difference(
    array: np.ndarray, wanted: np.ndarray, near: np.ndarray, *, name: str | Text
) -> StudentError:
    """Return what says where the arrays differ first, and in how many places."""
    count = int((~near).sum())
    place = tuple(int(index) for index in np.argwhere(~near)[0])
    found, right = array[place].item(), wanted[place].item()
    where = f"[{', '.join(map(str, place))}]" if place else ""
    differ = "diffère" if count == 1 else "diffèrent"
    return _error(
        WrongValue,
        ProblemCode.WRONG_VALUE,
        name,
        fr=f"{found:g}\u00a0; attendu\u00a0: {right:g}"
        + (f" ({count} sur {near.size} {differ})" if place else ""),
        en=f"{found:g}, expected {right:g}"
        + (f" ({count} of {near.size} differ)" if place else ""),
        where=where,
    )


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


def _error(
    kind: type[StudentError],
    code: ProblemCode,
    name: str | Text,
    *,
    fr: str,
    en: str,
    where: str = "",
) -> StudentError:
    """Return the error that says this of the answer of that name, or of a place in it."""
    if isinstance(name, str):
        name = Text(fr=f"«\u00a0{name}\u00a0»", en=name)
    # A colon, not a verb: names are of one thing or of many.
    remark = Text(fr=f"{name.fr}{where}\u00a0: {fr}", en=f"{name.en}{where}: {en}")
    return kind(Problem(code=code, fault=Fault.STUDENT, message=remark.en, remark=remark))
