"""How the pages of authors name things."""

from __future__ import annotations

from django import template

from portal.authoring.wording import KINDS

register = template.Library()


@register.filter
def kind_named(kind: str) -> str:
    """Return what a kind of exercises is called."""
    return str(KINDS[kind])
