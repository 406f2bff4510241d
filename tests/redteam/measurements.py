"""Notebooks that log what nobody can draw, or pass off as logged what is not."""

from __future__ import annotations

from graders.judge.messages import MEASURED
from graders.report import ProblemCode
from tests.redteam.case import RIGHT, Case
from tests.redteam.kit import KERNEL

OUTPUT = ProblemCode.OUTPUT
SHOW = f"""\
def show(bundle, **more):
    broadcast("display_data", {{"data": {{{MEASURED!r}: bundle, **more}}, "metadata": {{}}}})
"""
HOSTILE_NAMES = """\
turned = "\\u202e\\u2066\\x1b[31m\\x00" + "a\\u0301\\u0302" * 5000
for name in (turned, "<script>alert(1)</script>", "x" * 100_000, "", " ", "%s{{ x }}", "../../etc"):
    show({"points": {name: [[1, 1], [2, 2]]}, "not_finite": {name: 10**400}})
"""
WILD_NUMBERS = """\
from noyau import log
for value in (float("nan"), float("inf"), 1e308, -1e308, 5e-324, 10**300, True):
    log(loss=value)
    log(step=value, accuracy=1)
raw = '{"data": {"KIND": {"points": {"loss": [[NaN, Infinity], [1e999, -1e999]]}}}, "metadata": {}}'
pack = kernel.session.pack
kernel.session.pack = lambda o: raw.encode() if isinstance(o, dict) and "data" in o else pack(o)
broadcast("display_data", {"data": {}, "metadata": {}})
kernel.session.pack = pack
for count in (1, 500):
    nested = json.loads("[" * 100 + "]" * 100)
    show({"points": {"deep": nested, "many": [nested] * count}})
"""
DISGUISES = """\
bundle = {"points": {"accuracy": [[1, 1.0]]}, "metrics": [{"name": "accuracy", "value": 1.0}],
          "event": "verdict", "tests": [], "score": 1.0}
show(bundle, **{"text/html": "<script>alert(1)</script>", "text/plain": "ESCAPED by a disguise"})
broadcast("update_display_data", {"data": {"KIND": bundle}, "transient": {"display_id": "d"}})
broadcast("execute_result", {"data": {"KIND": bundle}, "execution_count": 1, "measured": bundle})
broadcast("stream", {"name": "stdout", "text": "x", "measured": bundle})
"""
OTHER_KINDS = """\
import noyau
for kind in ("text/html", "text/plain", "image/svg+xml", "application/vnd.noyau+json", None):
    noyau.MIME = kind
    noyau.log(**{"<script>alert(1)</script>": 1})
    noyau._gathered.send()
"""

CASES = (
    Case("curves of hostile names", (RIGHT, KERNEL + SHOW + HOSTILE_NAMES)),
    Case(
        "curves of numbers that are none, and of lists without end",
        (RIGHT, KERNEL + SHOW + WILD_NUMBERS.replace("KIND", MEASURED)),
    ),
    Case(
        "measurements that pass for a verdict, or hide an output",
        (RIGHT, KERNEL + SHOW + DISGUISES.replace("KIND", MEASURED)),
    ),
    Case(
        "measurements without end",
        (RIGHT, KERNEL + SHOW + "while True: show({'points': {'loss': [[1, 1]] * 50_000}})"),
        0,
        OUTPUT,
    ),
    Case("the room's helper, made to send something else", (RIGHT, OTHER_KINDS)),
)
