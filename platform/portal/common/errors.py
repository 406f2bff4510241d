"""What can go wrong in the portal. Each app draws its own branch.

PortalError
├── BlobError (below)
├── courses.errors.CourseError
├── catalogue.errors.CatalogueError
└── submissions.errors.SubmissionError

BlobError
├── BlobNotKept     there is no room for bytes that were handed in; ours, try again
├── BlobMissing     no bytes are kept under that hash; ours
└── BlobDamaged     the bytes kept are not those that were stored; ours
"""

from __future__ import annotations


class PortalError(Exception):
    """Base: an action was refused or could not be done; `retryable`: it may work later."""

    retryable = False


class BlobError(PortalError):
    """Bytes can't be kept, or kept bytes can't be read."""


class BlobNotKept(BlobError):
    """The bytes could not be put on the disk."""

    retryable = True


class BlobMissing(BlobError):
    """No bytes are kept under this hash."""


class BlobDamaged(BlobError):
    """The bytes kept under this hash have another one."""
