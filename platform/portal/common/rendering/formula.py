"""LaTeX mathematics as MathML, in the form that browsers draw well."""

from __future__ import annotations

import re
from html import escape, unescape
from itertools import takewhile
from xml.etree.ElementTree import Element, tostring

from latex2mathml import exceptions
from latex2mathml.converter import convert_to_element

MAX_FORMULA = 2_000

_NOT_LATEX: tuple[type[Exception], ...] = (
    *(error for error in vars(exceptions).values() if isinstance(error, type)),
    # What the converter lets through on text that is not LaTeX at all.
    AttributeError,
    IndexError,
    KeyError,
    RecursionError,
    StopIteration,
    TypeError,
    ValueError,
)

_NO_SPACE = {"lspace": "0", "rspace": "0"}
_PRIMES = frozenset("′″‴⁗")
# Whether an index and a power stay beside the base once its primes stand in the line.
_SCRIPTS = {
    (False, False): "mrow",
    (True, False): "msub",
    (False, True): "msup",
    (True, True): "msubsup",
}
_FENCE = r"<mo>[()\[\]{}|]</mo>"
# In a row of its own a fence grows with its matrix, not with the tallest of the formula.
_FENCED = re.compile(rf"({_FENCE}<mtable[^>]*>(?:(?!<mtable).)*?</mtable>{_FENCE})")


def render_formula(latex: str, *, display: bool = False) -> str:
    """Return MathML for `latex`, or the escaped source where it is none."""
    if len(latex) > MAX_FORMULA:
        return f"<code>{escape(latex)}</code>"
    try:
        math = convert_to_element(latex, display="block" if display else "inline")
        _mend(math)
        return _FENCED.sub(r"<mrow>\1</mrow>", tostring(math, encoding="unicode"))
    except _NOT_LATEX:
        return f"<code>{escape(latex)}</code>"


def _mend(math: Element) -> None:
    """Change what the converter writes and browsers draw badly."""
    nodes = list(math.iter())
    for node in nodes:
        # The converter writes characters as entities, next to text that is the author's own.
        node.text = unescape(node.text or "")
    for node in nodes:
        if node.tag == "mrow":
            _tighten_comma(node)
        elif node.tag in {"msup", "msubsup"}:
            _lower_primes(node)


def _tighten_comma(row: Element) -> None:
    """Take the space from a comma between braces: 0{,}1 is one number."""
    if len(row) == 1 and row[0].tag == "mo" and row[0].text == ",":
        row[0].attrib.update(_NO_SPACE)


def _lower_primes(node: Element) -> None:
    """Put the primes of a superscript in the line, after their letter.

    Fonts draw them raised already. What stands beside them stays a power.
    """
    base, *index, script = node
    parts = list(script) if script.tag == "mrow" else [script]
    primes = list(takewhile(lambda part: part.text in _PRIMES, parts))
    if not primes:
        return
    marks = [_operator(prime.text or "") for prime in primes]
    power = parts[len(primes) :]
    node.tag = _SCRIPTS[bool(index), bool(power)]
    marked = [base, *marks]
    if node.tag == "mrow":
        node[:] = marked
    else:
        node[:] = [_row(marked), *index, *([_row(power)] if power else [])]


def _operator(text: str) -> Element:
    operator = Element("mo", _NO_SPACE)
    operator.text = text
    return operator


def _row(children: list[Element]) -> Element:
    row = Element("mrow")
    row.extend(children)
    return row
