"""The MNIST data sets and their split into a public and a hidden share."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exercises.data import mnist
from exercises.data.split import mnist_name, mnist_shares, split_by_class
from exercises.errors import DataUnavailable
from exercises.loader import load_exercise

COURSE = Path(__file__).parents[2] / "exercises" / "cnn"
HIDDEN_DIGEST = "a3c9d3d9e46ce14d939fb37b7d4a15b173534af28343f90db595f1d43293dd43"


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the small set has been prepared once."""
    folder = tmp_path_factory.mktemp("data")
    mnist_shares(folder)
    return folder


def arrays(path: Path) -> Mapping[str, np.ndarray]:
    with np.load(path, allow_pickle=False) as found:
        return {name: found[name] for name in found.files}


def write_idx(path: Path, values: np.ndarray) -> None:
    shape = b"".join(int(side).to_bytes(4, "big") for side in values.shape)
    header = b"\x00\x00\x08" + bytes([values.ndim]) + shape
    path.write_bytes(gzip.compress(header + values.tobytes()))


def test_the_small_set_has_4000_public_and_1000_hidden_images(data_dir: Path) -> None:
    shares = mnist_shares(data_dir)
    public, hidden = arrays(shares.public), arrays(shares.hidden)
    assert public["images"].shape == (4000, 28, 28)
    assert hidden["images"].shape == (1000, 28, 28)
    assert public["images"].dtype == public["labels"].dtype == np.uint8
    assert np.bincount(public["labels"]).tolist() == [400] * 10
    assert np.bincount(hidden["labels"]).tolist() == [100] * 10


def test_both_shares_together_are_the_whole_set(data_dir: Path) -> None:
    shares = mnist_shares(data_dir)
    images, labels = mnist.read_small_set()
    split = [arrays(path) for path in (shares.public, shares.hidden)]
    found = sorted(
        (image.tobytes(), int(label))
        for share in split
        for image, label in zip(share["images"], share["labels"], strict=True)
    )
    whole = zip(images, labels, strict=True)
    assert found == sorted((image.tobytes(), int(label)) for image, label in whole)


def test_no_hidden_image_is_public(data_dir: Path) -> None:
    shares = mnist_shares(data_dir)
    public, hidden = (
        {image.tobytes() for image in arrays(path)["images"]}
        for path in (shares.public, shares.hidden)
    )
    assert public.isdisjoint(hidden)


def test_the_split_of_the_small_set_never_changes(data_dir: Path) -> None:
    hidden = arrays(mnist_shares(data_dir).hidden)
    content = hidden["images"].tobytes() + hidden["labels"].tobytes()
    # Another value here would make every score earned so far incomparable.
    assert hashlib.sha256(content).hexdigest() == HIDDEN_DIGEST


def test_shares_are_prepared_once(data_dir: Path) -> None:
    before = mnist_shares(data_dir).public.stat()
    assert mnist_shares(data_dir).public.stat().st_mtime_ns == before.st_mtime_ns
    assert [path.name for path in (data_dir / "mnist").iterdir()] == ["mnist-5k"]


def test_two_workers_may_prepare_the_same_set_at_once(tmp_path: Path) -> None:
    with ThreadPoolExecutor(2) as pool:
        [one, two] = pool.map(mnist_shares, [tmp_path, tmp_path])
    assert one == two
    assert [path.name for path in (tmp_path / "mnist").iterdir()] == ["mnist-5k"]
    assert len(arrays(one.hidden)["labels"]) == 1000


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.integers(5, 30), min_size=1, max_size=10),
    st.integers(1, 4),
    st.randoms(use_true_random=False),
)
def test_a_split_is_stable_disjoint_and_even(counts: list[int], held: int, rnd: object) -> None:
    labels = np.repeat(np.arange(len(counts), dtype=np.uint8), counts)
    rnd.shuffle(labels)  # type: ignore[attr-defined]
    public, hidden = split_by_class(labels, hidden_per_class=held)
    assert sorted([*public.tolist(), *hidden.tolist()]) == list(range(len(labels)))
    assert np.bincount(labels[hidden]).tolist() == [held] * len(counts)
    again = split_by_class(labels.copy(), hidden_per_class=held)
    assert (again[0].tolist(), again[1].tolist()) == (public.tolist(), hidden.tolist())


def test_an_idx_file_is_read_in_its_own_shape(tmp_path: Path) -> None:
    values = np.arange(2 * 3 * 4, dtype=np.uint8).reshape(2, 3, 4)
    write_idx(tmp_path / "values.gz", values)
    assert mnist.read_idx(tmp_path / "values.gz").tolist() == values.tolist()


def test_a_file_of_another_type_is_refused(tmp_path: Path) -> None:
    (tmp_path / "values.gz").write_bytes(gzip.compress(b"\x00\x00\x0d\x01" + bytes(8)))
    with pytest.raises(DataUnavailable, match="not an IDX file of unsigned bytes"):
        mnist.read_idx(tmp_path / "values.gz")


def test_files_that_are_not_the_full_set_do_not_replace_the_small_one(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "mnist").mkdir()
    for name in mnist.SHA256:
        write_idx(tmp_path / "mnist" / name, np.zeros((1, 28, 28), np.uint8))
    assert mnist_name(tmp_path) == "mnist-5k"
    assert "has not the SHA-256 of MNIST" in caplog.text


def test_the_full_set_is_known_by_its_checksums(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    checksums = {}
    for name in mnist.SHA256:
        shape = (7, 28, 28) if "images" in name else (7,)
        write_idx(tmp_path / name, rng.integers(0, 9, shape, dtype=np.uint8))
        checksums[name] = hashlib.sha256((tmp_path / name).read_bytes()).hexdigest()
    assert mnist.has_full_set(tmp_path, checksums=checksums)
    images, labels = mnist.read_full_set(tmp_path)
    assert (images.shape, labels.shape) == ((14, 28, 28), (14,))


def test_an_exercise_shows_the_student_its_public_share_alone(data_dir: Path) -> None:
    exercise = load_exercise(COURSE / "mnist-cnn")
    shares = mnist_shares(data_dir)
    assert exercise.public_files(data_dir) == {"mnist_train.npz": shares.public}
    assert exercise.hidden_files(data_dir) == {"mnist_hidden.npz": shares.hidden}
    assert exercise.data_name(data_dir) == "mnist-5k"


def test_an_exercise_without_data_has_no_files(data_dir: Path) -> None:
    exercise = load_exercise(COURSE / "pooling")
    assert exercise.public_files(data_dir) == exercise.hidden_files(data_dir) == {}
    assert exercise.data_name(data_dir) is None
