"""Statements: Markdown and mathematics that need no script to be read."""

from __future__ import annotations

import pytest

from portal.common.rendering.markdown import render_inline, render_markdown


def test_a_formula_becomes_mathml() -> None:
    html = render_inline(r"$\frac{I - K}{S}$")
    assert (
        "<mfrac><mrow><mi>I</mi><mo>−</mo><mi>K</mi></mrow><mrow><mi>S</mi></mrow></mfrac>" in html
    )
    assert 'display="inline"' in html


def test_a_formula_on_its_own_is_a_block() -> None:
    assert 'display="block"' in render_markdown("$$\nx = 1\n$$")


def test_the_fences_of_a_matrix_have_a_row_of_their_own() -> None:
    html = render_inline(
        r"$A = \begin{pmatrix}1\\2\end{pmatrix}, b = \begin{pmatrix}3\end{pmatrix}$"
    )
    assert html.count("<mrow><mo>(</mo><mtable>") == 2


@pytest.mark.parametrize("latex", ["\\frac{1", "\\left(", "x^a^b", "\\foo{", "{" * 500, "x" * 3000])
def test_what_is_no_formula_is_shown_as_it_was_typed(latex: str) -> None:
    html = render_inline(f"${latex}$")
    assert "<math" in html or latex[:20] in html


def test_prices_are_not_mathematics() -> None:
    assert "<math" not in render_inline("from 5$ to 10$ a month")


def test_tables_and_code_are_kept_and_images_are_not() -> None:
    html = render_markdown("|a|\n|-|\n|1|\n\n`x`\n\n![x](https://elsewhere.example/x.png)\n")
    assert "<td>1</td>" in html
    assert "<code>x</code>" in html
    assert "<img" not in html


def test_a_link_says_nothing_of_where_the_reader_came_from() -> None:
    html = render_inline("[x](https://example.org)")
    assert html == '<a href="https://example.org" rel="noopener noreferrer nofollow">x</a>'
