"""The parameters of a notebook, after papermill's convention: one cell tagged `parameters`.

The cell gives each parameter its default; a run with other values gets a cell of its own right
after it. Cells are only cut into tokens, never parsed: no source can hurt the reader.
"""

from __future__ import annotations

import ast
import io
import math
import tokenize
from collections.abc import Collection, Iterator, Mapping
from tokenize import TokenInfo

from graders.errors import IntakeError
from graders.intake import INJECTED, PARAMETERS, InjectedCell, Notebook
from graders.report import Fault, Problem, ProblemCode, Scalar

LONGEST_VALUE = 200
_IGNORED = (tokenize.COMMENT, tokenize.NL, tokenize.ENCODING)
_ENDS = (tokenize.NEWLINE, tokenize.ENDMARKER)
_TRUTHS = {"True": True, "False": False}


def default_parameters(notebook: Notebook, names: Collection[str]) -> dict[str, Scalar]:
    """Return the value that the cell tagged `parameters` gives each of `names`.

    Raises IntakeError where there is no such cell, or more than one, or where one of the names
    is not given once, on a line of its own, a number, a text, True or False.
    """
    position = _position(notebook)
    found: dict[str, list[Scalar | None]] = {name: [] for name in names}
    for name, value in _assignments(notebook.cells[position].source):
        if name in found:
            found[name].append(value)
    defaults: dict[str, Scalar] = {}
    for name, values in found.items():
        value = values[0] if len(values) == 1 else None
        if value is None:
            cell = sum(one.cell_type == "code" for one in notebook.cells[: position + 1])
            raise _refused(ProblemCode.PARAMETER_NOT_PLAIN, name=name, cell=cell)
        defaults[name] = value
    return defaults


def inject_parameters(notebook: Notebook, parameters: Mapping[str, Scalar]) -> Notebook:
    """Return the notebook with a cell that sets `parameters`, after that of the defaults.

    A cell that papermill has left there is replaced. Raises IntakeError where there is not
    exactly one cell of parameters.
    """
    source = "\n".join(f"{name} = {value!r}" for name, value in parameters.items())
    cells = list(notebook.cells)
    after = _position(notebook) + 1
    if after < len(cells) and INJECTED in cells[after].tags:
        cells[after] = cells[after].model_copy(update={"source": source})
    else:
        cells.insert(after, InjectedCell.model_validate({"cell_type": "code", "source": source}))
    return notebook.model_copy(update={"cells": cells})


def _position(notebook: Notebook) -> int:
    tagged = [
        position
        for position, cell in enumerate(notebook.cells)
        if cell.cell_type == "code" and PARAMETERS in cell.tags
    ]
    if len(tagged) != 1:
        raise _refused(ProblemCode.PARAMETERS_CELL)
    return tagged[0]


def _assignments(source: str) -> Iterator[tuple[str, Scalar | None]]:
    """Yield each name that a line of the cell assigns, and its value where that is plain."""
    for name, *rest in _lines(source):
        equals = next((i for i, token in enumerate(rest) if token.string == "="), None)
        # Between a name and its `=` there may be an annotation.
        if name.type == tokenize.NAME and equals is not None:
            is_plain = equals == 0 or rest[0].string == ":"
            yield name.string, _value(rest[equals + 1 :]) if is_plain else None


def _lines(source: str) -> Iterator[list[TokenInfo]]:
    """Yield the tokens of each logical line that is not indented, up to what is not Python."""
    line: list[TokenInfo] = []
    depth = 0
    try:
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            if token.type == tokenize.INDENT:
                depth += 1
            elif token.type == tokenize.DEDENT:
                depth -= 1
            elif token.type in _ENDS or token.string == ";":
                if line and depth == 0:
                    yield line
                line = []
            elif token.type not in _IGNORED:
                line.append(token)
    except (tokenize.TokenError, SyntaxError):
        return


def _value(tokens: list[TokenInfo]) -> Scalar | None:
    """Return the number, text or truth value that the tokens write, None for anything else."""
    signed = bool(tokens) and tokens[0].string in ("+", "-")
    sign = tokens[0].string if signed else ""
    match tokens[signed:]:
        case [TokenInfo(type=tokenize.NAME, string="True" | "False" as word)] if not signed:
            return _TRUTHS[word]
        case [TokenInfo(type=tokenize.NUMBER, string=text)]:
            return _literal(sign + text)
        case [TokenInfo(type=tokenize.STRING, string=text)] if not signed:
            return _literal(text)
    return None


def _literal(text: str) -> Scalar | None:
    """Return the value of a number or a text, None for bytes, complex and overlong ones."""
    try:
        value = ast.literal_eval(text) if len(text) <= LONGEST_VALUE else None
    except (ValueError, SyntaxError):
        return None
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value if isinstance(value, int | str) else None


def _refused(code: ProblemCode, *, name: str | None = None, cell: int | None = None) -> IntakeError:
    return IntakeError(Problem(code=code, fault=Fault.STUDENT, name=name, cell=cell))
