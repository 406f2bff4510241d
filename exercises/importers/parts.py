"""The parts that assignments of other systems are made of, whatever the system marks them with."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from exercises.importers.imported import NotImportable

LARGEST = 8 * 1024 * 1024
MOST_CELLS = 1000
LONGEST_CELL = 100_000
FORMAT = 4


def _joined(value: object) -> object:
    return "".join(map(str, value)) if isinstance(value, list) else value


class Cell(BaseModel):
    """One cell of a notebook as the file has it."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    cell_type: Literal["code", "markdown", "raw"]
    source: Annotated[str, BeforeValidator(_joined), Field(max_length=LONGEST_CELL)] = ""
    metadata: dict[str, Any] = {}
    outputs: list[dict[str, Any]] = []
    attachments: dict[str, Any] = {}


class _Notebook(BaseModel):
    model_config = ConfigDict(extra="ignore")

    nbformat: int
    cells: Annotated[list[Cell], Field(max_length=MOST_CELLS)]


@dataclass(frozen=True, slots=True)
class Prose:
    """A cell of Markdown."""

    text: str


@dataclass(frozen=True, slots=True)
class Code:
    """A cell of code, with this format's solution regions."""

    source: str


@dataclass(frozen=True, slots=True)
class Check:
    """A test: what a student may see of it, and the whole of it where a part is hidden.

    `expected` is what the last line of the test must show, as Python writes it.
    """

    name: str
    points: float
    public: str
    hidden: str = ""
    expected: str | None = None
    parameters: tuple[str, ...] = field(default=())


Part: TypeAlias = Prose | Code | Check


def read_cells(notebook: bytes) -> list[Cell]:
    """Return the cells of a notebook of format 4. Raises NotImportable."""
    if len(notebook) > LARGEST:
        size = LARGEST // 1024 // 1024
        raise NotImportable(
            fr=f"Ce carnet fait plus de {size} Mio.", en=f"A notebook of more than {size} MiB."
        )
    try:
        found = _Notebook.model_validate(json.loads(notebook.decode("utf-8-sig")))
    except (ValueError, ValidationError, RecursionError) as exc:
        raise NotImportable(
            fr="Ce n’est pas un carnet Jupyter au format 4, d’au plus "
            f"{MOST_CELLS} cellules de {LONGEST_CELL} caractères.",
            en="This is no Jupyter notebook of format 4, of at most "
            f"{MOST_CELLS} cells of {LONGEST_CELL} characters.",
        ) from exc
    if found.nbformat != FORMAT:
        raise NotImportable(
            fr=f"Ce carnet est au format {found.nbformat} : enregistrez-le d’abord au format 4.",
            en=f"A notebook of format {found.nbformat}; save it as format 4 first.",
        )
    return found.cells
