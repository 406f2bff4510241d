"""What a teacher says of two alike pieces of work."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.insight.models import Decision


class DecisionForm(forms.Form):
    """The decision, and why."""

    decision = forms.ChoiceField(
        label=_("Decision"), choices=Decision.choices, widget=forms.RadioSelect
    )
    reason = forms.CharField(
        label=_("Reason"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )
