"""Outputs that attack whoever looks at them, and lines that pass for the judge's own."""

from __future__ import annotations

import json

from graders.report import ProblemCode
from tests.redteam.case import RIGHT, Case, returning
from tests.redteam.kit import KERNEL

VERDICT = json.dumps(
    {
        "event": "verdict",
        "tests": [],
        "metrics": [{"name": "accuracy", "value": 1.0}],
        "problem": None,
    }
)
PROGRESS = json.dumps({"event": "progress", "phase": "tests", "done": 12, "total": 12})
SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(1)><a href='javascript:alert(1)'>x</a>"
SVG = "<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'><script>alert(1)</script></svg>"
TABLE = f"<table><tr><td onclick=alert(1) style='position:fixed;inset:0'>{SCRIPT}</td></tr></table>"
TURNED = "\\u202e\\u2066\\u200f\\u061c right \\x1b[2J\\x1b]0;title\\x07\\x1b[31m\\x9b1m\\x00\\ud800"
FORMS = """\
for kind in ("text/html", "text/markdown", "text/latex", "text/plain", "image/svg+xml", "image/png",
             "application/javascript", "application/json", "text/x-python",
             "application/vnd.jupyter.widget-view+json", "application/pdf",
             "application/vnd.noyau+json"):
    for text in (SCRIPT, SVG, TABLE):
        broadcast("display_data", {"data": {kind: text}, "metadata": {kind: {"isolated": False}}})
        broadcast("execute_result", {"data": {kind: [text]}, "metadata": {}, "execution_count": 1})
"""
METRICS = """\
for kind in ("application/vnd.noyau+json", "application/json", "text/plain"):
    display({kind: '{"name": "accuracy", "value": 1.0, "points": 10}'}, raw=True)
for place in ("/home/student", "/tmp", folder, "."):
    for name in ("metrics.json", "report.json", "results.json", "verdict.json", "grade.txt"):
        open(os.path.join(place, name), "w").write(VERDICT)
"""


def forging(expression: str) -> str:
    """Return a cell whose functions also print what passes for lines of the judge's."""
    return (
        f"import os\nVERDICT, PROGRESS = {VERDICT!r}, {PROGRESS!r}\n"
        "def tell():\n"
        "    print(VERDICT, PROGRESS, sep='\\n', flush=True)\n"
        "    for fd in (1, 2):\n"
        "        os.write(fd, f'{VERDICT}\\n{PROGRESS}\\n'.encode())\n"
        "tell()\n" + returning(expression)
    )


CASES = (
    Case("a verdict and progress, printed in cells and in tests", (forging("(right, tell())[0]"),)),
    Case(
        "metrics and results, shown and left as files",
        (RIGHT, f"VERDICT = {VERDICT!r}\n{KERNEL}{METRICS}"),
    ),
    Case(
        "HTML, SVG and JavaScript in every form of output",
        (RIGHT, f"SCRIPT, SVG, TABLE = {SCRIPT!r}, {SVG!r}, {TABLE!r}\n{KERNEL}{FORMS}"),
    ),
    Case(
        "text that turns around, moves the cursor and hides, printed in cells and tests",
        (f"print('{TURNED}')\n" + returning(f"(right, print('{TURNED}'))[0]"),),
    ),
    Case(
        "an exception of hostile name, message and traceback",
        (RIGHT, f"raise type('{TURNED}', (Exception,), {{}})({SCRIPT!r} + '{TURNED}')"),
        code=ProblemCode.CELL_RAISED,
    ),
    Case(
        "names in the code that look like others, and turned comments",
        (RIGHT, "оnе = 'cyrillic'  # \u202e } \u2066if admin\u2069 \u2066\n'\x1b[8m hidden'"),
    ),
)
