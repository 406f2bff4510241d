"""Tell whether a notebook would run today as it ran then: by what the run was made of."""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache
from pathlib import Path

from exercises.exercise import Exercise

_CACHED = 64


def stamped(transcript: bytes, exercise: Exercise, data_dir: Path) -> bytes:
    """Return the transcript of a run, after a line that says what the run was made of."""
    return _stamp(exercise, data_dir) + b"\n" + transcript


def unstamped(kept: bytes, exercise: Exercise, data_dir: Path) -> bytes | None:
    """Return what `stamped` was given, None where a run today is made of something else."""
    stamp, _, transcript = kept.partition(b"\n")
    return transcript if stamp == _stamp(exercise, data_dir) else None


def _stamp(exercise: Exercise, data_dir: Path) -> bytes:
    """Return a digest of all that the student's room is given besides the notebook."""
    manifest = exercise.manifest
    given = {
        "limits": manifest.limits.model_dump(mode="json"),
        "gpu": manifest.gpu,
        "data": {name: _digest(path) for name, path in exercise.public_files(data_dir).items()},
    }
    return hashlib.sha256(json.dumps(given, sort_keys=True).encode()).hexdigest().encode()


def _digest(path: Path) -> str | None:
    try:
        state = path.stat()
        return _file_digest(path, state.st_mtime_ns, state.st_size)
    except FileNotFoundError:
        return None


@lru_cache(maxsize=_CACHED)
def _file_digest(path: Path, _changed: int, _size: int) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
