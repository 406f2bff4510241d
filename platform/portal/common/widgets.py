"""Parts of forms that Django's own are too slow for."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms.renderers import BaseRenderer
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString


class LongSelect(forms.Select):
    """A choice among hundreds: Django renders a template for each of them."""

    def render(
        self,
        name: str,
        value: Any,  # noqa: ANN401 (Django's own signature)
        attrs: dict[str, Any] | None = None,
        renderer: BaseRenderer | None = None,  # noqa: ARG002
    ) -> SafeString:
        """Return the element with its options. Groups of them are not known here."""
        widget = self.get_context(name, value, attrs)["widget"]
        options = format_html_join(
            "",
            '<option value="{}"{}>{}</option>',
            (
                (one["value"], SafeString(" selected") if one["selected"] else "", one["label"])
                for _group, many, _index in widget["optgroups"]
                for one in many
            ),
        )
        return format_html(
            '<select name="{}"{}>{}</select>', widget["name"], flatatt(widget["attrs"]), options
        )
