"""Bytes kept under their SHA-256: written once, never changed, checked when read."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

from django.conf import settings

from portal.common.errors import BlobDamaged, BlobMissing, BlobNotKept


def store(content: bytes) -> str:
    """Keep `content` and return its SHA-256. It is on the disk when this returns.

    Raises BlobNotKept where the disk takes no more; nothing is left half-written.
    """
    digest = hashlib.sha256(content).hexdigest()
    path = _path(digest)
    if not path.exists():
        try:
            _write(path, content)
        except OSError as exc:
            raise BlobNotKept(f"{digest}: {exc.strerror}") from exc
    return digest


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    fresh = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        fresh.rename(path)
    finally:
        fresh.unlink(missing_ok=True)
    _sync_folder(path.parent)


def read(digest: str) -> bytes:
    """Return the bytes kept under `digest`. Raises BlobMissing, BlobDamaged."""
    try:
        content = _path(digest).read_bytes()
    except FileNotFoundError as exc:
        raise BlobMissing(digest) from exc
    if hashlib.sha256(content).hexdigest() != digest:
        raise BlobDamaged(digest)
    return content


def _path(digest: str) -> Path:
    folder: Path = settings.NOYAU.blobs_dir
    return folder / digest[:2] / digest[2:]


def _sync_folder(folder: Path) -> None:
    """Put the folder's list of names on the disk: a rename alone may be lost with the power."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
