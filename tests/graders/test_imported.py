"""Imported assignments prove themselves in rooms: the reference earns all, the starter nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from exercises.importers.imported import Imported
from exercises.importers.nbgrader import import_nbgrader
from exercises.importers.otter import import_otter
from graders.check import check_exercise
from sandbox import Sandbox
from tests.exercises.test_importers import NBGRADER, OTTER, loaded


@pytest.mark.bwrap
@pytest.mark.parametrize(
    ("read", "notebook", "points"), [(import_nbgrader, NBGRADER, "7.5"), (import_otter, OTTER, "6")]
)
async def test_an_imported_reference_earns_every_point(
    read: Callable[[bytes], Imported],
    notebook: bytes,
    points: str,
    sandbox: Sandbox,
    tmp_path: Path,
) -> None:
    exercise = loaded(read(notebook), tmp_path)
    table = await check_exercise(exercise=exercise, sandbox=sandbox, data_dir=tmp_path, variants=1)
    assert table.rows[0].got.en == f"{points} at least, full on 1"
    assert [row.solution for row in table.rows if row.ok] == [
        "reference", "starter (fr)", "starter (en)",
    ]  # fmt: skip
