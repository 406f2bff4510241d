"""What templates need beyond Django: texts in the reader's language, points, the kernel mark."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from django import template
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from portal.common.moments import moment, short_moment
from portal.common.rendering.markdown import render_inline, render_markdown, render_statement

THEMES = ("light", "dark", "auto")
THEME_COOKIE = "noyau_theme"
SQUARES = 9
DECIMALS = 2
register = template.Library()
register.filter("moment", moment)
register.filter("short_moment", short_moment)


class Titled(Protocol):
    """A row with one title per language."""

    title_fr: str
    title_en: str


class Spoken(Protocol):
    """A text in several languages."""

    def in_language(self, language: str) -> str:
        """Return the text in `language`."""


@register.simple_tag(takes_context=True)
def theme(context: template.Context) -> str:
    """Return the theme that this browser chose."""
    request = context.get("request")
    chosen = request.COOKIES.get(THEME_COOKIE) if request else None
    return chosen if chosen in THEMES else "auto"


@register.filter
def title(titled: Titled) -> str:
    """Return the title of a row in the active language."""
    is_french = (get_language() or "").startswith("fr")
    return titled.title_fr if is_french else titled.title_en


@register.filter
def spoken(text: Spoken | Mapping[str, str] | None) -> str:
    """Return `text`, or what a row keeps of one, in the active language."""
    language = get_language() or "en"
    if isinstance(text, Mapping):
        return text["fr" if language.startswith("fr") else "en"]
    return text.in_language(language) if text else ""


@register.filter
def markdown(text: str, table: str = "") -> SafeString:
    """Return `text`, which is Markdown with mathematics, as safe HTML; its tables named `table`."""
    return render_markdown(text, table=table)


@register.filter
def statement(text: str) -> SafeString:
    """Return an author's `text`, which may hold pieces to explore, as safe HTML."""
    return render_statement(text)


@register.filter
def inline_markdown(text: str) -> SafeString:
    """Return one line of Markdown with mathematics as safe HTML."""
    return render_inline(text)


@register.filter
def points(value: float | None) -> str:
    """Return a number of points without needless decimals, empty for none."""
    if value is None:
        return ""
    rounded = round(value, DECIMALS)
    decimals = next(n for n in range(DECIMALS + 1) if round(rounded, n) == rounded)
    return number_format(rounded, decimals)


@register.filter
def times(value: float | None, factor: float) -> float | None:
    """Return the product: a score as points."""
    return None if value is None else value * factor


@register.simple_tag
def time_zone() -> str:
    """Return the name of the zone in which times are told, such as `Europe/Paris`."""
    return timezone.get_current_timezone_name().replace("_", " ")


@register.simple_tag
def kernel(score: float | None) -> SafeString:
    """Return the 3 by 3 mark, as many of its squares filled as the share `score` has reached."""
    filled = int(SQUARES * (score or 0) + 1e-6)
    squares = format_html_join(
        "",
        '<rect x="{}" y="{}" width="8" height="8" rx="1.5"{}/>',
        (
            (1 + 10 * (i % 3), 1 + 10 * (i // 3), SafeString(' class="on"') if i < filled else "")
            for i in range(SQUARES)
        ),
    )
    css = "kernel full" if filled == SQUARES else "kernel"
    return format_html(
        '<svg class="{}" viewBox="0 0 30 30" aria-hidden="true">{}</svg>', css, squares
    )
