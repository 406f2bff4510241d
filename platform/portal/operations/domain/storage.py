"""What the portal keeps, and the room that is left for more."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.utils import timezone

KEY = "operations-storage"
COUNTED_FOR = timedelta(minutes=5)
"""How long a count of files is told again: there may be hundreds of thousands."""


@dataclass(frozen=True, slots=True)
class Storage:
    """Sizes in bytes, as they were at `counted_at`; `free` and `total` are the disk's."""

    blobs: int
    blob_count: int
    versions: int
    database: int
    free: int
    total: int
    counted_at: datetime


def storage() -> Storage:
    """Return what is kept where; files are counted every few minutes."""
    known: Storage | None = cache.get(KEY)
    if known is None:
        known = _counted()
        cache.set(KEY, known, COUNTED_FOR.total_seconds())
    return known


def _counted() -> Storage:
    var: Path = settings.NOYAU.var
    blobs = list(_sizes(settings.NOYAU.blobs_dir))
    disk = shutil.disk_usage(next(place for place in (var, *var.parents) if place.exists()))
    return Storage(
        blobs=sum(blobs),
        blob_count=len(blobs),
        versions=sum(_sizes(settings.NOYAU.versions_dir)),
        database=_database(),
        free=disk.free,
        total=disk.total,
        counted_at=timezone.now(),
    )


def _sizes(folder: Path) -> Iterator[int]:
    """Yield the size of each file below the folder. What goes away meanwhile is left out."""
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    yield from _sizes(Path(entry.path))
                else:
                    yield entry.stat(follow_symlinks=False).st_size
    except FileNotFoundError:
        return


def _database() -> int:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_database_size(current_database())")
        else:
            cursor.execute("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")
        return int(cursor.fetchone()[0])
