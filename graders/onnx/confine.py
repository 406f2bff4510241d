"""Give up what the reading of a hostile file does not need."""

from __future__ import annotations

import resource

# Standard input, output and error are open; a model that names a file gets none.
LIMITS = {
    resource.RLIMIT_NOFILE: 3,
    resource.RLIMIT_FSIZE: 0,
    resource.RLIMIT_CORE: 0,
    resource.RLIMIT_DATA: 768 * 1024 * 1024,
    resource.RLIMIT_CPU: 120,
}


def confine() -> None:
    """Let this process open no further file, write none, and take no endless memory or time.

    Called once everything is imported, before a byte of the file is read.
    """
    for kind, limit in LIMITS.items():
        _, hard = resource.getrlimit(kind)
        lower = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
        resource.setrlimit(kind, (lower, lower))
