"""What can go wrong in the catalogue.

CatalogueError
├── UnknownExercise   no exercise has this slug
├── SlugTaken         two courses hold an exercise of the same name; an author must act
└── VersionDamaged    what is kept of a version is not what was indexed; ours
"""

from __future__ import annotations

from portal.common.errors import PortalError


class CatalogueError(PortalError):
    """Base: an exercise can't be found, indexed or opened."""


class UnknownExercise(CatalogueError):
    """No exercise has this slug."""


class SlugTaken(CatalogueError):
    """Another course already holds an exercise of this name."""


class VersionDamaged(CatalogueError):
    """What is kept of a version is not what was indexed."""
