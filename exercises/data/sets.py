"""The data sets by name: which of their sources is at hand, and its shares, prepared once.

What was drawn is told apart from what was photographed by the set's name. The public share of a
drawn set is the same on every machine. Its hidden share follows from a secret of the machine, for
what this program draws from a known seed anyone could draw again.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from exercises.data import aerial, gtsrb, mnist, signs, transfer
from exercises.data.cactus import find_cactus, read_cactus
from exercises.data.disguise import spun, tilted
from exercises.data.download import Remote
from exercises.data.gtsrb import find_gtsrb, read_gtsrb
from exercises.data.prepared import Shares, prepare_shares, secret_rng
from exercises.data.split import mnist_name, mnist_shares
from exercises.data.training import Training

Bytes = NDArray[np.uint8]

PUBLIC_SEED = 20_261
SIGNS_PER_CLASS = {"public": 300, "hidden": 100}
RAW_SIGNS = 600
GTSRB_HIDDEN_TRACKS = 0.2
TILES = {"public": 4000, "hidden": 2000}
KAGGLE_HIDDEN = 4000
# Of the hidden share, what scores at once; the rest scores after the deadline.
SHOWN_AT_ONCE = 0.4


@dataclass(frozen=True, slots=True)
class DataSet:
    """A set: its name as it is at hand below a folder, its shares, and what can be fetched.

    `trainings` are the further files of its public share that networks learn.
    """

    name: Callable[[Path], str]
    shares: Callable[[Path], Shares]
    remotes: tuple[Remote, ...] = ()
    trainings: tuple[Training, ...] = ()


def name_of(name: str, data_dir: Path) -> str:
    """Return which source of the set is at hand, such as `mnist-5k` or `signs-gtsrb`."""
    return SETS[name].name(data_dir)


def shares_of(name: str, data_dir: Path) -> Shares:
    """Return the shares of the set, preparing them at the first call. Raises DataUnavailable."""
    return SETS[name].shares(data_dir)


def signs_name(data_dir: Path) -> str:
    """Return `signs-gtsrb` where the photographs are at hand, and else `signs-drawn`."""
    return "signs-gtsrb" if find_gtsrb(data_dir / "signs") else "signs-drawn"


def signs_shares(data_dir: Path) -> Shares:
    """Return the shares of the road signs: `images` (N, 32, 32, 3) and `labels` (N,).

    `signs_raw.zip` has some of the public images in the sizes they came in, with their classes.
    """
    folder = data_dir / "signs"
    name = signs_name(data_dir)
    write = _write_gtsrb if name == "signs-gtsrb" else _write_drawn_signs
    return prepare_shares(folder, name=name, write=lambda ready: write(folder, ready))


def aerial_name(data_dir: Path) -> str:
    """Return `aerial-kaggle` where the photographs are at hand, and else `aerial-drawn`."""
    return "aerial-kaggle" if find_cactus(data_dir / "aerial") else "aerial-drawn"


def aerial_shares(data_dir: Path) -> Shares:
    """Return the shares of the aerial tiles.

    Public: `ids` (N,), `images` (N, 32, 32, 3) and `labels` (N,), then `test_ids` (M,) and
    `test_images` (M, 32, 32, 3), whose labels are hidden. Hidden: `ids` (M,), `labels` (M,), and
    `shown` (M,), true for what scores at once. `sample_submission.csv` has the form of a hand-in.
    """
    folder = data_dir / "aerial"
    name = aerial_name(data_dir)
    write = _write_kaggle if name == "aerial-kaggle" else _write_drawn_tiles
    return prepare_shares(folder, name=name, write=lambda ready: write(folder, ready))


def new_signs_name(data_dir: Path) -> str:
    """Return `new-signs-gtsrb` or `new-signs-drawn`, after the road signs at hand."""
    return f"new-{signs_name(data_dir)}"


def new_signs_shares(data_dir: Path) -> Shares:
    """Return the shares of the road signs that the base network does not know."""
    known = signs_shares(data_dir)
    return prepare_shares(
        data_dir / "new-signs",
        name=f"new-{known.name}",
        write=lambda ready: transfer.write_new_signs(known, ready),
    )


SETS: Mapping[str, DataSet] = {
    "mnist": DataSet(mnist_name, mnist_shares, mnist.REMOTES),
    "signs": DataSet(signs_name, signs_shares, (gtsrb.ARCHIVE,)),
    "new-signs": DataSet(new_signs_name, new_signs_shares, trainings=(transfer.BASE,)),
    "aerial": DataSet(aerial_name, aerial_shares),
}


def _write_drawn_signs(folder: Path, ready: Path) -> None:
    for share, rng in (
        ("public", np.random.default_rng(PUBLIC_SEED)),
        ("hidden", secret_rng(folder)),
    ):
        labels = signs.even_labels(rng, per_class=SIGNS_PER_CLASS[share])
        images = signs.draw_signs(rng, labels)
        np.savez_compressed(ready / f"{share}.npz", images=signs.squared(images), labels=labels)
        if share == "public":
            _write_raw(ready, images[:RAW_SIGNS], labels[:RAW_SIGNS])


def _write_gtsrb(folder: Path, ready: Path) -> None:
    found = read_gtsrb(find_gtsrb(folder) or folder)
    rng = secret_rng(folder)
    # Images of one track are nearly the same: all of them are hidden, or none.
    tracks = np.unique(found.tracks)
    held = rng.choice(tracks, size=int(len(tracks) * GTSRB_HIDDEN_TRACKS), replace=False)
    is_hidden = np.isin(found.tracks, held)
    order = rng.permutation(len(found.labels))
    public, hidden = order[~is_hidden[order]], order[is_hidden[order]]
    for share, chosen in (("public", public), ("hidden", hidden)):
        images = [found.images[i] for i in chosen]
        if share == "hidden":
            images = [tilted(rng, image) for image in images]
        np.savez_compressed(
            ready / f"{share}.npz", images=signs.squared(images), labels=found.labels[chosen]
        )
    some = public[:RAW_SIGNS]
    _write_raw(ready, [found.images[i] for i in some], found.labels[some])


def _write_raw(ready: Path, images: Sequence[Bytes], labels: Bytes) -> None:
    names = [f"{number:05d}.png" for number in range(len(images))]
    listed = "".join(f"{name},{label}\n" for name, label in zip(names, labels, strict=True))
    with zipfile.ZipFile(ready / "signs_raw.zip", "w") as archive:
        archive.writestr("labels.csv", f"file,label\n{listed}")
        for name, image in zip(names, images, strict=True):
            buffer = io.BytesIO()
            Image.fromarray(image).save(buffer, "PNG")
            archive.writestr(f"images/{name}", buffer.getvalue())


def _write_drawn_tiles(folder: Path, ready: Path) -> None:
    public = aerial.draw_tiles(np.random.default_rng(PUBLIC_SEED), TILES["public"])
    rng = secret_rng(folder)
    _write_tiles(rng, ready, public=public, hidden=aerial.draw_tiles(rng, TILES["hidden"]))


def _write_kaggle(folder: Path, ready: Path) -> None:
    tiles, labels = read_cactus(find_cactus(folder) or folder)
    rng = secret_rng(folder)
    order = rng.permutation(len(labels))
    held, kept = order[:KAGGLE_HIDDEN], order[KAGGLE_HIDDEN:]
    spun_tiles = np.stack([spun(rng, tile) for tile in tiles[held]])
    public = tiles[kept], labels[kept]
    _write_tiles(rng, ready, public=public, hidden=(spun_tiles, labels[held]))


def _write_tiles(
    rng: np.random.Generator,
    ready: Path,
    *,
    public: tuple[Bytes, Bytes],
    hidden: tuple[Bytes, Bytes],
) -> None:
    count = len(hidden[1])
    ids = _random_ids(rng, len(public[1]) + count)
    asked, given = np.sort(ids[:count]), np.sort(ids[count:])
    np.savez_compressed(
        ready / "public.npz",
        ids=given,
        images=public[0],
        labels=public[1],
        test_ids=asked,
        test_images=hidden[0],
    )
    shown = np.zeros(count, dtype=bool)
    shown[rng.choice(count, size=int(count * SHOWN_AT_ONCE), replace=False)] = True
    np.savez_compressed(ready / "hidden.npz", ids=asked, labels=hidden[1], shown=shown)
    rows = "".join(f"{name},0.5\n" for name in asked)
    (ready / "sample_submission.csv").write_text(f"id,has_cactus\n{rows}", encoding="ascii")


def _random_ids(rng: np.random.Generator, count: int) -> NDArray[np.str_]:
    """Return distinct names whose order tells nothing. No spreadsheet takes them for numbers."""
    numbers = rng.choice(2**32, size=2 * count)
    distinct = rng.permutation(np.unique(numbers))[:count]
    return np.array([f"i{number:08x}" for number in distinct])
