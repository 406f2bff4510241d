"""Notebooks that send more than anybody can hold."""

from __future__ import annotations

from graders.report import ProblemCode
from tests.redteam.case import RIGHT, Case
from tests.redteam.kit import KERNEL

OUTPUT = ProblemCode.OUTPUT
UPDATES = """\
for _ in range(2000):
    broadcast("display_data",
              {"data": {"text/plain": "a"}, "metadata": {}, "transient": {"display_id": "d"}})
    time.sleep(0.0005)
broadcast("update_display_data",
          {"data": {"text/plain": "x" * 700_000}, "metadata": {}, "transient": {"display_id": "d"}})
time.sleep(0.2)
"""
ERRORS = """\
print("x" * 2_000_000, flush=True)
while True:
    try:
        broadcast("error", {"ename": "E", "evalue": "v", "traceback": ["t" * 8_000_000]})
    except KeyboardInterrupt:
        pass
"""
BACKGROUND = """\
def spam():
    while True: print("spam", flush=True)

threading.Thread(target=spam, daemon=True).start()
"""
UNREADABLE = """\
end = time.monotonic() + 1
while time.monotonic() < end:
    kernel.iopub_socket.send_multipart([b"x", b"<IDS|MSG>", b"s", b"{", b"{", b"{", b"{"])
"""

CASES = (
    Case("one display, updated at a thousand places", (RIGHT, KERNEL + UPDATES)),
    Case("errors without end, after the limit", (RIGHT, KERNEL + ERRORS), 0, OUTPUT),
    Case("threads that print during the tests", (RIGHT, KERNEL + BACKGROUND)),
    Case("messages that nobody can read", (RIGHT, KERNEL + UNREADABLE)),
    Case(
        "a message of 200,000 frames",
        (RIGHT, KERNEL + "kernel.iopub_socket.send_multipart([b'x'] * 200_000)"),
    ),
)
