"""The portal as an ASGI application."""

from __future__ import annotations

import gc

from django.core.asgi import get_asgi_application

from portal.settings.env import select_settings

select_settings()
application = get_asgi_application()
# Code and models stay for as long as the process: the collector need not walk them in the middle
# of a page again and again.
gc.collect()
gc.freeze()
