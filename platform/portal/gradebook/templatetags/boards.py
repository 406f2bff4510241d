"""Lines and points of a board: hundreds, for which a template takes ten times as long."""

from __future__ import annotations

from collections.abc import Sequence

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from portal.gradebook.board_table import Line, Value
from portal.gradebook.plots import Point

register = template.Library()


@register.simple_tag
def board_lines(lines: Sequence[Line]) -> SafeString:
    """Return rows of a table."""
    return format_html_join("\n", "{}", ((board_line(line),) for line in lines))


@register.simple_tag
def board_line(line: Line) -> SafeString:
    """Return one row. The visitor's own says so in words."""
    values = format_html_join("", "{}", ((_cell(value),) for value in line.values))
    cells = '<td class="number">{}</td><th scope="row">{}{}</th>{}'
    if not line.is_viewer:
        return format_html(f"<tr>{cells}</tr>", line.rank, line.name, "", values)
    you = format_html(' <span class="tag live">{}</span>', _("you"))
    return format_html(f'<tr class="mine">{cells}</tr>', line.rank, line.name, you, values)


@register.simple_tag
def plot_points(points: Sequence[Point]) -> SafeString:
    """Return the marks of a plot, each with its name and values. The visitor's own is a diamond."""
    return format_html_join("\n", "{}", ((_mark(point),) for point in points))


def _mark(point: Point) -> SafeString:
    kind = "point best" if point.is_best else "point"
    says = (point.name, point.first, point.traded)
    x, y = f"{point.x:g}", f"{point.y:g}"
    if point.is_viewer:
        diamond = (
            '<g class="{} own"><title>{}: {}, {}</title><path d="M{} {}m0-7l7 7l-7 7l-7-7z"/></g>'
        )
        return format_html(diamond, kind, *says, x, y)
    disc = '<g class="{}"><title>{}: {}, {}</title><circle cx="{}" cy="{}" r="{}"/></g>'
    return format_html(disc, kind, *says, x, y, 4 if point.is_best else 3)


def _cell(value: Value) -> SafeString:
    if value.at is None:
        return format_html('<td class="number">{}</td>', value.text)
    return format_html('<td><time datetime="{}">{}</time></td>', value.at.isoformat(), value.text)
