"""Choose the language of the portal."""

from __future__ import annotations

from portal.accounts.models import Language, User


def set_language(*, user: User, language: Language) -> None:
    """Speak `language` to `user` from now on."""
    user.language = language
    user.save(update_fields=["language"])
