"""Read an assignment of whichever system wrote it: the notebook itself says which."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum

from exercises.importers.imported import Imported, NotImportable
from exercises.importers.nbgrader import import_nbgrader
from exercises.importers.otter import import_otter, is_otter
from exercises.importers.parts import Cell, read_cells


class System(Enum):
    """A system whose assignments are taken over."""

    NBGRADER = "nbgrader"
    OTTER = "otter"


READERS: Mapping[System, Callable[[bytes], Imported]] = {
    System.NBGRADER: import_nbgrader,
    System.OTTER: import_otter,
}


def import_assignment(notebook: bytes, *, system: System | None = None) -> Imported:
    """Return the assignment as a folder, read as one of `system`, or as what its marks say.

    Raises NotImportable, also where the marks are of neither system or of both.
    """
    if system is not None:
        return READERS[system](notebook)
    found = systems_of(notebook)
    if not found:
        raise NotImportable(
            fr="Ce carnet ne porte de marques ni de nbgrader, ni d’Otter. Prenez le carnet de "
            "l’enseignant, non celui qui est distribué.",
            en="This notebook has marks neither of nbgrader nor of Otter. Take the teacher’s "
            "notebook, not the one that is released.",
        )
    if len(found) > 1:
        raise NotImportable(
            fr="Ce carnet porte des marques de nbgrader et d’Otter : choisissez le système.",
            en="This notebook has marks of nbgrader and of Otter: choose the system.",
        )
    return READERS[found.pop()](notebook)


def systems_of(notebook: bytes) -> set[System]:
    """Return the systems whose marks a notebook has. Raises NotImportable for no notebook."""
    return {system for cell in read_cells(notebook) if (system := _system_of(cell)) is not None}


def _system_of(cell: Cell) -> System | None:
    if "nbgrader" in cell.metadata:
        return System.NBGRADER
    return System.OTTER if is_otter(cell) else None
