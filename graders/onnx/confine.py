"""Give up what the reading of a hostile file does not need."""

from __future__ import annotations

import resource

MEMORY = 768 * 1024 * 1024
CPU_SECONDS = 120


def confine() -> None:
    """Let this process open no further file, start no process, and take no endless memory or time.

    Called once everything is imported, before a byte of the file is read.
    """
    # Standard input, output and error are open; a model that names a file gets none.
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, 3))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
