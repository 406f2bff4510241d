"""The language that a signed-in person chose, and the time zone of their browser."""

from __future__ import annotations

from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone, translation
from django.utils.deprecation import MiddlewareMixin

ZONE_COOKIE = "noyau_zone"


class UserLanguageMiddleware(MiddlewareMixin):
    """Speak the language of the signed-in user, whatever the browser asks for."""

    def process_request(self, request: HttpRequest) -> None:
        """Activate the user's language for this request."""
        if request.user.is_authenticated:
            translation.activate(request.user.language)
            request.LANGUAGE_CODE = translation.get_language()


class TimeZoneMiddleware(MiddlewareMixin):
    """Tell times in the zone that the browser says it is in; the portal's where it says none."""

    def process_request(self, request: HttpRequest) -> None:
        """Activate the visitor's zone for this request."""
        name = request.COOKIES.get(ZONE_COOKIE, "")
        if name in _zones():
            timezone.activate(ZoneInfo(name))
        else:
            timezone.deactivate()

    def process_response(
        self, _request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        """Leave the thread as it was found."""
        timezone.deactivate()
        return response


@cache
def _zones() -> frozenset[str]:
    # Asked once: it walks through the files of the system's zones.
    return frozenset(available_timezones())
