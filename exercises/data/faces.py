"""The faces of twelve European road signs: shapes, colours, pictograms."""

from __future__ import annotations

import math
from collections.abc import Callable

from PIL import Image, ImageDraw, ImageFont

Draw = ImageDraw.ImageDraw
Point = tuple[float, float]

FACE = 160
SCALE = 3
RED, BLUE, WHITE, BLACK, YELLOW = "#c1121c", "#154889", "#f4f4f2", "#1c1c1e", "#f2b705"

CLASSES = (
    "speed limit 30",
    "speed limit 50",
    "speed limit 80",
    "no entry",
    "stop",
    "give way",
    "priority road",
    "danger",
    "bend to the left",
    "turn right",
    "straight ahead",
    "pedestrian crossing",
)


def draw_face(label: int) -> Image.Image:
    """Return the face of a class, FACE pixels a side, transparent around the sign."""
    face = Image.new("RGBA", (FACE * SCALE, FACE * SCALE))
    draw = ImageDraw.Draw(face)
    _FACES[label](draw)
    return face.resize((FACE, FACE), Image.Resampling.LANCZOS)


def _at(x: float, y: float) -> Point:
    """Return the pixel of a place on the face, from (0, 0) to (1, 1)."""
    return x * FACE * SCALE, y * FACE * SCALE


def _disc(draw: Draw, radius: float, colour: str) -> None:
    draw.ellipse([_at(0.5 - radius, 0.5 - radius), _at(0.5 + radius, 0.5 + radius)], fill=colour)


def _shape(draw: Draw, corners: list[Point], colour: str) -> None:
    draw.polygon([_at(*corner) for corner in corners], fill=colour)


def _stroke(draw: Draw, points: list[Point], colour: str, width: float) -> None:
    """Draw a line with round ends and corners."""
    pixels = width * FACE * SCALE
    draw.line([_at(*point) for point in points], fill=colour, width=round(pixels), joint="curve")
    for point in points:
        x, y = _at(*point)
        draw.ellipse([x - pixels / 2, y - pixels / 2, x + pixels / 2, y + pixels / 2], fill=colour)


def _letters(draw: Draw, text: str, size: float, colour: str) -> None:
    font = ImageFont.load_default(size * FACE * SCALE)
    draw.text(
        _at(0.5, 0.5), text, colour, font, anchor="mm", stroke_width=2 * SCALE, stroke_fill=colour
    )


def _regular(
    sides: int, radius: float, *, turned: float, centre: Point = (0.5, 0.5)
) -> list[Point]:
    """Return the corners of a regular polygon, its first one `turned` radians from the right."""
    angles = [turned + 2 * math.pi * side / sides for side in range(sides)]
    return [(centre[0] + radius * math.cos(a), centre[1] + radius * math.sin(a)) for a in angles]


def _speed_limit(limit: str) -> Callable[[Draw], None]:
    def draw_it(draw: Draw) -> None:
        _disc(draw, 0.48, RED)
        _disc(draw, 0.37, WHITE)
        _letters(draw, limit, 0.46, BLACK)

    return draw_it


def _no_entry(draw: Draw) -> None:
    _disc(draw, 0.48, RED)
    draw.rectangle([_at(0.16, 0.42), _at(0.84, 0.58)], fill=WHITE)


def _stop(draw: Draw) -> None:
    turned = math.pi / 8
    _shape(draw, _regular(8, 0.5, turned=turned), WHITE)
    _shape(draw, _regular(8, 0.46, turned=turned), RED)
    _letters(draw, "STOP", 0.29, WHITE)


def _triangle(draw: Draw, *, up: bool) -> None:
    turned = -math.pi / 2 if up else math.pi / 2
    centre = (0.5, 0.62) if up else (0.5, 0.38)
    _shape(draw, _regular(3, 0.56, turned=turned, centre=centre), RED)
    _shape(draw, _regular(3, 0.36, turned=turned, centre=centre), WHITE)


def _give_way(draw: Draw) -> None:
    _triangle(draw, up=False)


def _priority(draw: Draw) -> None:
    _shape(draw, _regular(4, 0.5, turned=0), BLACK)
    _shape(draw, _regular(4, 0.485, turned=0), WHITE)
    _shape(draw, _regular(4, 0.33, turned=0), YELLOW)


def _danger(draw: Draw) -> None:
    _triangle(draw, up=True)
    _shape(draw, [(0.46, 0.40), (0.54, 0.40), (0.52, 0.61), (0.48, 0.61)], BLACK)
    _stroke(draw, [(0.5, 0.68)], BLACK, 0.065)


def _bend(draw: Draw) -> None:
    _triangle(draw, up=True)
    _stroke(draw, [(0.57, 0.73), (0.57, 0.60), (0.46, 0.50)], BLACK, 0.06)
    _shape(draw, [(0.38, 0.42), (0.53, 0.45), (0.41, 0.57)], BLACK)


def _turn_right(draw: Draw) -> None:
    _disc(draw, 0.48, BLUE)
    _stroke(draw, [(0.36, 0.76), (0.36, 0.46), (0.60, 0.46)], WHITE, 0.11)
    _shape(draw, [(0.58, 0.28), (0.58, 0.64), (0.84, 0.46)], WHITE)


def _straight(draw: Draw) -> None:
    _disc(draw, 0.48, BLUE)
    _stroke(draw, [(0.5, 0.80), (0.5, 0.42)], WHITE, 0.11)
    _shape(draw, [(0.31, 0.44), (0.69, 0.44), (0.5, 0.16)], WHITE)


def _crossing(draw: Draw) -> None:
    draw.rounded_rectangle([_at(0.04, 0.04), _at(0.96, 0.96)], 0.06 * FACE * SCALE, fill=BLUE)
    _shape(draw, [(0.5, 0.14), (0.14, 0.82), (0.86, 0.82)], WHITE)
    _stroke(draw, [(0.51, 0.40)], BLACK, 0.085)
    _stroke(draw, [(0.50, 0.48), (0.49, 0.60)], BLACK, 0.07)
    _stroke(draw, [(0.49, 0.62), (0.57, 0.68), (0.58, 0.75)], BLACK, 0.045)
    _stroke(draw, [(0.48, 0.62), (0.42, 0.68), (0.38, 0.74)], BLACK, 0.045)
    _stroke(draw, [(0.50, 0.48), (0.58, 0.54), (0.63, 0.53)], BLACK, 0.035)
    _stroke(draw, [(0.49, 0.48), (0.42, 0.54), (0.41, 0.59)], BLACK, 0.035)
    for stripe in range(5):
        left = 0.24 + stripe * 0.11
        _shape(
            draw, [(left, 0.785), (left + 0.06, 0.785), (left + 0.05, 0.81), (left - 0.01, 0.81)],
            BLACK,
        )  # fmt: skip


_FACES: tuple[Callable[[Draw], None], ...] = (
    _speed_limit("30"),
    _speed_limit("50"),
    _speed_limit("80"),
    _no_entry,
    _stop,
    _give_way,
    _priority,
    _danger,
    _bend,
    _turn_right,
    _straight,
    _crossing,
)
