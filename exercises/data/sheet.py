"""Lay drawn images out on one sheet, to look at: `python -m exercises.data.sheet signs out.png`."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image

from exercises.data import aerial, signs
from exercises.data.faces import CLASSES

GAP = 6
PAPER = (246, 244, 239)
SEED = 1


def aerial_rows() -> list[list[Image.Image]]:
    """Return four rows of tiles with a cactus, then four without."""
    rng = np.random.default_rng(SEED)
    return [
        [Image.fromarray(aerial.draw_tile(rng, has_cactus=row < 4)).resize((64, 64), 0)
         for _ in range(8)]
        for row in range(8)
    ]  # fmt: skip


def sign_rows() -> list[list[Image.Image]]:
    """Return a row for each class, in the sizes that the images have."""
    rng = np.random.default_rng(SEED)
    return [
        [Image.fromarray(signs.draw_sign(rng, label)) for _ in range(8)]
        for label in range(len(CLASSES))
    ]


def sheet(rows: list[list[Image.Image]]) -> Image.Image:
    """Return the images in a grid whose cells are as large as the largest of them."""
    cell = GAP + max(max(image.size) for row in rows for image in row)
    paper = Image.new("RGB", (cell * max(map(len, rows)) + GAP, cell * len(rows) + GAP), PAPER)
    for row, images in enumerate(rows):
        for column, image in enumerate(images):
            paper.paste(image, (GAP + column * cell, GAP + row * cell))
    return paper


SHEETS: dict[str, Callable[[], list[list[Image.Image]]]] = {
    "aerial": aerial_rows,
    "signs": sign_rows,
}


def main() -> None:
    """Write the sheet that the command line names."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("set", choices=sorted(SHEETS))
    parser.add_argument("output", type=Path)
    chosen = parser.parse_args()
    sheet(SHEETS[chosen.set]()).save(chosen.output, optimize=True)


if __name__ == "__main__":
    main()
