"""Notebooks that attack their reader come out as harmless text."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Mapping

import pytest

from portal.common.rendering.notebook import UnreadableNotebook, render_notebook

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 16
DANGER = re.compile(
    r"<(?:script|svg|iframe|object|embed|form|style|link|meta|base)\b|<[^>]*\son\w+\s*=|"
    r"<[^>]*(?:href|src)\s*=\s*[\"']?\s*(?:javascript|vbscript|data:text)|<[^>]*\sstyle\s*=",
    re.IGNORECASE,
)
ATTACKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)><script>alert(1)</script></svg>",
    "<a href='javascript:alert(1)'>x</a>",
    "[x](javascript:alert(1)) ![x](data:text/html;base64,PHNjcmlwdD4=)",
    "<table><tr><td onclick=alert(1) style='position:fixed'>x</td></tr></table>",
    "<math><mtext><script>alert(1)</script></mtext></math>",
    "<math><mi xlink:href='javascript:alert(1)'>x</mi></math>",
    "$\\href{javascript:alert(1)}{x}$ $\\text{<script>alert(1)</script>}$",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<form action='https://elsewhere.example'><input name=password></form>",
    "<base href='https://elsewhere.example'><meta http-equiv=refresh content=0>",
    "</pre></div></main><script>alert(1)</script>",
    "<table><caption><noscript><p title='</noscript><img src=x onerror=alert(1)>'></table>",
]


def code(source: str = "1", *outputs: Mapping[str, object]) -> dict[str, object]:
    return {"cell_type": "code", "source": source, "outputs": list(outputs)}


def rendered(*cells: Mapping[str, object]) -> str:
    cells_out = render_notebook(json.dumps({"cells": cells}).encode())
    return "\n".join("\n".join([cell.source, *cell.outputs]) for cell in cells_out)


def shown(kind: str, value: object) -> str:
    return rendered(code("1", {"output_type": "display_data", "data": {kind: value}}))


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_is_disarmed_wherever_it_stands(attack: str) -> None:
    stream = {"output_type": "stream", "text": attack}
    error = {"output_type": "error", "ename": attack, "evalue": attack, "traceback": [attack]}
    html = rendered(
        {"cell_type": "markdown", "source": attack},
        code(attack, stream, error),
        *(code("1", {"output_type": "display_data", "data": {kind: attack}})
          for kind in ("text/html", "text/plain", "text/markdown", "image/svg+xml",
                       "application/javascript", "image/png")),
    )  # fmt: skip
    assert DANGER.findall(html) == []


@pytest.mark.parametrize(
    "kind",
    ["image/svg+xml", "application/javascript", "application/vnd.jupyter.widget-view+json"],
)
def test_scripts_drawings_and_widgets_are_never_shown(kind: str) -> None:
    html = shown(kind, "<svg>secret</svg>")
    assert "secret" not in html
    assert "svg" not in html


def test_a_real_png_is_shown_from_its_own_bytes() -> None:
    text = b64encode(PNG).decode()
    assert f'<img src="data:image/png;base64,{text}" alt="">' in shown("image/png", text)


@pytest.mark.parametrize(
    "value",
    ["not base64!", b64encode(b"<script>").decode(), '" onerror="alert(1)', ["a", 1], {"a": 1}, 7],
)
def test_what_only_says_that_it_is_an_image_is_not_shown(value: object) -> None:
    assert "<img" not in shown("image/png", value)


def test_a_table_keeps_its_cells_and_loses_everything_else() -> None:
    html = shown(
        "text/html", "<style>td{}</style><table class=x><tr><th>a</th><td>1</td></tr></table>"
    )
    assert (
        '<div class="table"><table><tbody><tr><th>a</th><td>1</td></tr></tbody></table></div>'
        in html
    )


def test_terminal_codes_vanish_and_direction_marks_become_visible() -> None:
    stream = {"output_type": "stream", "text": "\x1b[31mred\x1b[0m \x1b]0;title\x07a\u202eb\x00"}
    assert '<pre class="text">red a\u27e8U+202E\u27e9b\ufffd</pre>' in rendered(code("1", stream))


def test_direction_marks_in_code_are_visible() -> None:
    assert "\u202e" not in rendered(code("x = '\u202e'"))
    assert "U+202E" in rendered(code("x = '\u202e'"))


def test_a_progress_bar_keeps_its_last_state() -> None:
    stream = {"output_type": "stream", "text": "10 %\r50 %\r100 %\ndone\n"}
    assert '<pre class="text">100 %\ndone\n</pre>' in rendered(code("1", stream))


def test_a_flood_of_output_loses_its_middle() -> None:
    stream = {"output_type": "stream", "text": "x" * 5_000_000}
    html = rendered(code("1", stream))
    assert len(html) < 25_000
    assert "\u2026" in html


def test_many_pieces_of_a_stream_are_one_text() -> None:
    pieces = [{"output_type": "stream", "text": f"{i}\n"} for i in range(100)]
    assert rendered(code("1", *pieces)).count("<pre") == 2


def test_code_cells_are_counted_from_one() -> None:
    cells = render_notebook(
        json.dumps(
            {"cells": [code(), {"cell_type": "markdown", "source": ["a", "b"]}, code()]}
        ).encode()
    )
    assert [cell.number for cell in cells] == [1, None, 2]


@pytest.mark.parametrize(
    "content",
    [b"", b"[]", b'{"cells": 3}', b"\xff\xfe", json.dumps({"cells": [{}] * 501}).encode()],
)
def test_what_is_no_notebook_is_refused(content: bytes) -> None:
    with pytest.raises(UnreadableNotebook):
        render_notebook(content)
