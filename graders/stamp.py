"""Tell what a run was made of and scored by, and so whether it is worth scoring again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from exercises.exercise import Exercise

_CACHED = 64


def stamped(transcript: bytes, exercise: Exercise, data_dir: Path) -> bytes:
    """Return the transcript after a line that says by what its run was made and scored."""
    return b"%s %s\n%s" % (*_stamps(exercise, data_dir), transcript)


def unstamped(kept: bytes, exercise: Exercise, data_dir: Path) -> bytes | None:
    """Return what `stamped` was given, where scoring it again makes sense.

    None where a run today is made of something else, and where it was scored by the same as
    today: the one would be wrong, the other would say the same again.
    """
    line, _, transcript = kept.partition(b"\n")
    made, scored = _stamps(exercise, data_dir)
    was_made, _, was_scored = line.partition(b" ")
    return transcript if was_made == made and was_scored != scored else None


def _stamps(exercise: Exercise, data_dir: Path) -> tuple[bytes, bytes]:
    """Return digests of what the student's room is given, and of what the judge's is."""
    manifest = exercise.manifest
    student = {
        "limits": manifest.limits.model_dump(mode="json"),
        "gpu": manifest.gpu,
        "data": _digests(exercise.public_files(data_dir)),
    }
    judge = {
        "version": exercise.digest,
        "data": _digests(exercise.hidden_files(data_dir)),
    }
    return _stamp(student), _stamp(judge)


def _stamp(given: Mapping[str, object]) -> bytes:
    return hashlib.sha256(json.dumps(given, sort_keys=True).encode()).hexdigest().encode()


def _digests(files: Mapping[str, Path]) -> dict[str, str | None]:
    return {name: _digest(path) for name, path in files.items()}


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
