"""A class's gradebook as files: for a spreadsheet, for Moodle, for Canvas, and as JSON.

Both systems import what is laid out as they export it. Moodle asks for each column what it is, and
knows a person by e-mail address, user name or number; a hyphen is no grade. Canvas wants its own
first columns, a row with the points possible, and knows a person by their login.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.utils.timezone import get_default_timezone, localtime
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.common.spreadsheet import write_csv
from portal.common.templatetags.portal import title
from portal.gradebook.domain.export import Gradebook, Result

DECIMALS = 2
NO_GRADE = "-"
"""To Moodle. Nothing at all would be taken for a grade of 0 in a new column."""


class Identifier(StrEnum):
    """By what another system knows a person."""

    EMAIL = "email"
    USERNAME = "username"


class Style(StrEnum):
    """How a file separates: commas and decimal points, or semicolons and decimal commas."""

    POINT = "point"
    COMMA = "comma"


SEPARATORS = {Style.POINT: ",", Style.COMMA: ";"}


@dataclass(frozen=True, slots=True)
class Options:
    """What a file can be had with."""

    style: Style = Style.POINT
    identifier: Identifier = Identifier.EMAIL


def spreadsheet(book: Gradebook, options: Options) -> bytes:
    """Return a line for each student and exercise, in the reader's language."""
    head = (
        _("User name"), _("E-mail"), _("Last name"), _("First name"), _("Exercise"), _("Title"),
        _("Points"), _("Out of"), _("Lost by lateness (%)"), _("By hand"), _("Attempts"),
        _("Last hand-in"),
    )  # fmt: skip
    return write_csv([head, *_tidy(book, options)], separator=SEPARATORS[options.style])


def moodle(book: Gradebook, options: Options) -> bytes:
    """Return a line for each student with the points of each exercise, for Moodle's import."""
    label = {Identifier.EMAIL: "email", Identifier.USERNAME: "username"}[options.identifier]
    head = (label, "firstname", "lastname", *(title(one.exercise) for one in book.assignments))
    rows = (
        (
            _identity(line.student.user, options.identifier),
            line.student.user.first_name,
            line.student.user.last_name,
            *(_grade(one, options) or NO_GRADE for one in line.results),
        )
        for line in book.lines
    )
    return write_csv([head, *rows], separator=SEPARATORS[options.style], encoding="utf-8")


def canvas(book: Gradebook, _options: Options) -> bytes:
    """Return a line for each student as Canvas lays out its gradebook."""
    options = Options()
    worth = (_number(one.exercise.points, options) for one in book.assignments)
    head = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")
    rows = (
        (
            _last_first(line.student.user),
            "",
            "",
            line.student.user.username,
            book.cohort.name,
            *(_grade(one, options) for one in line.results),
        )
        for line in book.lines
    )
    titles = (title(one.exercise) for one in book.assignments)
    possible = ("    Points Possible", "", "", "", "", *worth)
    return write_csv([(*head, *titles), possible, *rows], encoding="utf-8")


def as_json(book: Gradebook, _options: Options) -> bytes:
    """Return the gradebook for programs: points by the exercise's name, moments in ISO 8601."""
    slugs = [one.exercise.slug for one in book.assignments]
    content = {
        "class": book.cohort.name,
        "exercises": [
            {
                "name": one.exercise.slug,
                "title": {"fr": one.exercise.title_fr, "en": one.exercise.title_en},
                "points": one.exercise.points,
            }
            for one in book.assignments
        ],
        "students": [
            {
                "username": line.student.user.username,
                "email": line.student.user.email,
                "last_name": line.student.user.last_name,
                "first_name": line.student.user.first_name,
                "results": {
                    slug: _facts(one)
                    for slug, one in zip(slugs, line.results, strict=True)
                    if one.points is not None or one.handed_in is not None
                },
            }
            for line in book.lines
        ],
    }
    return json.dumps(content, ensure_ascii=False, indent=1).encode() + b"\n"


@dataclass(frozen=True, slots=True)
class Format:
    """A file's ending, its type, and what makes it."""

    ending: str
    content_type: str
    write: Callable[[Gradebook, Options], bytes]


CSV = "text/csv; charset=utf-8"
FORMATS = {
    "csv": Format("csv", CSV, spreadsheet),
    "moodle": Format("moodle.csv", CSV, moodle),
    "canvas": Format("canvas.csv", CSV, canvas),
    "json": Format("json", "application/json", as_json),
}


def _tidy(book: Gradebook, options: Options) -> Iterator[tuple[str, ...]]:
    for line in book.lines:
        person = line.student.user
        for work, one in zip(book.assignments, line.results, strict=True):
            yield (
                person.username,
                person.email,
                person.last_name,
                person.first_name,
                work.exercise.slug,
                title(work.exercise),
                _grade(one, options),
                _number(work.exercise.points, options),
                _number(100 * one.lost, options) if one.lost else "",
                _("yes") if one.is_by_hand else "",
                str(one.attempts),
                f"{_local(one.handed_in):%Y-%m-%d %H:%M}" if one.handed_in else "",
            )


def _identity(person: User, identifier: Identifier) -> str:
    return person.email if identifier is Identifier.EMAIL else person.username


def _last_first(person: User) -> str:
    if person.last_name and person.first_name:
        return f"{person.last_name}, {person.first_name}"
    return person.display_name


def _grade(result: Result, options: Options) -> str:
    return "" if result.points is None else _number(result.points, options)


def _number(value: float, options: Options) -> str:
    text = f"{value:.{DECIMALS}f}".rstrip("0").rstrip(".")
    return text.replace(".", ",") if options.style is Style.COMMA else text


def _facts(result: Result) -> dict[str, object]:
    return {
        "points": result.points,
        "lost": result.lost,
        "by_hand": result.is_by_hand,
        "attempts": result.attempts,
        "last_hand_in": _local(result.handed_in).isoformat() if result.handed_in else None,
    }


def _local(when: datetime) -> datetime:
    return localtime(when, get_default_timezone())
