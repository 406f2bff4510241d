"""A folder of regular files as a mapping, as one digest, and as one tar."""

from __future__ import annotations

import hashlib
import io
import tarfile
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath

from exercises.errors import MalformedExercise, UnsafeArchive

MAX_FILES = 1000
MAX_BYTES = 64 * 1024 * 1024
# An author's judgement of a reference's mutants, which changes nothing for who solves it.
EQUIVALENT = "equivalent.toml"


def read_folder(folder: Path) -> dict[str, bytes]:
    """Return the contents of the folder's files by relative path, in sorted order.

    Hidden files, `__pycache__` and `equivalent.toml` are left out. Raises MalformedExercise for a
    symbolic link.
    """
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in _files(folder)}


def digest(files: Mapping[str, bytes]) -> str:
    """Return the SHA-256, in hex, of the sorted relative paths and the contents."""
    total = hashlib.sha256()
    for name in sorted(files):
        for part in (name.encode(), files[name]):
            # Lengths keep the border between a name and a content from moving unseen.
            total.update(len(part).to_bytes(8, "big"))
            total.update(part)
    return total.hexdigest()


def pack(folder: Path) -> bytes:
    """Return the folder as a tar: equal contents give equal bytes."""
    return pack_files(read_folder(folder))


def pack_files(files: Mapping[str, bytes]) -> bytes:
    """Return files by relative path as a tar: equal contents give equal bytes."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name in sorted(files):
            member = tarfile.TarInfo(name)
            member.size = len(files[name])
            archive.addfile(member, io.BytesIO(files[name]))
    return buffer.getvalue()


def unpack(content: bytes, folder: Path) -> None:
    """Write a packed folder's files below `folder`. Raises UnsafeArchive, and then writes none."""
    write_files(unpack_files(content), folder)


def unpack_files(content: bytes) -> dict[str, bytes]:
    """Return a packed folder's files by relative path. Raises UnsafeArchive."""
    try:
        with tarfile.open(fileobj=io.BytesIO(content), mode="r:") as archive:
            return dict(_members(archive))
    except tarfile.TarError as exc:
        raise UnsafeArchive(f"not a tar: {exc}") from exc


def write_files(files: Mapping[str, bytes], folder: Path) -> None:
    """Write files below `folder` by their relative paths, which must be safe ones."""
    for name, data in files.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)


def _files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*"), key=lambda path: path.relative_to(folder).as_posix()):
        parts = path.relative_to(folder).parts
        if any(part.startswith(".") or part == "__pycache__" for part in parts):
            continue
        if path.is_symlink():
            raise MalformedExercise(path, 1, "a regular file, not a symbolic link")
        if path.is_file() and path != folder / EQUIVALENT:
            yield path


def _members(archive: tarfile.TarFile) -> Iterator[tuple[str, bytes]]:
    total = 0
    for count, member in enumerate(archive, start=1):
        path = PurePosixPath(member.name)
        if not member.isreg() or path.is_absolute() or ".." in path.parts or not path.parts:
            raise UnsafeArchive(f"{member.name!r} is not a regular file below the folder")
        total += member.size
        if count > MAX_FILES or total > MAX_BYTES:
            raise UnsafeArchive(f"more than {MAX_FILES} files or {MAX_BYTES} bytes")
        stream = archive.extractfile(member)
        if stream is not None:
            yield path.as_posix(), stream.read()
