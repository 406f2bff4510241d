"""A course of two chapters without exercises, its author, and a manuscript of each kind."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from exercises.spec import Kind
from portal.accounts.models import Language, User
from portal.authoring.domain import begin_manuscript
from portal.authoring.models import Manuscript
from portal.courses.domain import create_cohort
from portal.courses.models import Cohort, Course
from tests.portal.factories import add_user

Begin = Callable[..., Manuscript]
CHAPTERS = [
    {"id": "convolution", "title": {"fr": "La convolution", "en": "Convolution"}},
    {"id": "training", "title": {"fr": "L’entraînement", "en": "Training"}},
]


@pytest.fixture
def small(db: None) -> Course:  # noqa: ARG001
    """A course whose exercises are still to be written."""
    return Course.objects.create(
        slug="small", title_fr="Petit cours", title_en="Small course", chapters=CHAPTERS
    )


@pytest.fixture
def classroom(small: Course, author: User) -> Cohort:
    """A class of the author's, which makes a teacher of them."""
    return create_cohort(course=small, name="Class S", teacher=author)


@pytest.fixture
def author(db: None) -> User:  # noqa: ARG001
    """Somebody who writes exercises."""
    return add_user("author", language=Language.ENGLISH)


@pytest.fixture
def begin(small: Course, author: User) -> Begin:
    """Return a function that begins a manuscript of a kind."""

    def begun(kind: Kind = Kind.CODE, slug: str = "sliding", by: User = author) -> Manuscript:
        return begin_manuscript(
            author=by, course=small, slug=slug, kind=kind, title_fr="Glisser", title_en="Sliding"
        )

    return begun


@pytest.fixture
def manuscript(begin: Begin) -> Manuscript:
    """A manuscript of functions, as its template has it."""
    return begin()


@pytest.fixture
def at_author(author: User, classroom: Cohort) -> Client:  # noqa: ARG001
    """The browser of the author, who teaches a class."""
    client = Client()
    client.force_login(author)
    return client
