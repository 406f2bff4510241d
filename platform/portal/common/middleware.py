"""What every request and every response goes through."""

from __future__ import annotations

import io

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.deprecation import MiddlewareMixin
from whitenoise.middleware import WhiteNoiseMiddleware
from whitenoise.responders import StaticFile

from portal.common.views import too_large

HEADER = "Content-Security-Policy"
FORM_BYTES = 64 * 1024
"""What a form adds to the file that it sends, at most."""


class StaticFilesMiddleware(WhiteNoiseMiddleware):
    """WhiteNoise, but each file is read before it is sent: an ASGI server can't stream files."""

    @staticmethod
    def serve(  # type: ignore[override]
        static_file: StaticFile, request: HttpRequest
    ) -> HttpResponse:
        """Return the response to a request for `static_file`."""
        found = static_file.get_response(request.method, request.META)  # type: ignore[no-untyped-call]
        with found.file or io.BytesIO() as file:
            content = file.read()
        response = HttpResponse(content, status=int(found.status))
        del response["Content-Type"]
        for name, value in found.headers:
            response[name] = value
        if content:
            # The length that was found at the start is wrong once a file has changed.
            response["Content-Length"] = str(len(content))
        return response


class ContentSecurityPolicyMiddleware(MiddlewareMixin):
    """Add the site's policy to each response that brings none of its own."""

    def process_response(
        self, _request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        """Return `response` with a policy."""
        policy = settings.CONTENT_SECURITY_POLICY
        response.headers.setdefault(HEADER, "; ".join(map(" ".join, policy.items())))
        return response


class UploadLimitMiddleware(MiddlewareMixin):
    """Refuse a body that is too large by what it says of itself, before anything reads it.

    Stands before the CSRF protection, whose view step reads forms. By then the visitor and their
    language are known.
    """

    def process_view(self, request: HttpRequest, *_view: object) -> HttpResponse | None:
        """Return the page that says so, None where the body may be read."""
        announced = request.headers.get("content-length", "")
        if announced.isdecimal() and int(announced) > settings.MAX_UPLOAD_BYTES + FORM_BYTES:
            return too_large(request)
        return None
