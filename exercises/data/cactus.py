"""Read Kaggle's aerial cactus tiles where an operator has put them: they need an account there."""

from __future__ import annotations

import csv
import io
from pathlib import Path, PurePosixPath

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from exercises.data.tree import Tree
from exercises.errors import DataUnavailable

Bytes = NDArray[np.uint8]

PLACES = ("aerial-cactus-identification", "aerial-cactus-identification.zip")
COUNT = 17_500
SHAPE = (32, 32, 3)


def find_cactus(folder: Path) -> Path | None:
    """Return the folder or archive below `folder`, None where there is none."""
    return next((folder / name for name in PLACES if (folder / name).exists()), None)


def read_cactus(path: Path, *, count: int = COUNT) -> tuple[Bytes, Bytes]:
    """Return the labelled tiles (N, 32, 32, 3) and their labels (N,). Raises DataUnavailable."""
    tree = Tree.open(path)
    lists = [name for name in tree.find("train.csv") if PurePosixPath(name).name == "train.csv"]
    files = {PurePosixPath(name).name: name for name in tree.find(".jpg") if "test" not in name}
    if len(lists) != 1:
        raise DataUnavailable(f"{path} has no train.csv")
    rows = list(csv.DictReader(io.StringIO(tree.read(lists[0]).decode())))
    if len(rows) != count or {row.get("has_cactus") for row in rows} != {"0", "1"}:
        raise DataUnavailable(f"{path}: expected {count} rows of id,has_cactus in {lists[0]}")
    missing = [row["id"] for row in rows if row["id"] not in files]
    if missing:
        raise DataUnavailable(f"{path} lacks {len(missing)} images, such as {missing[0]}")
    tiles = [
        np.asarray(Image.open(io.BytesIO(tree.read(files[row["id"]]))).convert("RGB"))
        for row in rows
    ]
    if any(tile.shape != SHAPE for tile in tiles):
        raise DataUnavailable(f"{path} has images that are not {SHAPE}")
    return np.stack(tiles), np.array([int(row["has_cactus"]) for row in rows], np.uint8)
