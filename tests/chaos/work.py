"""What is handed in while things break, and the exercise that it answers."""

from __future__ import annotations

import json
import random
import shutil
from dataclasses import dataclass
from pathlib import Path

from tests.graders.samples import notebook
from tests.redteam.case import RIGHT, returning, without_work

EXERCISES = Path(__file__).resolve().parents[2] / "exercises"
LIMITS = "\n[limits]\nwall_seconds = 6\ntest_seconds = 2\n"


@dataclass(frozen=True, slots=True)
class Work:
    """A notebook, how often it comes, and the shares of the points between which it earns."""

    name: str
    cells: tuple[str, ...]
    weight: int
    low: float
    high: float

    @property
    def notebook(self) -> bytes:
        """The bytes that are handed in."""
        return notebook(*self.cells)


WORKS = (
    Work("right", (RIGHT,), 50, 1, 1),
    Work("slow", ("import time\ntime.sleep(2)", RIGHT), 15, 1, 1),
    Work(
        "partly",
        (RIGHT + "\ndef mean_pool2d(image, size, stride, edge='drop'): return 0",),
        10,
        0.1,
        0.9,
    ),
    Work("wrong", (without_work("return image"),), 8, 0, 0),
    Work("not-finite", (returning("right * np.nan"),), 5, 0, 0),
    Work("crashing", ("raise ValueError",), 4, 0, 0),
    Work("leaving", (RIGHT, "import os\nos._exit(3)"), 4, 0, 0),
    Work("endless", ("import time\ntime.sleep(600)",), 4, 0, 0),
)


def draw(count: int, *, seed: int) -> list[Work]:
    """Return `count` works by chance, each kind at least once where there are enough."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    drawn = chance.choices(WORKS, [work.weight for work in WORKS], k=max(count - len(WORKS), 0))
    works = [*WORKS, *drawn][:count]
    chance.shuffle(works)
    return works


def make_exercises(folder: Path) -> Path:
    """Return a folder with the course reduced to one exercise, under limits of seconds."""
    course = folder / "cnn"
    shutil.copytree(EXERCISES / "cnn" / "pooling", course / "pooling")
    shutil.copy(EXERCISES / "cnn" / "course.toml", course)
    manifest = course / "pooling" / "exercise.toml"
    manifest.write_text(manifest.read_text(encoding="utf-8") + LIMITS, encoding="utf-8")
    return folder


def describe(figures: dict[str, object]) -> str:
    """Return the figures as lines of JSON."""
    return json.dumps(figures, indent=2, default=str)
