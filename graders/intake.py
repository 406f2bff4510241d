"""Read the bytes that a student handed in, believing nothing of them.

What comes out is a small, well-formed notebook: cells, their sources, and the tags that change
how a cell runs. Outputs and all other metadata are left behind.
"""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, Field, ValidationError

from exercises.spec import LimitsTable, Manifest
from graders.errors import IntakeError
from graders.lacks import refusal
from graders.protocol import ADDED
from graders.report import Fault, Problem, ProblemCode

KIB = 1024
NBFORMAT = 4
NEWEST_MINOR = 5
MAX_CELLS = 2000
MAX_MESSAGE = 500
RAISES = "raises-exception"
PARAMETERS = "parameters"
INJECTED = "injected-parameters"
TAGS = (RAISES, PARAMETERS, INJECTED)
_METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def _text(source: object) -> object:
    """Join a source given as lines, and replace lone surrogates, which nothing can encode."""
    if isinstance(source, list) and all(isinstance(line, str) for line in source):
        source = "".join(source)
    if isinstance(source, str):
        return source.encode("utf-8", "replace").decode()
    return source


def _tags(metadata: object) -> object:
    tags = metadata.get("tags") if isinstance(metadata, dict) else None
    return [tag for tag in TAGS if tag in tags] if isinstance(tags, list) else []


class Cell(BaseModel):
    """One cell: its kind, its source, and those of its tags that mean something here."""

    cell_type: Literal["code", "markdown", "raw"]
    source: Annotated[str, BeforeValidator(_text)]
    tags: Annotated[list[str], BeforeValidator(_tags), Field(alias="metadata")] = []

    def to_json(self, position: int) -> dict[str, Any]:
        """Return the cell as nbformat 4.5 has it, without outputs."""
        cell: dict[str, Any] = {
            "id": f"cell-{position}",
            "cell_type": self.cell_type,
            "metadata": {"tags": self.tags} if self.tags else {},
            "source": self.source,
        }
        if self.cell_type == "code":
            cell |= {"execution_count": None, "outputs": []}
        return cell


class InjectedCell(Cell):
    """A cell with a run's parameters. Cells are numbered as the student knows them: without it."""

    def to_json(self, position: int) -> dict[str, Any]:
        """Return the cell, with a mark that no cell of a student's has."""
        return super().to_json(position) | {"metadata": {"tags": [INJECTED], ADDED: True}}


class Notebook(BaseModel):
    """A well-formed notebook, ready to run."""

    cells: Annotated[list[Cell], Field(max_length=MAX_CELLS)]

    @property
    def code(self) -> list[str]:
        """The sources of the code cells, in order."""
        return [cell.source for cell in self.cells if cell.cell_type == "code"]

    def to_json(self) -> str:
        """Return the notebook as nbformat 4.5, without outputs."""
        cells = [cell.to_json(position) for position, cell in enumerate(self.cells, start=1)]
        return json.dumps(
            {"nbformat": NBFORMAT, "nbformat_minor": 5, "metadata": _METADATA, "cells": cells}
        )


def check_submission(content: bytes, manifest: Manifest) -> Notebook:
    """Return the notebook in `content`, fit for this exercise. Raises IntakeError."""
    notebook = check_notebook(content, manifest.limits)
    problem = refusal(notebook.code, manifest)
    if problem is not None:
        raise IntakeError(problem)
    return notebook


def check_notebook(content: bytes, limits: LimitsTable) -> Notebook:
    """Return the notebook in `content`. Raises IntakeError, whose problem says what is wrong."""
    allowed = limits.notebook_kib * KIB
    if len(content) > allowed:
        raise _refused(ProblemCode.TOO_LARGE, allowed=allowed, used=len(content))
    document = _parse(content)
    _check_format(document)
    try:
        notebook = Notebook.model_validate(document)
    except ValidationError as exc:
        raise _refused(ProblemCode.NOT_A_NOTEBOOK, message=_first_error(exc)) from exc
    if not any(source.strip() for source in notebook.code):
        raise _refused(ProblemCode.NO_CODE)
    allowed, used = limits.source_kib * KIB, sum(len(source.encode()) for source in notebook.code)
    if used > allowed:
        raise _refused(ProblemCode.TOO_LARGE, name="source", allowed=allowed, used=used)
    return notebook


def _parse(content: bytes) -> object:
    try:
        return json.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError as exc:
        message = f"byte {exc.start} is not UTF-8"
        raise _refused(ProblemCode.NOT_JSON, message=message) from exc
    except json.JSONDecodeError as exc:
        message = f"line {exc.lineno}, column {exc.colno}: {exc.msg}"
        raise _refused(ProblemCode.NOT_JSON, message=message) from exc
    except RecursionError as exc:
        raise _refused(ProblemCode.NOT_JSON, message="nested too deeply") from exc
    except ValueError as exc:
        raise _refused(ProblemCode.NOT_JSON, message="a number with too many digits") from exc


def _check_format(document: object) -> None:
    if not isinstance(document, dict) or not _is_count(document.get("nbformat")):
        raise _refused(ProblemCode.NOT_A_NOTEBOOK, message="there is no nbformat number")
    major, minor = document["nbformat"], document.get("nbformat_minor", 0)
    if major < NBFORMAT:
        _refuse_format(
            major, "jupyter nbconvert --to notebook --nbformat 4 --inplace notebook.ipynb"
        )
    if major > NBFORMAT or not _is_count(minor) or minor > NEWEST_MINOR:
        version = f"{major}.{minor}" if major == NBFORMAT and _is_count(minor) else major
        _refuse_format(version, f"nbformat 4.0 to 4.{NEWEST_MINOR}")


def _refuse_format(version: object, remedy: str) -> None:
    code = ProblemCode.UNSUPPORTED_FORMAT
    raise _refused(code, name=f"nbformat {version}"[:MAX_MESSAGE], message=remedy)


def _is_count(number: object) -> bool:
    return isinstance(number, int) and not isinstance(number, bool) and 0 <= number < 10**6


def _first_error(exc: ValidationError) -> str:
    error = exc.errors(include_url=False, include_input=False, include_context=False)[0]
    place = ".".join(str(part) for part in error["loc"])
    return f"{place}: {error['msg']}"[:MAX_MESSAGE]


def _refused(
    code: ProblemCode,
    *,
    name: str | None = None,
    message: str | None = None,
    allowed: float | None = None,
    used: float | None = None,
) -> IntakeError:
    fault = Fault.LIMIT if code is ProblemCode.TOO_LARGE else Fault.STUDENT
    return IntakeError(
        Problem(code=code, fault=fault, name=name, message=message, allowed=allowed, used=used)
    )
