"""Draw aerial tiles of a desert, 32 x 32 in RGB, with and without a columnar cactus.

A tile is drawn four times as large and reduced, as a camera would: a sandy ground with stones,
shrubs and tracks, all of which throw shadows away from one sun. A cactus is a ribbed column seen
from above and aside, so its image is a pale green bar with a shadow that starts at its foot.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from exercises.data.drawing import (
    Colour,
    Rng,
    as_image,
    blurred,
    fractal_noise,
    grainy,
    lit,
    tinted,
)

Bytes = NDArray[np.uint8]
Point = tuple[float, float]

SIDE = 32
SCALE = 4
CANVAS = SIDE * SCALE
CACTUS_SHARE = 0.75
GROUNDS: tuple[tuple[Colour, ...], ...] = (
    ((92, 78, 66), (136, 117, 100), (170, 152, 133), (196, 181, 163)),
    ((84, 84, 76), (122, 120, 108), (152, 148, 134), (186, 180, 164)),
    ((104, 80, 66), (148, 116, 96), (180, 148, 126), (206, 180, 158)),
    ((76, 82, 66), (108, 110, 90), (140, 136, 114), (168, 160, 136)),
)
SHRUBS: tuple[Colour, ...] = ((74, 84, 60), (96, 98, 74), (108, 100, 84), (60, 72, 54))
STONES: tuple[Colour, ...] = ((150, 142, 132), (176, 166, 152), (122, 114, 106))
TRUNKS: tuple[Colour, ...] = ((134, 118, 104), (158, 146, 132), (112, 96, 84))
CACTI: tuple[Colour, ...] = ((122, 134, 104), (138, 146, 118), (112, 126, 102), (146, 148, 126))


def draw_tiles(rng: Rng, count: int) -> tuple[Bytes, Bytes]:
    """Return `count` tiles (N, 32, 32, 3) and whether each has a cactus, as 0 or 1, (N,)."""
    labels = (rng.random(count) < CACTUS_SHARE).astype(np.uint8)
    tiles = np.stack([draw_tile(rng, has_cactus=bool(label)) for label in labels])
    return tiles, labels


def draw_tile(rng: Rng, *, has_cactus: bool) -> Bytes:
    """Return one tile (32, 32, 3)."""
    sun = rng.uniform(0, 2 * math.pi)
    canvas = _ground(rng)
    for _ in range(rng.poisson(1.4)):
        _shrub(rng, canvas, sun)
    for _ in range(rng.poisson(1.0)):
        _stone(rng, canvas, sun)
    if rng.random() < 0.3:
        _trunk(rng, canvas, sun)
    if has_cactus:
        _cactus(rng, canvas, sun)
    if rng.random() < 0.5:
        _shrub(rng, canvas, sun, largest=9)
    soft = blurred(canvas, rng.uniform(1.0, 3.2))
    small = soft.resize((SIDE, SIDE), Image.Resampling.BOX)
    pixels = np.asarray(small, dtype=np.float64)
    pixels = lit(rng, pixels, light=(0.75, 1.2), contrast=0.3, cast_deviation=0.02)
    return np.asarray(as_image(grainy(rng, pixels, deviation=7)))


def _ground(rng: Rng) -> Image.Image:
    colours = GROUNDS[rng.integers(len(GROUNDS))]
    noise = fractal_noise(rng, (CANVAS, CANVAS), octaves=(2, 5, 11, 24, 48))
    canvas = as_image(tinted(noise * rng.uniform(0.5, 1.1), colours))
    if rng.random() < 0.25:
        _track(rng, canvas, colours)
    return canvas


def _track(rng: Rng, canvas: Image.Image, colours: tuple[Colour, ...]) -> None:
    """Draw a path or the bed of a stream from one side to another."""
    x, y = rng.uniform(0, CANVAS, size=2)
    angle = rng.uniform(0, math.pi)
    reach = 2 * CANVAS
    path = [
        _moved((x, y), angle + rng.normal(0, 0.08), along)
        for along in np.linspace(-reach, reach, 24)
    ]
    colour = colours[-1] if rng.random() < 0.7 else colours[0]
    ImageDraw.Draw(canvas).line(path, fill=colour, width=int(rng.integers(3, 12)), joint="curve")


def _shrub(rng: Rng, canvas: Image.Image, sun: float, *, largest: float = 15) -> None:
    """Draw a bush: a round heap of leaves over its shadow."""
    centre = tuple(rng.uniform(-4, CANVAS + 4, size=2))
    radius = rng.uniform(4, largest)
    colour = _varied(rng, SHRUBS)
    _shade(canvas, [_disc(_moved(centre, sun, 0.6 * radius), radius)])
    draw = ImageDraw.Draw(canvas)
    for _ in range(int(6 + radius * 2)):
        leaf = _moved(centre, rng.uniform(0, 2 * math.pi), radius * math.sqrt(rng.random()))
        shade = rng.normal(0, 12)
        draw.polygon(_disc(leaf, radius * rng.uniform(0.2, 0.45)), fill=_lighter(colour, shade))


def _stone(rng: Rng, canvas: Image.Image, sun: float) -> None:
    centre = tuple(rng.uniform(0, CANVAS, size=2))
    radius = rng.uniform(2, 6)
    corners = [
        _moved(centre, angle, radius * rng.uniform(0.7, 1.2))
        for angle in np.linspace(0, 2 * math.pi, 7, endpoint=False)
    ]
    shadow = [_moved(corner, sun, 0.7 * radius) for corner in corners]
    _shade(canvas, [shadow])
    ImageDraw.Draw(canvas).polygon(corners, fill=_varied(rng, STONES))


def _trunk(rng: Rng, canvas: Image.Image, sun: float) -> None:
    """Draw a dead trunk: a bar like a cactus, but lying, so that its shadow runs along it."""
    start = tuple(rng.uniform(0, CANVAS, size=2))
    end = _moved(start, rng.uniform(0, 2 * math.pi), rng.uniform(18, 50))
    width = rng.uniform(4, 9)
    _shade(canvas, [_bar(_moved(start, sun, width / 2), _moved(end, sun, width / 2), width)])
    ImageDraw.Draw(canvas).polygon(_bar(start, end, width), fill=_varied(rng, TRUNKS))


def _cactus(rng: Rng, canvas: Image.Image, sun: float) -> None:
    """Draw one column, or a few from the same foot, over the shadows that they throw."""
    foot = tuple(rng.uniform(0.22 * CANVAS, 0.78 * CANVAS, size=2))
    leaning = rng.uniform(0, 2 * math.pi)
    length = rng.uniform(26, 62)
    width = rng.uniform(8, 13)
    arms = 1 if rng.random() < 0.65 else int(rng.integers(2, 4))
    angles = [leaning + rng.normal(0, 0.35) * (arm > 0) for arm in range(arms)]
    tops = [_moved(foot, angle, length * rng.uniform(0.6, 1.0)) for angle in angles]
    shadow_length = length * rng.uniform(0.7, 1.2)
    _shade(
        canvas,
        [_bar(foot, _moved(foot, sun + rng.normal(0, 0.1), shadow_length), width * 0.9)],
    )
    colour = _varied(rng, CACTI)
    for top in tops:
        _column(rng, canvas, foot, top, width=width, colour=colour)


def _column(
    rng: Rng, canvas: Image.Image, foot: Point, top: Point, *, width: float, colour: Colour
) -> None:
    """Draw a column: dark flank, ribs in stripes along it, and a paler woolly top."""
    draw = ImageDraw.Draw(canvas)
    angle = math.atan2(top[1] - foot[1], top[0] - foot[0])
    draw.polygon(_bar(foot, top, width), fill=_lighter(colour, -34))
    ribs = 5
    for rib in range(ribs):
        across = ((rib + 0.5) / ribs - 0.5) * width * 0.86
        ends = [_moved(end, angle + math.pi / 2, across) for end in (foot, top)]
        shade = 26 * (rib % 2) + 10 * math.cos(math.pi * (rib / ribs - 0.3)) + rng.normal(0, 5)
        draw.line(ends, fill=_lighter(colour, shade), width=max(1, round(width / ribs)))
    draw.polygon(_disc(top, width * 0.45), fill=_lighter(colour, rng.uniform(20, 48)))


def _shade(canvas: Image.Image, outlines: list[list[Point]]) -> None:
    """Darken what lies under the outlines: a shadow has no colour of its own."""
    mask = Image.new("L", canvas.size, 0)
    for outline in outlines:
        ImageDraw.Draw(mask).polygon(outline, fill=150)
    dark = Image.blend(canvas, Image.new("RGB", canvas.size, (26, 28, 38)), 0.85)
    canvas.paste(dark, mask=mask.filter(ImageFilter.BoxBlur(2)))


def _bar(start: Point, end: Point, width: float) -> list[Point]:
    """Return the outline of a bar with round ends."""
    angle = math.atan2(end[1] - start[1], end[0] - start[0])
    half = [math.pi / 2 + step * math.pi / 8 for step in range(9)]
    return [_moved(start, angle + turn, width / 2) for turn in half] + [
        _moved(end, angle + turn + math.pi, width / 2) for turn in half
    ]


def _disc(centre: Point, radius: float) -> list[Point]:
    return [_moved(centre, step * math.pi / 8, radius) for step in range(16)]


def _moved(point: Point, angle: float, distance: float) -> Point:
    return point[0] + distance * math.cos(angle), point[1] + distance * math.sin(angle)


def _varied(rng: Rng, colours: tuple[Colour, ...]) -> Colour:
    return _lighter(colours[rng.integers(len(colours))], rng.normal(0, 10))


def _lighter(colour: Colour, by: float) -> Colour:
    red, green, blue = (max(0, min(255, round(channel + by))) for channel in colour)
    return red, green, blue
