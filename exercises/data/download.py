"""Fetch a file over the network: resumed where it was cut off, checked, and kept only if right."""

from __future__ import annotations

import hashlib
import http.client
import shutil
import sys
import urllib.request
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO
from urllib.error import HTTPError, URLError

from exercises.errors import DataUnavailable

CHUNK = 256 * 1024
TIMEOUT_SECONDS = 30
# Of a request that begins where the last one ended.
PARTIAL, PAST_THE_END = 206, 416
MEBIBYTE = 1024 * 1024
SCHEMES = ("https://", "http://")
SOURCES_OF_TROUBLE = (URLError, TimeoutError, ConnectionError, http.client.HTTPException)

OnProgress = Callable[[int, int | None], None]


@dataclass(frozen=True, slots=True)
class Remote:
    """A file and what it must be: `checksum` is `sha256:...`, or `md5:...` for want of better."""

    url: str
    checksum: str

    @property
    def name(self) -> str:
        """The file's name."""
        return self.url.rpartition("/")[2]


def fetch(
    remote: Remote, folder: Path, *, on_progress: OnProgress = lambda _done, _all: None
) -> Path:
    """Return the file's path in `folder`, fetching it unless it is there already.

    `on_progress` is told of the bytes at hand and of all, None where that is not known. What
    came is kept as `<name>.part` when the line breaks, and the next call goes on from there.
    Raises DataUnavailable.
    """
    target = folder / remote.name
    if target.is_file() and is_whole(target, remote.checksum):
        return target
    folder.mkdir(parents=True, exist_ok=True)
    part = folder / f"{remote.name}.part"
    try:
        _receive(remote.url, part, on_progress)
    except SOURCES_OF_TROUBLE as exc:
        raise DataUnavailable(f"{remote.url} can't be had: {exc}") from exc
    if not is_whole(part, remote.checksum):
        part.unlink()
        raise DataUnavailable(f"{remote.url} is not the file it should be ({remote.checksum})")
    part.rename(target)
    return target


def is_whole(path: Path, checksum: str) -> bool:
    """Return whether the file has the checksum."""
    algorithm, _, expected = checksum.partition(":")
    with path.open("rb") as file:
        return hashlib.file_digest(file, algorithm).hexdigest() == expected


def progress_bar(name: str, *, stream: TextIO = sys.stderr) -> OnProgress:
    """Return what draws a bar of one line, redrawn as the file grows; a plain line elsewhere."""
    drawn = -1

    def draw(done: int, total: int | None) -> None:
        nonlocal drawn
        percent = 100 * done // total if total else done // MEBIBYTE
        if percent == drawn:
            return
        drawn = percent
        stream.write(f"\r{_bar(name, done, total)}")
        if done == total:
            stream.write("\n")
        stream.flush()

    return draw


def _bar(name: str, done: int, total: int | None) -> str:
    size = f"{done / MEBIBYTE:.1f} MiB"
    if not total:
        return f"{name} {size}"
    width = max(10, shutil.get_terminal_size().columns - len(name) - 32)
    filled = width * done // total
    bar = "#" * filled + "." * (width - filled)
    return f"{name} [{bar}] {done / total:4.0%} {size}"


def _receive(url: str, part: Path, on_progress: OnProgress) -> None:
    if not url.startswith(SCHEMES):
        raise DataUnavailable(f"{url} is not an address of the web")
    have = part.stat().st_size if part.exists() else 0
    request = urllib.request.Request(url)  # noqa: S310 - the scheme is checked above
    if have:
        request.add_header("Range", f"bytes={have}-")
    try:
        response = urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS)  # noqa: S310
    except HTTPError as exc:
        if exc.code == PAST_THE_END:
            return
        raise
    with closing(response), part.open("ab" if response.status == PARTIAL else "wb") as file:
        done = file.tell()
        length = response.headers.get("Content-Length")
        total = done + int(length) if length else None
        while chunk := response.read(CHUNK):
            file.write(chunk)
            done += len(chunk)
            on_progress(done, total)
    if total is not None and done < total:
        raise DataUnavailable(f"{url} broke off after {done} of {total} bytes: try again")
