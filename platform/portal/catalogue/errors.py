"""What can go wrong in the catalogue.

CatalogueError
├── UnknownExercise     no exercise has this slug
├── SlugTaken           two courses hold an exercise of the same name; an author must act
├── VersionDamaged      what is kept of a version is not what was indexed; ours
├── AssignmentInUse     the class has worked on the exercise `slug` already
└── NoLaterDeadline     an extension ends no later than the class's deadline at `slug`
"""

from __future__ import annotations

from portal.common.errors import PortalError


class CatalogueError(PortalError):
    """Base: an exercise can't be found, indexed, opened or set."""


class UnknownExercise(CatalogueError):
    """No exercise has this slug."""


class SlugTaken(CatalogueError):
    """Another course already holds an exercise of this name."""


class QuestionsNotDrawn(CatalogueError):
    """No room has drawn the questions of this folder yet."""


class VersionDamaged(CatalogueError):
    """What is kept of a version is not what was indexed."""


class AssignmentInUse(CatalogueError):
    """The class has worked on the exercise already: taking it away would take work along."""

    def __init__(self, slug: str) -> None:
        super().__init__(slug)
        self.slug = slug


class NoLaterDeadline(CatalogueError):
    """An extension must end later than the class's own deadline, which there must be."""

    def __init__(self, slug: str) -> None:
        super().__init__(slug)
        self.slug = slug
