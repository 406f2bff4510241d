"""The portal as an ASGI application."""

from __future__ import annotations

import gc

from django.core.asgi import get_asgi_application

from portal.settings.env import select_settings

# As many as pages may be made at a time: the next one waits for a connection, not for the server.
select_settings(pool=16)
application = get_asgi_application()
# Code and models stay for as long as the process: the collector need not walk them in the middle
# of a page again and again.
gc.collect()
gc.freeze()
