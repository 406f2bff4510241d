"""Import assignments of nbgrader, from the notebook that their author wrote.

The marks are those of nbgrader's documentation: a cell's `metadata.nbgrader` says whether it is a
solution, a test or both, and comments like `### BEGIN SOLUTION` what students do not see of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from exercises.importers.folder import assemble
from exercises.importers.imported import Imported, NotImportable, Remark
from exercises.importers.parts import Cell, Check, Code, Part, Prose, read_cells
from exercises.importers.reasons import Reason

MARK = re.compile(r"^(\s*)###\s*(BEGIN|END)\s+(SOLUTION|HIDDEN TESTS|MARK SCHEME)\b.*$")
STUB = re.compile(r"raise NotImplementedError\(\)|No Answer Given!|YOUR CODE HERE")
PLACE = "# YOUR CODE HERE"
LONGEST_QUOTE = 200
AUTOTEST = re.compile(r"^[ \t]*#[# \t]*(?:HASHED[ \t]+)?AUTOTEST\b(.*)$", re.MULTILINE)


class _Marks(BaseModel):
    """What nbgrader keeps of a cell, of any version of its scheme."""

    model_config = ConfigDict(extra="ignore")

    grade: bool = False
    solution: bool = False
    task: bool = False
    grade_id: Annotated[str, Field(max_length=200)] = ""
    points: Annotated[float, Field(ge=0, le=1000, allow_inf_nan=False)] = 0.0


def import_nbgrader(notebook: bytes) -> Imported:
    """Return the assignment as a folder, with remarks on what was not taken over as it was.

    Raises NotImportable for what is no notebook, or has no cell of nbgrader's.
    """
    cells = read_cells(notebook)
    if not any("nbgrader" in cell.metadata for cell in cells):
        raise NotImportable(
            fr="Aucune cellule de ce carnet ne porte de marques de nbgrader.",
            en="No cell of this notebook has marks of nbgrader’s.",
        )
    remarks: list[Remark] = []
    parts = [
        part
        for number, cell in enumerate(cells, start=1)
        for part in _parts(cell, str(number), remarks)
    ]
    return assemble(parts, remarks=remarks, system="nbgrader")


def _parts(cell: Cell, number: str, remarks: list[Remark]) -> Iterator[Part]:
    try:
        marks = _Marks.model_validate(cell.metadata.get("nbgrader") or {})
    except ValidationError as exc:
        raise NotImportable(
            fr=f"Les marques de nbgrader de la cellule {number} ne peuvent pas être lues.",
            en=f"Cell {number} has marks of nbgrader’s that can’t be read.",
        ) from exc
    place = marks.grade_id or number
    if cell.attachments:
        remarks.append(Reason.ATTACHMENT.remark(place))
    is_manual = marks.task or (marks.grade and (marks.solution or cell.cell_type != "code"))
    if is_manual:
        remarks.append(Reason.MANUAL.remark(place, f"{marks.points:g}"))
    if cell.cell_type == "markdown":
        yield Prose(_without(cell.source, {"SOLUTION", "MARK SCHEME"}, place))
    elif cell.cell_type == "code" and marks.grade and not is_manual:
        public = _without(cell.source, {"HIDDEN TESTS"}, place)
        has_hidden = public != _without(cell.source, set(), place)
        hidden = _without(cell.source, set(), place) if has_hidden else ""
        if made := [one.strip(" ;") for one in AUTOTEST.findall(cell.source)]:
            remarks.append(Reason.AUTOTEST.remark(place, "; ".join(made)[:LONGEST_QUOTE]))
        yield Check(place, marks.points, "" if _says_nothing(public) else public, hidden)
    elif cell.cell_type == "code":
        yield Code(_solution(cell.source, place, remarks) if marks.solution else cell.source)


def _without(source: str, kinds: set[str], place: str) -> str:
    """Return the lines without marks, and without the regions of these kinds.

    Raises NotImportable where a region does not end.
    """
    kept, inside = [], ""
    for line in source.splitlines():
        match = MARK.match(line)
        if match is None:
            if inside not in kinds:
                kept.append(line)
            continue
        inside = _next(inside, match[2], match[3], place)
    if inside:
        raise NotImportable(
            fr=f"{place} : un BEGIN {inside} sans son END.",
            en=f"{place}: a BEGIN {inside} without its END.",
        )
    return "\n".join(kept).strip("\n")


def _next(inside: str, edge: str, kind: str, place: str) -> str:
    if (edge == "BEGIN") == bool(inside) or (edge == "END" and kind != inside):
        raise NotImportable(
            fr=f"{place} : {edge} {kind} à un endroit où il n’en faut pas.",
            en=f"{place}: {edge} {kind} where none was expected.",
        )
    return kind if edge == "BEGIN" else ""


def _solution(source: str, place: str, remarks: list[Remark]) -> str:
    """Return a cell with this format's regions; the whole of it is one where it has none."""
    _without(source, set(), place)
    lines, is_marked = [], False
    for line in source.splitlines():
        match = MARK.match(line)
        if match is None or match[3] != "SOLUTION":
            lines.append(line)
            continue
        is_marked = True
        indent, edge = match[1], match[2]
        if edge == "END" and not indent:
            # At the top level, raising would end the whole notebook.
            lines += ["# BEGIN STARTER", f"# {PLACE}"]
        lines.append(f"{indent}# {edge} SOLUTION")
    if is_marked:
        return "\n".join(lines)
    if not source.strip() or STUB.search(source):
        remarks.append(Reason.NO_SOLUTION.remark(place))
        return source
    return "\n".join(
        ["# BEGIN SOLUTION", *lines, "# BEGIN STARTER", f"# {PLACE}", "# END SOLUTION"]
    )


def _says_nothing(source: str) -> bool:
    lines = (line.strip() for line in source.splitlines())
    return not any(line and not line.startswith("#") for line in lines)
