"""Forms by which work is marked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from portal.marking.domain.comments import LONGEST
from portal.marking.domain.rubric import MOST_ITEMS, MOST_POINTS

LONGEST_REASON = 500
NEW_ITEMS = 3
"""Empty lines at the end of a rubric, for items that are added."""


class PointsInput(forms.TextInput):
    """A number, typed with a comma or a full stop in any language, and any minus sign."""

    def value_from_datadict(
        self, data: Mapping[str, Any], files: MultiValueDict[str, Any], name: str
    ) -> str | None:
        """Return the number as Python writes it."""
        typed = super().value_from_datadict(data, files, name)
        if not isinstance(typed, str):
            return None
        return typed.replace(",", ".").replace("\u2212", "-")


def points_input() -> PointsInput:
    """Return an input for points."""
    return PointsInput(attrs={"inputmode": "decimal", "autocomplete": "off"})


class ReasonForm(forms.Form):
    """Why points are changed, as the student will read it."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=LONGEST_REASON,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class OverrideForm(ReasonForm):
    """The points to count, and why."""

    points = forms.FloatField(label=_("Points"), min_value=0, widget=points_input())
    field_order = ("points", "reason")


class CommentForm(forms.Form):
    """Something to say of a cell, or of the whole."""

    cell = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)
    text = forms.CharField(label=_("Comment"), max_length=LONGEST)


class CriterionForm(forms.Form):
    """One line of a rubric."""

    number = forms.IntegerField(required=False, widget=forms.HiddenInput)
    title_fr = forms.CharField(label=_("In French"), max_length=200, widget=forms.TextInput)
    title_en = forms.CharField(label=_("In English"), max_length=200, widget=forms.TextInput)
    points = forms.FloatField(
        label=_("Points"), min_value=-MOST_POINTS, max_value=MOST_POINTS, widget=points_input()
    )


RubricFormSet = forms.formset_factory(
    CriterionForm,
    extra=NEW_ITEMS,
    max_num=MOST_ITEMS,
    absolute_max=MOST_ITEMS + NEW_ITEMS,
    validate_max=True,
    can_delete=True,
    can_order=True,
)
