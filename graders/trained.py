"""Train the networks that data sets hand out: each once, in a room, kept beside the set's shares.

A trained network is no secret: students start from it. What a room gives back is read as numbers
all the same, never as code.
"""

from __future__ import annotations

import base64
import logging
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import numpy as np

from exercises.data.sets import SETS, shares_of
from exercises.data.training import Training
from exercises.errors import DataUnavailable
from exercises.exercise import Exercise
from graders import wire
from sandbox.errors import RoomFailed
from sandbox.room import Limits, Mount, Room, RoomSpec, Sandbox

logger = logging.getLogger(__name__)

MIB = 1024 * 1024
HOME = Path("/home/student")
# One thread: several would wait for each other on a machine that grades meanwhile.
LIMITS = Limits(wall=900, cpu=900, memory=4096 * MIB, processes=32, disk=16 * MIB)
MAX_BYTES = 16 * MIB
CHUNK = MIB
LOG_CHARACTERS = 1000


def missing_trainings(name: str, data_dir: Path) -> Mapping[Path, Training]:
    """Return what is still to be trained for the set, by the path where it will be kept."""
    trainings = SETS[name].trainings
    if not trainings:
        return {}
    shares = shares_of(name, data_dir)
    paths = {shares.further(one.file): one for one in trainings}
    return {path: one for path, one in paths.items() if not path.is_file()}


async def train_for(exercise: Exercise, *, sandbox: Sandbox, data_dir: Path) -> None:
    """Train what the exercise's data still lacks. Raises DataUnavailable, SandboxUnavailable."""
    if exercise.manifest.data is not None:
        await train_missing(exercise.manifest.data.set, sandbox=sandbox, data_dir=data_dir)


async def train_missing(name: str, *, sandbox: Sandbox, data_dir: Path) -> None:
    """Train what the set still lacks. Raises DataUnavailable, SandboxUnavailable."""
    for path, training in missing_trainings(name, data_dir).items():
        logger.info("training %s of the set %s", path.name, name)
        try:
            content = await _trained(training, sandbox, data_dir)
            _check_weights(content)
        except (RoomFailed, wire.WireError) as exc:
            raise DataUnavailable(f"{path.name} could not be trained: {exc}") from exc
        _keep(content, path)


async def _trained(training: Training, sandbox: Sandbox, data_dir: Path) -> bytes:
    spec = RoomSpec(
        label=f"training {training.file}",
        argv=("python", training.program.name, *training.arguments),
        limits=LIMITS,
        mounts=[
            Mount(training.program, HOME / training.program.name),
            Mount(shares_of(training.source, data_dir).public, HOME / "data" / "images.npz"),
        ],
    )
    async with await sandbox.open(spec) as room:
        content = await _read(room)
        end = await room.wait()
        if end.code != 0:
            log = room.log_tail[-LOG_CHARACTERS:]
            raise RoomFailed(f"{training.program.name} ended by {end.cause}: {log}")
        return content


async def _read(room: Room) -> bytes:
    """Return what the room writes, up to MAX_BYTES. Raises RoomFailed for more."""
    content = bytearray()
    while chunk := await room.stdout.read(CHUNK):
        content += chunk
        if len(content) > MAX_BYTES:
            raise RoomFailed(f"it wrote more than {MAX_BYTES} bytes")
    return bytes(content)


def _check_weights(content: bytes) -> None:
    """Raise WireError for what is not a file of finite numbers."""
    tensors = wire.decode_tensors(base64.b64encode(content).decode("ascii"))
    if not tensors:
        raise wire.WireError("no weights")
    for name, array in tensors.items():
        if not np.isfinite(array).all():
            raise wire.WireError(f"{name} is not finite")


def _keep(content: bytes, path: Path) -> None:
    """Put the file in its place, whole; what another worker has put there meanwhile stays."""
    with tempfile.TemporaryDirectory(dir=path.parent) as scratch:
        fresh = Path(scratch) / path.name
        fresh.write_bytes(content)
        with suppress(FileExistsError):
            path.hardlink_to(fresh)
