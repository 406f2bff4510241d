"""Read a list of people as a spreadsheet saves it: CSV or tab-separated, or addresses alone."""

from __future__ import annotations

import codecs
import csv
import io
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from portal.courses.errors import RosterTooLong, RosterUnreadable

MOST_BYTES = 256 * 1024
MOST_ROWS = 2000
"""More than any class; a longer list is another file, chosen by mistake."""

DELIMITERS = ";\t,"
COLUMNS: Mapping[str, frozenset[str]] = {
    "username": frozenset({"username", "user", "login", "identifiant", "nomdutilisateur"}),
    "email": frozenset(
        {"email", "mail", "emailaddress", "courriel", "adresseemail", "adressemail"}
    ),
    "first_name": frozenset({"firstname", "givenname", "prenom"}),
    "last_name": frozenset({"lastname", "surname", "familyname", "nom", "nomdefamille"}),
}
"""The heads under which each column is known, without case, accents, spaces and signs."""


@dataclass(frozen=True, slots=True)
class Person:
    """One line of a list, as it is written there; `line` counts from 1."""

    line: int
    username: str = ""
    email: str = ""
    first_name: str = ""
    last_name: str = ""


def decode_roster(content: bytes) -> str:
    """Return the text of a file, whose encoding is that of the spreadsheet at hand.

    Raises RosterTooLong, RosterUnreadable.
    """
    if len(content) > MOST_BYTES:
        raise RosterTooLong(MOST_ROWS)
    wide = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    for encoding in ("utf-16",) if wide else ("utf-8-sig", "cp1252"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            break
        return text
    raise RosterUnreadable("this is no text")


def read_roster(text: str) -> list[Person]:
    """Return the people of a list, whose first line names its columns; blank lines are none.

    A single column may be e-mail addresses without a head. Raises RosterTooLong, RosterUnreadable.
    """
    if len(text.encode()) > MOST_BYTES:
        raise RosterTooLong(MOST_ROWS)
    lines = _cells(text)
    number, head = next(lines, (0, []))
    columns = [_column(cell) for cell in head]
    people: list[Person] = []
    if not any(columns):
        if len(head) != 1 or "@" not in head[0]:
            raise RosterUnreadable("the first line names no column")
        columns, people = ["email"], [Person(number, email=head[0])]
    if not {"username", "email"} & {*columns}:
        raise RosterUnreadable("there is neither a user name nor an e-mail address")
    for number, cells in lines:
        if len(people) == MOST_ROWS:
            raise RosterTooLong(MOST_ROWS)
        named = {column: cell for column, cell in zip(columns, cells, strict=False) if column}
        people.append(Person(number, **named))
    return people


def _cells(text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield each line's number and cells, blank lines left out."""
    lines = io.StringIO(text.lstrip("\ufeff"), newline="").readlines()
    first = next((line for line in lines if line.strip()), "")
    delimiter = max(DELIMITERS, key=first.count)
    reader = csv.reader(lines, delimiter=delimiter)
    try:
        for row in reader:
            cells = [" ".join(cell.split()) for cell in row]
            if any(cells):
                yield reader.line_num, cells
    except csv.Error as error:
        raise RosterUnreadable(str(error)) from error


def _column(head: str) -> str:
    """Return the column that a head names, empty for one that is not known."""
    plain = unicodedata.normalize("NFD", head.casefold())
    key = "".join(letter for letter in plain if letter.isalnum())
    return next((column for column, heads in COLUMNS.items() if key in heads), "")
