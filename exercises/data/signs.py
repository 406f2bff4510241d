"""Draw road signs as a car's camera finds them: twelve classes, in images of many sizes.

A face is drawn once, large and square on. Each image then sees it turned, tilted, larger or
smaller, more or less in focus, under another light and before another ground. The sign's true
class is known, since it was drawn.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from exercises.data.drawing import (
    Colour,
    Rng,
    Values,
    as_image,
    blurred,
    fractal_noise,
    grainy,
    lit,
    tinted,
)
from exercises.data.faces import CLASSES, FACE, draw_face

Bytes = NDArray[np.uint8]

SIDE = 32
SMALLEST, LARGEST = 18, 96
# Images are not square, though most signs are.
STRETCH = 1.25
MARGIN = 1.12
GROUNDS: tuple[tuple[Colour, ...], ...] = (
    ((40, 56, 30), (74, 96, 52), (112, 132, 84), (160, 172, 130)),
    ((96, 124, 160), (146, 172, 200), (190, 206, 222), (226, 232, 238)),
    ((70, 66, 64), (116, 110, 104), (156, 150, 144), (198, 194, 188)),
    ((58, 42, 34), (104, 78, 62), (150, 120, 96), (190, 166, 140)),
    ((22, 24, 28), (46, 50, 56), (80, 86, 92), (128, 132, 138)),
)


def draw_signs(rng: Rng, labels: NDArray[np.uint8]) -> list[Bytes]:
    """Return an image (H, W, 3) of its own size for each label."""
    return [draw_sign(rng, int(label)) for label in labels]


def even_labels(rng: Rng, *, per_class: int) -> NDArray[np.uint8]:
    """Return as many labels of each class, shuffled."""
    return rng.permutation(np.repeat(np.arange(len(CLASSES), dtype=np.uint8), per_class))


def squared(images: list[Bytes], *, side: int = SIDE) -> Bytes:
    """Return the images, each resized to a square, as one array (N, side, side, 3)."""
    size = (side, side)
    return np.stack(
        [np.asarray(Image.fromarray(one).resize(size, Image.Resampling.BOX)) for one in images]
    )


def draw_sign(rng: Rng, label: int) -> Bytes:
    """Return one image of a sign, from 18 to 96 pixels a side."""
    height = int(np.exp(rng.uniform(np.log(SMALLEST), np.log(LARGEST))))
    stretch = np.exp(rng.uniform(-np.log(STRETCH), np.log(STRETCH)))
    width = int(np.clip(height * stretch, SMALLEST, LARGEST))
    scene = _scene(rng, (2 * width, 2 * height))
    face = _seen(rng, _faces()[label], scene.size)
    scene.paste(face, mask=face.getchannel("A"))
    soft = blurred(scene, rng.gamma(1.6, 0.022) * height)
    small = soft.resize((width, height), Image.Resampling.BOX)
    pixels: Values = np.asarray(small, dtype=np.float64)
    pixels = lit(rng, pixels, light=(0.35, 1.25), contrast=0.45, cast_deviation=0.05)
    return np.asarray(as_image(grainy(rng, pixels, deviation=9)))


def _scene(rng: Rng, size: tuple[int, int]) -> Image.Image:
    """Return what is behind a sign: leaves, sky, a wall, with an edge between two of them."""
    noise = fractal_noise(rng, size, octaves=(2, 5, 12, 30))
    first, second = rng.choice(len(GROUNDS), size=2, replace=False)
    scene = tinted(noise, GROUNDS[first])
    if rng.random() < 0.5:
        rows, columns = np.mgrid[0 : size[1], 0 : size[0]]
        angle = rng.uniform(0, 2 * np.pi)
        edge = np.cos(angle) * (columns - size[0] / 2) + np.sin(angle) * (rows - size[1] / 2)
        beyond = edge > rng.uniform(-0.3, 0.3) * size[1]
        scene = np.where(beyond[..., None], tinted(noise, GROUNDS[second]), scene)
    return as_image(scene)


def _seen(rng: Rng, face: Image.Image, size: tuple[int, int]) -> Image.Image:
    """Return the face as it lies in an image of this size: turned, tilted, off centre."""
    # PERSPECTIVE asks where in the face each corner of the image comes from.
    shown = FACE * MARGIN * rng.uniform(0.95, 1.35) / min(size)
    signs = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)])
    turn = np.radians(rng.normal(0, 5))
    turned = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    corners = FACE / 2 + (signs * np.array(size) * shown / 2) @ turned
    corners += rng.normal(0, 0.035 * FACE, size=(4, 2)) + rng.normal(0, 0.04 * FACE, size=2)
    return face.transform(
        size, Image.Transform.PERSPECTIVE, _perspective(size, corners), Image.Resampling.BICUBIC
    )


def _perspective(size: tuple[int, int], corners: Values) -> list[float]:
    """Return the eight coefficients that map the image's corners to `corners`.

    For x' = (a x + b y + c) / (g x + h y + 1), and y' likewise, four points give eight equations.
    """
    width, height = size
    places = [(0, 0), (width, 0), (width, height), (0, height)]
    rows, wanted = [], []
    for (x, y), (u, v) in zip(places, corners, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        wanted += [u, v]
    solved: list[float] = np.linalg.solve(np.array(rows, dtype=float), np.array(wanted)).tolist()
    return solved


@cache
def _faces() -> tuple[Image.Image, ...]:
    return tuple(draw_face(label) for label in range(len(CLASSES)))
