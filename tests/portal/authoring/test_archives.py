"""Zips of folders: down and up byte for byte, and nothing hostile comes in."""

from __future__ import annotations

import io
import re
import stat
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.authoring.domain import read_zip, write_zip
from portal.authoring.domain.paths import LARGEST_FILE, MOST_FILES, check_paths
from portal.authoring.errors import UnsafePath, UnsafeZip

PART = st.from_regex(re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,12}", re.ASCII), fullmatch=True)
FOLDERS = st.dictionaries(
    st.lists(PART, min_size=1, max_size=4).map("/".join), st.binary(max_size=200), max_size=8
)


def zipped(*entries: tuple[str, bytes], mode: int = stat.S_IFREG | 0o644) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in (("exercise.toml", b"id = 'x'"), *entries):
            entry = zipfile.ZipInfo(name)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = mode << 16 if name != "exercise.toml" else 0
            archive.writestr(entry, content)
    return buffer.getvalue()


def flaw(content: bytes) -> str:
    with pytest.raises(UnsafeZip) as caught:
        read_zip(content)
    return caught.value.flaw


@settings(max_examples=60, deadline=None)
@given(files=FOLDERS)
def test_a_folder_comes_back_byte_for_byte(files: dict[str, bytes]) -> None:
    files["exercise.toml"] = b"id = 'x'"
    try:
        check_paths(list(files))
    except UnsafePath:
        assert flaw(write_zip(files, folder="x")) == "path"
    else:
        assert read_zip(write_zip(files, folder="x")) == files
        assert write_zip(read_zip(write_zip(files, folder="x")), folder="x") == write_zip(
            files, folder="x"
        )


@settings(max_examples=60, deadline=None)
@given(noise=st.binary(max_size=60), cut=st.integers(0, 400))
def test_bytes_that_are_damaged_are_refused_or_read_but_break_nothing(
    noise: bytes, cut: int
) -> None:
    content = write_zip({"exercise.toml": b"id = 'x'" * 20, "a.py": b"x"}, folder="x")
    spoiled = content[:cut] + noise + content[cut + len(noise) :]
    try:
        read_zip(spoiled)
    except UnsafeZip:
        return
    assert isinstance(read_zip(spoiled), dict)


def test_a_folder_may_lie_at_the_top_or_below_one_other() -> None:
    assert read_zip(zipped(("a.py", b"1"))) == {"exercise.toml": b"id = 'x'", "a.py": b"1"}
    assert list(read_zip(write_zip({"exercise.toml": b""}, folder="deep"))) == ["exercise.toml"]


def test_what_systems_add_of_their_own_is_left_out() -> None:
    content = zipped((".DS_Store", b"x"), ("__MACOSX/._a", b"x"), ("__pycache__/a.pyc", b"x"))
    assert list(read_zip(content)) == ["exercise.toml"]


@pytest.mark.parametrize(
    "name", ["../up.py", "/etc/passwd", "a/../../b", "a//b", "a\\..\\b", "C:\\x", "x" * 300]
)
def test_a_path_that_leads_elsewhere_is_refused(name: str) -> None:
    assert flaw(zipped((name, b"x"))) == "path"


def test_a_link_is_refused() -> None:
    assert flaw(zipped(("link", b"/etc/passwd"), mode=stat.S_IFLNK | 0o777)) == "link"


def test_names_given_twice_are_refused() -> None:
    with pytest.warns(UserWarning, match="Duplicate name"):
        content = zipped(("a.py", b"1"), ("a.py", b"2"))
    assert flaw(content) == "twice"
    assert flaw(zipped(("a.py", b"1"), ("A.py", b"2"))) == "path"


def test_bombs_are_refused_whatever_they_say_of_their_size() -> None:
    bomb = zipped(("big.bin", bytes(LARGEST_FILE + 1)))
    assert len(bomb) < 10_000
    assert flaw(bomb) == "file-size"
    # The entry's own size, in the directory and before its data, says a single byte.
    size = (LARGEST_FILE + 1).to_bytes(4, "little")
    assert flaw(bomb.replace(size, (1).to_bytes(4, "little"))) in {"not-a-zip", "file-size"}
    assert flaw(zipped(*((f"f{n}", b"") for n in range(MOST_FILES)))) == "files"
    many = zipped(*((f"f{number}.bin", bytes(LARGEST_FILE)) for number in range(17)))
    assert flaw(many) == "size"


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"no zip at all", b"\x1f\x8b" + bytes(50)])
def test_what_is_no_zip_is_refused(content: bytes) -> None:
    assert flaw(content) == "not-a-zip"


def test_a_zip_without_a_manifest_is_refused() -> None:
    assert flaw(write_zip({"notebook.py": b""}, folder="x")) == "no-manifest"
