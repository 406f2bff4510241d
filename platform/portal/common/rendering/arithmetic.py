"""Exact numbers, and what is reckoned with them, as a line of text that a student reads."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from exercises.explore import Convolution, Piece, Read, Window

PLACES = 3
LONGEST_FRACTION = 7


@dataclass(frozen=True, slots=True)
class Marks:
    """A language's marks: between a number's whole part and its decimals, and between items."""

    decimal: str = "."
    list: str = ", "


def show(value: Fraction, marks: Marks) -> str:
    """Return a number in few letters: 2, 0.25, 7/3, or rounded where the fraction would be long."""
    if 10**PLACES % value.denominator == 0:
        return decimal(value, marks)
    text = f"{value}"
    if len(text) <= LONGEST_FRACTION:
        return text.replace("-", "\u2212")
    return f"\u2248{decimal(value, marks)}"


def decimal(value: Fraction, marks: Marks, places: int = PLACES) -> str:
    """Return the number with so many decimals at most, rounded, halves away from zero."""
    units = int(abs(value) * 10**places + Fraction(1, 2))
    whole, rest = divmod(units, 10**places)
    decimals = f"{rest:0{places}}".rstrip("0")
    sign = "\u2212" if value < 0 and units else ""
    return f"{sign}{whole}{marks.decimal + decimals if decimals else ''}"


def arithmetic(piece: Piece, window: Window, marks: Marks) -> str:
    """Return how the value of a window comes about: 1 × 2 + (−1) × 3 = −1."""
    value = show(window.value, marks)
    near = f" \u2248 {decimal(window.value, marks, 2)}" if "/" in value else ""
    equals = "\u00a0" if value.startswith("\u2248") else " =\u00a0"
    return f"{_left(piece, window.reads, marks)}{equals}{value}{near}"


def _left(piece: Piece, reads: tuple[Read, ...], marks: Marks) -> str:
    values = [show(read.value, marks) for read in reads]
    if isinstance(piece, Convolution):
        weights = (_bracketed(show(read.weight, marks)) for read in reads)
        pairs = zip(weights, map(_bracketed, values), strict=True)
        return " + ".join(f"{weight} × {value}" for weight, value in pairs)
    if piece.mode == "max":
        return f"max({marks.list.join(values)})"
    total = " + ".join(map(_bracketed, values))
    return total if piece.mode == "sum" else f"({total}) / {len(values)}"


def _bracketed(number: str) -> str:
    return f"({number})" if number.startswith("\u2212") else number
