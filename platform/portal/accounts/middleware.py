"""The language that a signed-in person chose."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils import translation
from django.utils.deprecation import MiddlewareMixin


class UserLanguageMiddleware(MiddlewareMixin):
    """Speak the language of the signed-in user, whatever the browser asks for."""

    def process_request(self, request: HttpRequest) -> None:
        """Activate the user's language for this request."""
        if request.user.is_authenticated:
            translation.activate(request.user.language)
            request.LANGUAGE_CODE = translation.get_language()
