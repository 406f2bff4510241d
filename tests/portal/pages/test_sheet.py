"""A question's fields as a form: the headings of their lines, and what a screen reader hears."""

from __future__ import annotations

import pytest
from django.template.loader import render_to_string
from django.utils.translation import override

from exercises.question import AnswerField, Bilingual, Grid, Question
from portal.submissions.sheet import Field, answer_sheet

NAME = Bilingual("champ", "field")
HEIGHT, WIDTH = Bilingual("hauteur", "height"), Bilingual("largeur", "width")
SQUARE: Grid = ((1, 2), (3, 4))


def sheet_of(
    expected: Grid, *, rows: tuple[Bilingual, ...] = (), columns: tuple[Bilingual, ...] = ()
) -> Field:
    field = AnswerField("f", NAME, expected, points=1, rows=rows, columns=columns)
    with override("fr"):
        (sheet,) = answer_sheet(Question({}, NAME, (field,), NAME))
    return sheet


def labels(sheet: Field) -> list[list[str]]:
    return [[cell.label for cell in row.cells] for row in sheet.rows]


def headings(sheet: Field) -> tuple[list[str], list[str]]:
    """Return what stands before the rows and above the columns."""
    sides = [row.heading for row in sheet.rows] if sheet.has_sides else []
    return sides, list(sheet.columns) if sheet.has_heads else []


def test_lines_without_names_are_numbered() -> None:
    sheet = sheet_of(SQUARE)
    assert headings(sheet) == (["1", "2"], ["1", "2"])
    assert labels(sheet)[1] == ["ligne 2, colonne 1", "ligne 2, colonne 2"]


def test_lines_with_names_are_called_by_them() -> None:
    sheet = sheet_of(SQUARE, rows=(NAME, NAME), columns=(HEIGHT, WIDTH))
    assert headings(sheet) == (["champ", "champ"], ["hauteur", "largeur"])
    assert labels(sheet)[0] == ["champ, hauteur", "champ, largeur"]


def test_a_side_without_names_keeps_its_numbers() -> None:
    sheet = sheet_of(SQUARE, columns=(HEIGHT, WIDTH))
    assert headings(sheet) == (["1", "2"], ["hauteur", "largeur"])
    assert labels(sheet)[1] == ["2, hauteur", "2, largeur"]


@pytest.mark.parametrize(
    ("expected", "names", "shown", "heard"),
    [
        (((1,), (2,)), {"rows": (HEIGHT, WIDTH)}, (["hauteur", "largeur"], []), "hauteur"),
        (((1, 2),), {"columns": (HEIGHT, WIDTH)}, ([], ["hauteur", "largeur"]), "hauteur"),
        (((1,),), {}, ([], []), "ligne 1, colonne 1"),
        (((1, 2),), {}, (["1"], ["1", "2"]), "ligne 1, colonne 1"),
    ],
)
def test_a_lone_line_without_a_name_is_not_numbered_beside_named_ones(
    expected: Grid,
    names: dict[str, tuple[Bilingual, ...]],
    shown: tuple[list[str], list[str]],
    heard: str,
) -> None:
    sheet = sheet_of(expected, **names)
    assert headings(sheet) == shown
    assert labels(sheet)[0][0] == heard


def test_headings_are_text_and_never_markup() -> None:
    sheet = sheet_of(((1,),), rows=(Bilingual("<b>x</b>", "x"),))
    html = render_to_string("submissions/field.html", {"field": sheet})
    assert "&lt;b&gt;x&lt;/b&gt;</th>" in html
    assert "<b>" not in html
