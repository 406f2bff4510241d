"""Who uses the portal."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _


class Language(models.TextChoices):
    """The languages that the portal speaks."""

    FRENCH = "fr", _("French")
    ENGLISH = "en", _("English")


class User(AbstractUser):
    """A person. What they may do in a class is their enrolment's role, not theirs."""

    language = models.CharField(
        _("language"), max_length=2, choices=Language.choices, default=Language.FRENCH
    )

    @property
    def display_name(self) -> str:
        """The name that teachers see."""
        return self.get_full_name() or self.username
