"""The portal as an ASGI application."""

from __future__ import annotations

import gc

from django.core.asgi import get_asgi_application
from django.urls import get_resolver

from portal.settings.env import select_settings

# As many as pages may be made at a time: the next one waits for a connection, not for the server.
select_settings(pool=16)
application = get_asgi_application()
# Every page's code, before the first visitor asks for it.
get_resolver().check()
# It stays for as long as the process: the collector need not walk it in the middle of a page again
# and again, and what a large page makes is gone at its end without one.
gc.collect()
gc.freeze()
gc.set_threshold(50_000, 10, 10)
