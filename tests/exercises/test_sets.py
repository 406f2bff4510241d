"""Signs and aerial tiles: drawn where no photographs are, split so that what is hidden stays so."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from exercises.data import aerial, cactus, gtsrb, sets, signs
from exercises.data.disguise import spun, tilted
from exercises.data.faces import CLASSES
from exercises.data.prepared import secret_rng
from exercises.errors import DataUnavailable

Bytes = NDArray[np.uint8]


def arrays(path: Path) -> Mapping[str, np.ndarray]:
    with np.load(path, allow_pickle=False) as found:
        return {name: found[name] for name in found.files}


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Draw fewer images, as the ones drawn are the same in number and form otherwise."""
    monkeypatch.setattr(sets, "SIGNS_PER_CLASS", {"public": 4, "hidden": 2})
    monkeypatch.setattr(sets, "TILES", {"public": 60, "hidden": 40})
    monkeypatch.setattr(sets, "RAW_SIGNS", 10)
    monkeypatch.setattr(sets, "KAGGLE_HIDDEN", 10)


def picture(rng: np.random.Generator, size: tuple[int, int], format_: str) -> bytes:
    buffer = io.BytesIO()
    pixels = rng.integers(0, 256, size=(size[1], size[0], 3), dtype=np.uint8)
    Image.fromarray(pixels).save(buffer, format_)
    return buffer.getvalue()


def test_equal_seeds_draw_equal_images() -> None:
    first, second = (aerial.draw_tiles(np.random.default_rng(5), 12) for _ in range(2))
    assert first[0].tobytes() == second[0].tobytes()
    assert first[1].tolist() == second[1].tolist()
    one, two = (signs.draw_sign(np.random.default_rng(5), 3) for _ in range(2))
    assert one.tobytes() == two.tobytes()


def test_signs_come_in_all_sizes_and_every_class() -> None:
    rng = np.random.default_rng(0)
    labels = signs.even_labels(rng, per_class=6)
    images = signs.draw_signs(rng, labels)
    sides = {side for image in images for side in image.shape[:2]}
    assert np.bincount(labels).tolist() == [6] * len(CLASSES)
    assert min(sides) < 25
    assert max(sides) > 70
    assert len({image.shape for image in images}) > 60
    assert signs.squared(images).shape == (72, 32, 32, 3)


def test_three_tiles_in_four_have_a_cactus() -> None:
    _tiles, labels = aerial.draw_tiles(np.random.default_rng(1), 400)
    assert 0.68 < labels.mean() < 0.82


@pytest.mark.usefixtures("small")
def test_the_public_share_is_the_same_everywhere_and_the_hidden_one_nowhere(
    tmp_path: Path,
) -> None:
    for name in ("signs", "aerial"):
        one, two = (sets.shares_of(name, tmp_path / machine) for machine in "ab")
        public = [arrays(shares.public)["images"].tobytes() for shares in (one, two)]
        hidden = [arrays(shares.hidden)["labels"].tobytes() for shares in (one, two)]
        assert one.name == f"{name}-drawn"
        assert public[0] == public[1]
        assert hidden[0] != hidden[1]


@pytest.mark.usefixtures("small")
def test_an_unlabelled_tile_has_its_label_in_the_hidden_share_alone(tmp_path: Path) -> None:
    shares = sets.shares_of("aerial", tmp_path)
    public, hidden = arrays(shares.public), arrays(shares.hidden)
    assert public["test_ids"].tolist() == hidden["ids"].tolist() == sorted(hidden["ids"])
    assert public["test_images"].shape == (40, 32, 32, 3)
    assert sorted(public) == ["ids", "images", "labels", "test_ids", "test_images"]
    assert int(hidden["shown"].sum()) == 16
    assert len({*public["ids"], *hidden["ids"]}) == 100
    sample = shares.further("sample_submission.csv").read_text().splitlines()
    assert sample[:2] == ["id,has_cactus", f"{hidden['ids'][0]},0.5"]
    assert len(sample) == 41


@pytest.mark.usefixtures("small")
def test_some_signs_are_handed_out_in_their_own_sizes(tmp_path: Path) -> None:
    shares = sets.shares_of("signs", tmp_path)
    with zipfile.ZipFile(shares.further("signs_raw.zip")) as archive:
        rows = archive.read("labels.csv").decode().splitlines()
        images = [Image.open(archive.open(f"images/{row.split(',')[0]}")) for row in rows[1:]]
    labels = [int(row.split(",")[1]) for row in rows[1:]]
    assert rows[0] == "file,label"
    assert labels == arrays(shares.public)["labels"][:10].tolist()
    assert len({image.size for image in images}) > 5


@pytest.mark.usefixtures("small")
def test_every_third_class_is_new_and_three_of_its_images_are_given(tmp_path: Path) -> None:
    signs_ = sets.shares_of("signs", tmp_path)
    shares = sets.shares_of("new-signs", tmp_path)
    known, public, hidden = map(arrays, (signs_.public, shares.public, shares.hidden))
    assert shares.name == sets.name_of("new-signs", tmp_path) == "new-signs-drawn"
    assert np.bincount(public["labels"]).tolist() == [3, 3, 3, 3]
    assert np.bincount(hidden["labels"]).tolist() == [2, 2, 2, 2]
    for image, label in zip(public["images"], public["labels"], strict=True):
        [place] = np.flatnonzero((known["images"] == image).all(axis=(1, 2, 3)))
        assert known["labels"][place] == 3 * label + 2


def test_the_secret_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    first, second = (secret_rng(tmp_path).random() for _ in range(2))
    assert first == second
    assert (tmp_path / "secret").stat().st_mode & 0o777 == 0o600
    assert secret_rng(tmp_path / "elsewhere").random() != first


@pytest.fixture
def kaggle(tmp_path: Path) -> Path:
    """Forty tiles in the archive's form: a zip with a list and a zip of images."""
    rng = np.random.default_rng(2)
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as images:
        for number in range(40):
            images.writestr(f"train/{number:04x}.jpg", picture(rng, (32, 32), "JPEG"))
    path = tmp_path / "aerial" / "aerial-cactus-identification.zip"
    path.parent.mkdir()
    with zipfile.ZipFile(path, "w") as archive:
        rows = "".join(f"{number:04x}.jpg,{number % 4 > 0:d}\n" for number in range(40))
        archive.writestr("train.csv", f"id,has_cactus\n{rows}")
        archive.writestr("train.zip", inner.getvalue())
    return path


def test_kaggles_tiles_are_read_from_their_archive(kaggle: Path) -> None:
    tiles, labels = cactus.read_cactus(kaggle, count=40)
    assert (tiles.shape, labels.tolist()) == ((40, 32, 32, 3), [0, 1, 1, 1] * 10)


def test_an_archive_that_is_not_kaggles_is_refused(kaggle: Path) -> None:
    with pytest.raises(DataUnavailable, match="expected 17500 rows"):
        cactus.read_cactus(kaggle)


@pytest.mark.usefixtures("small")
def test_hidden_photographs_are_not_the_bytes_that_the_web_knows(
    kaggle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tiles, _labels = cactus.read_cactus(kaggle, count=40)
    monkeypatch.setattr(cactus.read_cactus, "__kwdefaults__", {"count": 40})
    shares = sets.shares_of("aerial", tmp_path)
    known = {tile.tobytes() for tile in tiles}
    public = arrays(shares.public)
    assert shares.name == "aerial-kaggle"
    assert {tile.tobytes() for tile in public["images"]} < known
    assert {tile.tobytes() for tile in public["test_images"]}.isdisjoint(known)


def test_a_disguise_keeps_size_and_most_of_the_picture() -> None:
    rng = np.random.default_rng(3)
    tile = aerial.draw_tile(rng, has_cactus=True)
    moved = tilted(rng, tile).astype(int)
    assert moved.shape == spun(rng, tile).shape == tile.shape
    assert abs(moved.mean() - tile.mean()) < 4
    assert not np.array_equal(moved, tile)


def test_gtsrb_hides_whole_tracks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(4)
    monkeypatch.setattr(gtsrb, "CLASSES", 2)
    monkeypatch.setattr(gtsrb, "LEAST_PER_CLASS", 1)
    for label in range(2):
        folder = tmp_path / "signs" / "GTSRB" / "Training" / f"{label:05d}"
        folder.mkdir(parents=True)
        names = [f"{track:05d}_{image:05d}.ppm" for track in range(5) for image in range(3)]
        for name in names:
            (folder / name).write_bytes(picture(rng, (20 + label, 30), "PPM"))
        rows = "".join(f"{name};{20 + label};30;1;1;19;29;{label}\n" for name in names)
        header = "Filename;Width;Height;Roi.X1;Roi.Y1;Roi.X2;Roi.Y2;ClassId\n"
        (folder / f"GT-{label:05d}.csv").write_text(header + rows)
    found = gtsrb.read_gtsrb(tmp_path / "signs" / "GTSRB")
    shares = sets.shares_of("signs", tmp_path)
    assert shares.name == "signs-gtsrb"
    assert len(np.unique(found.tracks)) == 10
    assert found.images[0].shape == (30, 20, 3)
    assert len(arrays(shares.hidden)["labels"]) == 6
    assert len(arrays(shares.public)["labels"]) == 24


def test_a_folder_without_signs_is_refused(tmp_path: Path) -> None:
    (tmp_path / "GTSRB").mkdir()
    with pytest.raises(DataUnavailable, match="is not GTSRB"):
        gtsrb.read_gtsrb(tmp_path / "GTSRB")


def test_a_damaged_archive_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "GTSRB-Training_fixed.zip"
    path.write_bytes(b"not a zip")
    with pytest.raises(DataUnavailable, match="can't be read"):
        gtsrb.read_gtsrb(path)
