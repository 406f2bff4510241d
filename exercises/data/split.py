"""The fixed split of a data set into a public and a hidden share, prepared once on disk."""

from __future__ import annotations

import errno
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from exercises.data import mnist

# Another seed or fraction would move images from the hidden share to the public one, and so
# make every earlier score incomparable: a change here needs a new name of the set.
SPLIT_SEED = 20_260
HIDDEN_PER_CLASS = {"mnist-5k": 100, "mnist-full": 1000}


@dataclass(frozen=True, slots=True)
class Shares:
    """Where the two shares of a set lie, as .npz with `images` (N, 28, 28) and `labels` (N,)."""

    name: str
    public: Path
    hidden: Path


def mnist_shares(data_dir: Path) -> Shares:
    """Return the shares of the best MNIST at hand, preparing them at the first call.

    The full set serves where its four files lie in `data_dir/mnist`, and else the small set.
    """
    name = mnist_name(data_dir)
    folder = data_dir / "mnist" / name
    shares = Shares(name, folder / "public.npz", folder / "hidden.npz")
    if not folder.is_dir():
        _prepare(name, data_dir / "mnist")
    return shares


def mnist_name(data_dir: Path) -> str:
    """Return the name of the best MNIST at hand: `mnist-full` or `mnist-5k`."""
    folder = data_dir / "mnist"
    if (folder / "mnist-full").is_dir() or mnist.has_full_set(folder):
        return "mnist-full"
    return "mnist-5k"


def split_by_class(
    labels: NDArray[np.uint8], *, hidden_per_class: int
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the public and the hidden indices, each shuffled, with as many hidden of each class.

    The same labels always give the same split.
    """
    order = np.random.default_rng(SPLIT_SEED).permutation(len(labels))
    hidden = np.zeros(len(labels), dtype=bool)
    for digit in np.unique(labels):
        hidden[order[labels[order] == digit][:hidden_per_class]] = True
    return order[~hidden[order]], order[hidden[order]]


def _prepare(name: str, folder: Path) -> None:
    source = mnist.read_full_set(folder) if name == "mnist-full" else mnist.read_small_set()
    images, labels = source
    public, hidden = split_by_class(labels, hidden_per_class=HIDDEN_PER_CLASS[name])
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        ready = Path(scratch) / name
        ready.mkdir()
        for share, chosen in (("public", public), ("hidden", hidden)):
            np.savez_compressed(
                ready / f"{share}.npz", images=images[chosen], labels=labels[chosen]
            )
        try:
            # The folder appears whole or not at all, whoever else prepares it at the same time.
            ready.rename(folder / name)
        except OSError as exc:
            if exc.errno not in {errno.ENOTEMPTY, errno.EEXIST}:
                raise
