#!/usr/bin/env python3
"""Django's command line. See `python manage.py help`."""

from __future__ import annotations

import sys

from django.core.management import execute_from_command_line

from portal.settings.env import select_settings

if __name__ == "__main__":
    select_settings()
    execute_from_command_line(sys.argv)
