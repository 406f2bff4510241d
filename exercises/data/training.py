"""A file of a data set that a program learns from images: what runs, and on which."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Training:
    """A network to train in a room, for want of torch outside. Its weights are `file`.

    The room runs the script `program`, which knows nothing of this project, with `arguments`.
    `data/images.npz` there is the public share of the set `source`. What it writes to its
    standard output is the file, in safetensors form.
    """

    file: str
    program: Path
    arguments: tuple[str, ...]
    source: str
