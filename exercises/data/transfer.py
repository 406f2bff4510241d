"""Split road signs for transfer: most classes to train a base network on, a few new ones to learn.

Every third class is new, and few of its images are given. The base network learns from all public
images of the other classes.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from exercises.data.prepared import Shares
from exercises.data.training import Training

Labels = NDArray[np.uint8]

PERIOD, NEW = 3, 2
IMAGES_PER_CLASS = 3
BASE = Training(
    file="base.safetensors",
    program=Path(__file__).with_name("train_base.py"),
    arguments=(str(PERIOD), str(NEW)),
    source="signs",
)


def is_new(labels: Labels) -> NDArray[np.bool_]:
    """Return which labels are of classes that the base network never sees."""
    new: NDArray[np.bool_] = labels % PERIOD == NEW
    return new


def write_new_signs(signs: Shares, ready: Path) -> None:
    """Write the new classes' shares to the folder `ready`, numbered from 0 in their order.

    Public: `images` (N, 32, 32, 3) and `labels` (N,), IMAGES_PER_CLASS of each; hidden: the same
    of all hidden images.
    """
    for share, most in ((signs.public, IMAGES_PER_CLASS), (signs.hidden, None)):
        with np.load(share, allow_pickle=False) as arrays:
            images, labels = arrays["images"], arrays["labels"]
        chosen = np.sort(np.concatenate(list(_places_by_class(labels, most))))
        numbers = np.unique(labels[chosen], return_inverse=True)[1]
        np.savez_compressed(
            ready / share.name, images=images[chosen], labels=numbers.astype(np.uint8)
        )


def _places_by_class(labels: Labels, most: int | None) -> Iterable[NDArray[np.intp]]:
    for label in np.unique(labels[is_new(labels)]):
        yield np.flatnonzero(labels == label)[:most]
