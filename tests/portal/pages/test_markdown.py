"""Statements: Markdown and mathematics that need no script to be read."""

from __future__ import annotations

import pytest
from django.utils import translation

from portal.common.rendering.html import clean_prose
from portal.common.rendering.markdown import render_inline, render_markdown, render_statement

TABLE = "|a|\n|-|\n|1|\n"


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


def test_a_comma_between_braces_leaves_no_space() -> None:
    tight = '<mn>0</mn><mrow><mo lspace="0" rspace="0">,</mo></mrow><mn>1</mn>'
    assert tight in render_inline("$0{,}1$")
    assert "<mn>0</mn><mo>,</mo><mn>1</mn>" in render_inline("$0,1$")


@pytest.mark.parametrize(
    ("latex", "mathml"),
    [
        ("f'", "<mrow><mi>f</mi>{1}</mrow>"),
        ("f''", "<mrow><mi>f</mi>{2}</mrow>"),
        (r"f^{\prime\prime}", "<mrow><mi>f</mi>{1}{1}</mrow>"),
        ("f'_i", "<msub><mrow><mi>f</mi>{1}</mrow><mi>i</mi></msub>"),
        ("x'^2", "<msup><mrow><mi>x</mi>{1}</mrow><mrow><mn>2</mn></mrow></msup>"),
        ("x^2", "<msup><mi>x</mi><mn>2</mn></msup>"),
        ("x^{}", "<msup><mi>x</mi><mrow></mrow></msup>"),
    ],
)
def test_primes_stand_in_the_line_and_powers_do_not(latex: str, mathml: str) -> None:
    one, two = (f'<mo lspace="0" rspace="0">{prime}</mo>' for prime in "′″")
    html = render_inline(f"${latex}$")
    assert f'inline"><mrow>{mathml.format("", one, two)}</mrow></math>' in html


def test_text_in_a_formula_is_text() -> None:
    html = render_inline(r"$\text{<p>a</p>} < b$")
    assert "<mtext>&lt;p&gt;a&lt;/p&gt;</mtext><mo>&lt;</mo><mi>b</mi>" in html


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


@pytest.mark.parametrize(("language", "word"), [("en", "Table"), ("fr", "Tableau")])
def test_every_table_scrolls_in_a_box_that_the_keyboard_reaches(language: str, word: str) -> None:
    with translation.override(language):
        html = render_markdown(f"{TABLE}\n$x$\n\n{TABLE}")
    boxes = [
        f'<div class="scroll" role="region" tabindex="0" aria-label="{word} {number}"><table>'
        for number in (1, 2)
    ]
    assert [html.count(box) for box in boxes] == [1, 1]
    assert html.count("</table></div>") == 2


def test_a_box_is_all_that_a_division_can_be() -> None:
    html = clean_prose(
        '<div class="scroll band" role="alert" tabindex="9" id="x" style="position:fixed"'
        ' onfocus="alert(1)" aria-live="assertive">a</div><span class="scroll">b</span>'
    )
    assert html == '<div class="scroll">a</div>b'


def test_a_link_says_nothing_of_where_the_reader_came_from() -> None:
    html = render_inline("[x](https://example.org)")
    assert html == '<a href="https://example.org" rel="noopener noreferrer nofollow">x</a>'


POOLING = "```pooling\ninput = [[1, 3], [4, 2]]\nmode = 'mean'\ntitle = '<b>'\n```\n"


@pytest.mark.parametrize(
    ("language", "texts"),
    [
        ("en", ["Output", "(1 + 3 + 4 + 2) / 4 =\N{NO-BREAK SPACE}2.5", '<td class="at">2.5</td>']),
        ("fr", ["Sortie", "(1 + 3 + 4 + 2) / 4 =\N{NO-BREAK SPACE}2,5", '<td class="at">2,5</td>']),
    ],
)
def test_a_piece_to_explore_is_complete_without_a_script(language: str, texts: list[str]) -> None:
    with translation.override(language):
        html = render_statement(f"Before.\n\n{POOLING}\nAfter, *at last*.\n\n{TABLE}")
    assert html.startswith("<p>Before.</p>")
    assert "<p>After, <em>at last</em>.</p>" in html
    assert html.count("<figure") == html.count("</figure>") == 1
    assert "<figcaption>&lt;b&gt;</figcaption>" in html
    assert html.count('<td class="lit">') == 4
    assert [text for text in texts if text not in html] == []


@pytest.mark.parametrize(
    "text",
    [POOLING.replace("mean", "median"), f"- {POOLING}".replace("\n", "\n  "), "```pooling\n```\n"],
)
def test_a_block_that_is_no_piece_is_shown_as_it_was_typed(text: str) -> None:
    html = render_statement(text)
    assert "<pre><code>" in html
    assert "<figure" not in html


def test_what_a_student_writes_holds_no_piece() -> None:
    assert "<figure" not in render_markdown(POOLING)
