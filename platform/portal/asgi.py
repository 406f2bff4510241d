"""The portal as an ASGI application."""

from __future__ import annotations

from django.core.asgi import get_asgi_application

from portal.settings.env import select_settings

select_settings()
application = get_asgi_application()
