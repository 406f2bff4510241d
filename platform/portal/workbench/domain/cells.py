"""The cells of a notebook as a page edits them, and the notebook that they make."""

from __future__ import annotations

import json
from typing import Annotated, Literal, TypeAlias

import nbformat
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

MAX_CELLS = 200
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


Tag: TypeAlias = Annotated[str, Field(pattern=r"^[^,\s]{1,60}$")]


class Cell(BaseModel):
    """One cell: what it is, what stands in it, and the tags that it has in its metadata."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    type: Literal["code", "markdown"]
    source: str
    tags: Annotated[tuple[Tag, ...], Field(max_length=8)] = ()


Cells: TypeAlias = Annotated[tuple[Cell, ...], Field(max_length=MAX_CELLS)]
CELLS: TypeAdapter[tuple[Cell, ...]] = TypeAdapter(Cells)


def cells_of(notebook: bytes) -> tuple[Cell, ...]:
    """Return the code and text cells of a notebook that was checked. Raises ValueError."""
    found = nbformat.reads(notebook.decode(), as_version=4)  # type: ignore[no-untyped-call]
    return tuple(
        Cell(type=cell.cell_type, source=cell.source, tags=cell.metadata.get("tags", ()))
        for cell in found.cells
        if cell.cell_type in ("code", "markdown")
    )


def notebook_of(cells: tuple[Cell, ...]) -> bytes:
    """Return the notebook (nbformat 4.5) that these cells make, without any output."""
    content = {
        "cells": [_nbformat_cell(cell, number) for number, cell in enumerate(cells, start=1)],
        "metadata": METADATA,
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()


def text_bytes(cells: tuple[Cell, ...]) -> int:
    """Return how many bytes of text the cells hold."""
    return sum(len(cell.source.encode(errors="surrogatepass")) for cell in cells)


def _nbformat_cell(cell: Cell, number: int) -> dict[str, object]:
    plain: dict[str, object] = {
        "id": f"cell-{number:02d}",
        "cell_type": cell.type,
        "metadata": {"tags": list(cell.tags)} if cell.tags else {},
        "source": cell.source.splitlines(keepends=True),
    }
    return plain | ({"execution_count": None, "outputs": []} if cell.type == "code" else {})
