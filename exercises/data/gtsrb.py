"""Read GTSRB, photographs of German road signs, where an operator has put it.

Its training images lie in a folder per class, with a list of them (`GT-00000.csv`) beside them.
Thirty neighbouring images of a class are one track: the same sign, seen as a car draws nearer.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from exercises.data.download import Remote
from exercises.data.tree import Tree
from exercises.errors import DataUnavailable

Bytes = NDArray[np.uint8]

ARCHIVE = Remote(
    "https://sid.erda.dk/public/archives/daaeac0d7ce1152aea9b61d9f1e19370/GTSRB-Training_fixed.zip",
    "md5:513f3c79a4c5141765e10e952eaa2478",
)
# In the order of preference: the two archives under which the training images are handed out.
PLACES = ("GTSRB", "GTSRB-Training_fixed.zip", "GTSRB_Final_Training_Images.zip")
CLASSES = 43
LEAST_PER_CLASS = 100


@dataclass(frozen=True, slots=True)
class Photographs:
    """Images of all sizes, each cut out around a sign, their classes, and their tracks."""

    images: list[Bytes]
    labels: Bytes
    tracks: NDArray[np.int64]


def find_gtsrb(folder: Path) -> Path | None:
    """Return the folder or archive of GTSRB below `folder`, None where there is none."""
    return next((folder / name for name in PLACES if (folder / name).exists()), None)


def read_gtsrb(path: Path) -> Photographs:
    """Return the training images of GTSRB, checked. Raises DataUnavailable."""
    tree = Tree.open(path)
    images: list[Bytes] = []
    labels: list[int] = []
    tracks: list[int] = []
    for name in tree.find(".csv"):
        if not PurePosixPath(name).name.startswith("GT-"):
            continue
        rows = csv.DictReader(io.StringIO(tree.read(name).decode()), delimiter=";")
        for row in rows:
            file = str(PurePosixPath(name).with_name(row["Filename"]))
            images.append(np.asarray(Image.open(io.BytesIO(tree.read(file))).convert("RGB")))
            labels.append(int(row["ClassId"]))
            tracks.append(labels[-1] * 10_000 + int(row["Filename"].partition("_")[0]))
    counts = np.bincount(labels, minlength=CLASSES) if labels else np.zeros(CLASSES)
    if len(counts) != CLASSES or counts.min() < LEAST_PER_CLASS:
        raise DataUnavailable(f"{path} is not GTSRB: {CLASSES} classes of images are expected")
    return Photographs(images, np.array(labels, np.uint8), np.array(tracks))
