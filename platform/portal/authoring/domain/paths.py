"""Which files a manuscript may hold: their paths, how many, how large."""

from __future__ import annotations

import re
from collections.abc import Mapping

from portal.authoring.errors import FolderTooLarge, UnsafePath

MIB = 1024 * 1024
MOST_FILES = 200
MOST_BYTES = 32 * MIB
LARGEST_FILE = 2 * MIB
LONGEST_PATH = 200
DEEPEST = 4
# Plain names alone: what every file system, archive and address takes as it is.
PART = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,99}", re.ASCII)


def check_path(path: str) -> str:
    """Return the path, which is safe and kept by versions. Raises UnsafePath."""
    parts = path.split("/")
    is_plain = all(PART.fullmatch(part) and part != "__pycache__" for part in parts)
    if not is_plain or len(parts) > DEEPEST or len(path) > LONGEST_PATH:
        raise UnsafePath(path)
    return path


def check_paths(paths: list[str]) -> None:
    """Raise UnsafePath where a path is not safe, or stands in another one's way.

    Names that differ in case alone are one name on some machines.
    """
    seen: dict[str, str] = {}
    for path in paths:
        folded = check_path(path).casefold()
        if folded in seen:
            raise UnsafePath(path)
        seen[folded] = path
    for folded, path in seen.items():
        parts = folded.split("/")
        # What is a file can't be a folder, and a folder has one spelling.
        for count in range(1, len(parts)):
            if "/".join(parts[:count]) in seen:
                raise UnsafePath(path)
    folders: dict[str, str] = {}
    for path in paths:
        parts = path.split("/")
        for count in range(1, len(parts)):
            folder = "/".join(parts[:count])
            if folders.setdefault(folder.casefold(), folder) != folder:
                raise UnsafePath(path)


def check_folder(files: Mapping[str, bytes]) -> None:
    """Raise UnsafePath or FolderTooLarge for what no manuscript holds."""
    check_paths(list(files))
    for path, content in files.items():
        if len(content) > LARGEST_FILE:
            raise FolderTooLarge(path)
    check_total(len(files), sum(map(len, files.values())))


def check_total(count: int, size: int) -> None:
    """Raise FolderTooLarge for too many files, or too many bytes in all."""
    if count > MOST_FILES or size > MOST_BYTES:
        raise FolderTooLarge
