"""What the editor's page needs beyond the portal's own tags."""

from __future__ import annotations

from django import template

FEWEST, MOST = 3, 40
register = template.Library()


@register.filter
def lines(source: str) -> int:
    """Return how many lines high a field for this text should be."""
    return min(max(source.count("\n") + 1, FEWEST), MOST)
