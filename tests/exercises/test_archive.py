"""A folder packed into a tar, and unpacked without harm."""

from __future__ import annotations

import io
import os
import tarfile
from pathlib import Path

import pytest

from exercises.archive import digest, pack, read_folder, unpack
from exercises.errors import UnsafeArchive
from exercises.loader import load_exercise

COURSE = Path(__file__).parents[2] / "exercises" / "cnn"


def tar_of(*members: tuple[tarfile.TarInfo, bytes]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for member, content in members:
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


def file_named(name: str) -> tarfile.TarInfo:
    return tarfile.TarInfo(name)


def link_named(name: str, *, target: str, kind: bytes) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.type, member.linkname = kind, target
    return member


def test_an_exercise_survives_the_round_trip(tmp_path: Path) -> None:
    original = load_exercise(COURSE / "pooling")
    unpack(pack(COURSE / "pooling"), tmp_path / "pooling")
    again = load_exercise(tmp_path / "pooling")
    assert again.files == original.files
    assert again.digest == original.digest


def test_equal_folders_give_equal_bytes(tmp_path: Path) -> None:
    for name, when in (("one", 1_000_000_000), ("two", 1_700_000_000)):
        unpack(pack(COURSE / "pooling"), tmp_path / name)
        for path in (tmp_path / name).rglob("*"):
            os.utime(path, (when, when))
    assert pack(tmp_path / "one") == pack(tmp_path / "two") == pack(COURSE / "pooling")


def test_hidden_files_and_bytecode_stay_behind(tmp_path: Path) -> None:
    for name in ("a.py", ".git/config", "__pycache__/a.pyc", "tests/.cache"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
    assert read_folder(tmp_path) == {"a.py": b"x"}


def test_a_digest_tells_a_name_from_a_content() -> None:
    assert digest({"ab": b"c"}) != digest({"a": b"bc"})
    assert digest({"a": b"1", "b": b"2"}) == digest({"b": b"2", "a": b"1"})


@pytest.mark.parametrize(
    "member",
    [
        file_named("../outside"),
        file_named("/etc/outside"),
        file_named("tests/../../outside"),
        link_named("inside", target="/etc/passwd", kind=tarfile.SYMTYPE),
        link_named("inside", target="../outside", kind=tarfile.LNKTYPE),
        link_named("device", target="", kind=tarfile.CHRTYPE),
    ],
    ids=lambda member: f"{member.name}-{member.type!r}",
)
def test_an_archive_that_reaches_outside_is_refused_whole(
    tmp_path: Path, member: tarfile.TarInfo
) -> None:
    folder = tmp_path / "folder"
    with pytest.raises(UnsafeArchive):
        unpack(tar_of((file_named("good"), b"x"), (member, b"")), folder)
    assert list(tmp_path.rglob("*")) == []


def test_bytes_that_are_no_tar_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UnsafeArchive):
        unpack(b"no tar at all" * 100, tmp_path)


def test_an_archive_of_too_many_files_is_refused(tmp_path: Path) -> None:
    members = [(file_named(f"f{number}"), b"") for number in range(1001)]
    with pytest.raises(UnsafeArchive, match="more than 1000 files"):
        unpack(tar_of(*members), tmp_path)
