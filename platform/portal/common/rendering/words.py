"""What a piece to explore says, in the page's language."""

from __future__ import annotations

from django.utils.formats import get_format
from django.utils.translation import gettext as _


def piece_words() -> dict[str, str]:
    """Return what a figure says; the script fills in what stands between braces."""
    return {
        "mark": str(get_format("DECIMAL_SEPARATOR")),
        "list": _(", "),
        "colon": _(":"),
        "convolution": _("Convolution to explore"),
        "pooling": _("Pooling to explore"),
        "input": _("Input"),
        "padded": _("Input in its padding"),
        "kernel": _("Kernel"),
        "kernels": _("Kernel"),
        "own": _("with numbers of your own"),
        "output": _("Output"),
        "at": _("row {row}, column {column}"),
        "rows": _("Rows of the output"),
        "columns": _("Columns of the output"),
        "both": _("Side of the output"),
        "input-side": _("Side of the input"),
        "kernel-side": _("Side of the kernel"),
        "size": _("Side of the window"),
        "padding": _("Padding"),
        "stride": _("Stride"),
        "dilation": _("Dilation"),
        "mode": _("What is kept"),
        "max": _("maximum"),
        "mean": _("mean"),
        "sum": _("sum"),
        "edge": _("Window over the edge"),
        "drop": _("dropped"),
        "partial": _("trimmed"),
        "again": _("Start again"),
        "hint": _(
            "Move over the output with the mouse, a finger or the arrow keys. "
            "Every number can be changed."
        ),
        "not-a-number": _("A number such as 2, −0.5 or 1/3."),
        "window-too-large": _(
            "No output: the window reaches over {rows} rows and {columns} columns, "
            "more than there are."
        ),
        "padding-too-large": _(
            "No output: the padding may be half of the window's side at most, "
            "or a window could be left without a pixel."
        ),
    }
