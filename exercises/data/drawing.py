"""What drawn images have in common: grounds with the grain of photographs, light, blur."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

Rng = np.random.Generator
Colour = tuple[int, int, int]
Values = NDArray[np.float64]


def fractal_noise(rng: Rng, size: tuple[int, int], *, octaves: Sequence[int]) -> Values:
    """Return noise (height, width) of mean 0 and deviation 1, as clouds and ground have it.

    Each octave is a random grid of that many cells a side, enlarged smoothly, and weighs as much
    as its cells are large.
    """
    width, height = size
    total = np.zeros((height, width))
    for cells in octaves:
        grid = Image.fromarray(rng.normal(size=(cells + 1, cells + 1)).astype(np.float32))
        enlarged = grid.resize(size, Image.Resampling.BICUBIC)
        total += np.asarray(enlarged, dtype=np.float64) / cells**0.45
    even: Values = (total - total.mean()) / max(float(total.std()), 1e-6)
    return even


def tinted(noise: Values, colours: Sequence[Colour]) -> Values:
    """Return the noise (H, W) as RGB (H, W, 3), from the first colour up to the last."""
    ramp = np.linspace(-2, 2, len(colours))
    channels = np.asarray(colours, dtype=np.float64).T
    return np.stack([np.interp(noise, ramp, channel) for channel in channels], axis=-1)


def lit(
    rng: Rng, pixels: Values, *, light: tuple[float, float], contrast: float, cast_deviation: float
) -> Values:
    """Return the pixels under another light: exposure, contrast, a cast of colour, a slope."""
    height, width = pixels.shape[:2]
    mean = pixels.mean()
    changed = mean + (pixels - mean) * rng.uniform(1 - contrast, 1 + contrast / 2)
    cast = rng.normal(1, cast_deviation, size=3)
    slope = rng.normal(0, 0.15, size=2)
    rows, columns = np.mgrid[-0.5 : 0.5 : height * 1j, -0.5 : 0.5 : width * 1j]
    falling = 1 + slope[0] * rows + slope[1] * columns
    exposed: Values = changed * rng.uniform(*light) * cast * falling[..., None]
    return exposed


def grainy(rng: Rng, pixels: Values, *, deviation: float) -> Values:
    """Return the pixels with a sensor's noise."""
    noisy: Values = pixels + rng.normal(0, rng.uniform(0, deviation), size=pixels.shape)
    return noisy


def blurred(image: Image.Image, radius: float) -> Image.Image:
    """Return the image out of focus by `radius` pixels."""
    return image.filter(ImageFilter.GaussianBlur(radius))


def as_image(pixels: Values) -> Image.Image:
    """Return RGB values (H, W, 3) as an image, those out of range at its ends."""
    return Image.fromarray(np.clip(pixels.round(), 0, 255).astype(np.uint8), "RGB")
