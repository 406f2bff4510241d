"""One machine, for a demonstration or for development: nothing but files is needed."""

from __future__ import annotations

from portal.settings.base import *  # noqa: F403
