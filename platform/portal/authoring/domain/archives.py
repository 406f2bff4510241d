"""A folder of an exercise as a zip, down and up again byte for byte.

Other formats become folders by functions of the same kind: a reader takes the bytes that were
uploaded and returns the files by relative path.
"""

from __future__ import annotations

import io
import stat
import zipfile
import zlib
from collections.abc import Callable, Mapping
from typing import TypeAlias

from portal.authoring.domain.manifest import MANIFEST
from portal.authoring.domain.paths import LARGEST_FILE, MIB, MOST_BYTES, MOST_FILES, check_paths
from portal.authoring.errors import UnsafePath, UnsafeZip

Reader: TypeAlias = Callable[[bytes], dict[str, bytes]]
"""Raises AuthoringError for what is no folder of an exercise."""

LARGEST_ZIP = MOST_BYTES + MIB
# Folders and what is left out are entries, too.
MOST_ENTRIES = 4 * MOST_FILES
EPOCH = (1980, 1, 1, 0, 0, 0)
ENCRYPTED = 0x1
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


def write_zip(files: Mapping[str, bytes], *, folder: str) -> bytes:
    """Return the files below `folder` as a zip: equal contents give equal bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(files):
            entry = zipfile.ZipInfo(f"{folder}/{path}", EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = (stat.S_IFREG | 0o644) << 16
            archive.writestr(entry, files[path])
    return buffer.getvalue()


def read_zip(content: bytes) -> dict[str, bytes]:
    """Return the files of an exercise's folder, which may lie below one other.

    Hidden files and what systems add of their own are left out, as they are from a folder. Raises
    UnsafeZip as `unpack_zip`, and where there is no manifest.
    """
    files = _without_top(unpack_zip(content))
    try:
        check_paths(list(files))
    except UnsafePath as exc:
        raise UnsafeZip("path", exc.path) from exc
    return files


def unpack_zip(content: bytes) -> dict[str, bytes]:
    """Return the files of any folder, by the names that the archive has.

    Raises UnsafeZip for links, paths that lead elsewhere, names given twice, and too much of
    anything: no more is unpacked than is allowed, whatever the archive says of itself.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = [entry for entry in _entries(archive) if not _is_left_out(entry.filename)]
            return _unpacked(archive, entries)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError) as exc:
        raise UnsafeZip("not-a-zip") from exc
    except (ValueError, RuntimeError, OverflowError) as exc:
        raise UnsafeZip("not-a-zip") from exc


def _entries(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    entries = archive.infolist()
    if len(entries) > MOST_ENTRIES:
        raise UnsafeZip("files")
    seen: set[str] = set()
    for entry in entries:
        if entry.flag_bits & ENCRYPTED:
            raise UnsafeZip("encrypted", entry.filename)
        mode = entry.external_attr >> 16
        if stat.S_IFMT(mode) not in (0, stat.S_IFREG, stat.S_IFDIR):
            raise UnsafeZip("link", entry.filename)
        if entry.compress_type not in METHODS:
            raise UnsafeZip("not-a-zip", entry.filename)
        if entry.filename in seen:
            raise UnsafeZip("twice", entry.filename)
        seen.add(entry.filename)
    files = [entry for entry in entries if not entry.is_dir()]
    for entry in files:
        parts = entry.orig_filename.split("/")
        if "\\" in entry.orig_filename or any(part in ("", ".", "..") for part in parts):
            raise UnsafeZip("path", entry.filename)
    return files


def _is_left_out(name: str) -> bool:
    parts = name.split("/")
    return any(part.startswith(".") or part in ("__pycache__", "__MACOSX") for part in parts)


def _unpacked(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> dict[str, bytes]:
    if len(entries) > MOST_FILES:
        raise UnsafeZip("files")
    files: dict[str, bytes] = {}
    total = 0
    for entry in entries:
        with archive.open(entry) as stream:
            data = stream.read(LARGEST_FILE + 1)
        total += len(data)
        if len(data) > LARGEST_FILE:
            raise UnsafeZip("file-size", entry.filename)
        if total > MOST_BYTES:
            raise UnsafeZip("size")
        files[entry.filename] = data
    return files


def _without_top(files: dict[str, bytes]) -> dict[str, bytes]:
    """Return the files below the folder that holds the manifest. Raises UnsafeZip without one."""
    if MANIFEST in files:
        return files
    tops = {name.partition("/")[0] for name in files}
    top = f"{tops.pop()}/" if len(tops) == 1 else ""
    if not top or f"{top}{MANIFEST}" not in files:
        raise UnsafeZip("no-manifest")
    return {name.removeprefix(top): content for name, content in files.items()}
