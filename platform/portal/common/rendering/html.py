"""The HTML that may reach a page, and nothing else."""

from __future__ import annotations

import nh3

_PROSE = frozenset({
    "a", "blockquote", "br", "code", "del", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "kbd",
    "li", "ol", "p", "pre", "s", "strong", "sub", "sup", "ul",
})  # fmt: skip
_TABLE = frozenset({"caption", "table", "tbody", "td", "tfoot", "th", "thead", "tr"})
_MATHML = frozenset({
    "math", "menclose", "mfrac", "mi", "mmultiscripts", "mn", "mo", "mover", "mpadded", "mphantom",
    "mprescripts", "mroot", "mrow", "ms", "mspace", "msqrt", "mstyle", "msub", "msubsup", "msup",
    "mtable", "mtd", "mtext", "mtr", "munder", "munderover", "none",
})  # fmt: skip
_MATHML_ATTRIBUTES = {
    "*": {
        "accent", "columnalign", "columnlines", "depth", "displaystyle", "fence", "form", "height",
        "linethickness", "lspace", "mathvariant", "maxsize", "minsize", "movablelimits", "rowlines",
        "rspace", "scriptlevel", "separator", "stretchy", "symmetric", "width",
    },
    "math": {"display", "xmlns"},
}  # fmt: skip
_SPANS = {"td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan", "scope"}}

# The one box: around a table, so that it alone scrolls.
_BOX = {"div": {"role": {"region"}, "tabindex": {"0"}}}

_prose = nh3.Cleaner(
    tags=set(_PROSE | _TABLE | _MATHML | {"div"}),
    attributes={
        "a": {"href", "title"},
        "div": {"aria-label"},
        "ol": {"start"},
        **_SPANS,
        **_MATHML_ATTRIBUTES,
    },
    tag_attribute_values=_BOX,
    allowed_classes={"div": {"scroll"}},
    url_schemes={"http", "https", "mailto"},
    link_rel="noopener noreferrer nofollow",
)
_tables = nh3.Cleaner(
    tags=set(_TABLE | {"b", "br", "code", "div", "em", "i", "p", "pre", "span", "strong"}),
    attributes=dict(_SPANS),
)


def clean_prose(html: str) -> str:
    """Return `html` with prose, tables, links and MathML alone: no image, style, id or script."""
    return _prose.clean(html)


def clean_table(html: str) -> str:
    """Return `html` with tables and plain text alone, as data frames print themselves."""
    return _tables.clean(html)
