"""What is done with drafts."""

from __future__ import annotations

from portal.workbench.domain.cells import CELLS, MAX_CELLS, Cell, cells_of, notebook_of
from portal.workbench.domain.drafts import (
    draft_of,
    exercise_of,
    hand_in_draft,
    read_cells,
    replace_draft,
    save_draft,
    start_again,
    try_draft,
    versions_of,
)

__all__ = [
    "CELLS",
    "MAX_CELLS",
    "Cell",
    "cells_of",
    "draft_of",
    "exercise_of",
    "hand_in_draft",
    "notebook_of",
    "read_cells",
    "replace_draft",
    "save_draft",
    "start_again",
    "try_draft",
    "versions_of",
]
