"""Headers that every page carries."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils.deprecation import MiddlewareMixin

HEADER = "Content-Security-Policy"


class ContentSecurityPolicyMiddleware(MiddlewareMixin):
    """Add the site's policy to each response that brings none of its own."""

    def process_response(
        self, _request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        """Return `response` with a policy."""
        policy = settings.CONTENT_SECURITY_POLICY
        response.headers.setdefault(HEADER, "; ".join(map(" ".join, policy.items())))
        return response
