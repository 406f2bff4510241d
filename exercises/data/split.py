"""The fixed split of MNIST into a public and a hidden share."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from exercises.data import mnist
from exercises.data.prepared import Shares, prepare_shares

# Another seed or fraction would move images from the hidden share to the public one, and so
# make every earlier score incomparable: a change here needs a new name of the set.
SPLIT_SEED = 20_260
HIDDEN_PER_CLASS = {"mnist-5k": 100, "mnist-full": 1000}


def mnist_shares(data_dir: Path) -> Shares:
    """Return the shares of the best MNIST at hand, preparing them at the first call.

    Each holds `images` (N, 28, 28) and `labels` (N,). The full set serves where its four files
    lie in `data_dir/mnist`, and else the small set.
    """
    folder = data_dir / "mnist"
    name = mnist_name(data_dir)
    return prepare_shares(folder, name=name, write=lambda ready: _write(name, folder, ready))


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


def _write(name: str, folder: Path, ready: Path) -> None:
    source = mnist.read_full_set(folder) if name == "mnist-full" else mnist.read_small_set()
    images, labels = source
    public, hidden = split_by_class(labels, hidden_per_class=HIDDEN_PER_CLASS[name])
    for share, chosen in (("public", public), ("hidden", hidden)):
        np.savez_compressed(ready / f"{share}.npz", images=images[chosen], labels=labels[chosen])
