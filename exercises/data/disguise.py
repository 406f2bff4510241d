"""Change real images so that they show the same and are no longer the bytes that the web knows."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Bytes = NDArray[np.uint8]
Rng = np.random.Generator

MOST_DEGREES = 9.0
MOST_SHIFT = 0.08


def tilted(rng: Rng, image: Bytes) -> Bytes:
    """Return the image (H, W, 3) turned and shifted a little, its border continued outwards."""
    height, width = image.shape[:2]
    margin = max(height, width) // 3
    wide = np.pad(image, ((margin, margin), (margin, margin), (0, 0)), mode="reflect")
    most = round(MOST_SHIFT * max(width, height))
    right, down = rng.integers(-most, most + 1, size=2)
    turned = Image.fromarray(wide).rotate(
        rng.uniform(-MOST_DEGREES, MOST_DEGREES),
        Image.Resampling.BICUBIC,
        translate=(int(right), int(down)),
    )
    return np.asarray(turned.crop((margin, margin, margin + width, margin + height)))


def spun(rng: Rng, tile: Bytes) -> Bytes:
    """Return a square tile seen from the air, from any side: mirrored, a quarter turned, tilted."""
    mirrored = tile[:, ::-1] if rng.random() < 0.5 else tile
    return tilted(rng, np.ascontiguousarray(np.rot90(mirrored, int(rng.integers(4)))))
