"""A network that a data set hands out is trained once, in a room, and read as numbers alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file

from exercises.data import sets, transfer
from exercises.errors import DataUnavailable
from graders.trained import missing_trainings, train_missing
from sandbox import Sandbox

SET = "new-signs"
WRITE = "import sys; sys.stdout.buffer.write"
UNREADABLE = {
    "nothing": "",
    "no weights": f"{WRITE}(b'not weights')",
    "no end": f"{WRITE}(bytes(20 * 1024 * 1024))",
    "no finite number": (
        "import numpy, sys; from safetensors.numpy import save\n"
        "sys.stdout.buffer.write(save({'weight': numpy.array([numpy.nan])}))"
    ),
    "an error": "raise SystemExit('no images')",
}


@pytest.fixture
def data_dir(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A folder for few signs."""
    monkeypatch.setattr(sets, "SIGNS_PER_CLASS", {"public": 4, "hidden": 2})
    monkeypatch.setattr(sets, "RAW_SIGNS", 4)
    return tmp_path


@pytest.fixture
def learn_by(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[str], None]:
    """Have another program train the base."""

    def put(program: str) -> None:
        path = tmp_path / "program.py"
        path.write_text(program)
        training = replace(transfer.BASE, program=path)
        changed = replace(sets.SETS[SET], trainings=(training,))
        monkeypatch.setattr(sets, "SETS", {**sets.SETS, SET: changed})
        monkeypatch.setattr("graders.trained.SETS", sets.SETS)

    return put


async def test_the_base_is_trained_once_on_the_classes_that_are_not_new(
    sandbox: Sandbox, data_dir: Path
) -> None:
    [path] = missing_trainings(SET, data_dir)
    await train_missing(SET, sandbox=sandbox, data_dir=data_dir)
    weights = load_file(path)
    assert weights["head.weight"].shape == (8, 1024)
    assert weights["stage1.0.weight"].shape == (16, 3, 3, 3)
    assert all(np.isfinite(array).all() for array in weights.values())
    assert path.stat().st_mode & 0o777 == 0o644
    assert missing_trainings(SET, data_dir) == {}
    before = path.stat()
    await train_missing(SET, sandbox=sandbox, data_dir=data_dir)
    assert path.stat() == before


@pytest.mark.parametrize("program", UNREADABLE.values(), ids=UNREADABLE)
async def test_what_is_no_file_of_weights_is_not_kept(
    program: str, sandbox: Sandbox, data_dir: Path, learn_by: Callable[[str], None]
) -> None:
    learn_by(program)
    with pytest.raises(DataUnavailable, match=r"base\.safetensors could not be trained"):
        await train_missing(SET, sandbox=sandbox, data_dir=data_dir)
    assert len(missing_trainings(SET, data_dir)) == 1


def test_a_set_without_networks_lacks_none(tmp_path: Path) -> None:
    assert missing_trainings("mnist", tmp_path) == {}
    assert list(tmp_path.iterdir()) == []
