"""What a notebook may put out in all: a budget, and a note where it ran over."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import nbformat
from nbformat import NotebookNode

MAX_OUTPUTS = 5000
NOTE = "\n[The output was cut here: it passed the limit.]\n"


def notebook_node(plain: dict[str, Any]) -> NotebookNode:
    """Return plain JSON data as nbformat's own kind of dictionary."""
    node: NotebookNode = nbformat.from_dict(plain)  # type: ignore[no-untyped-call]
    return node


class OutputBudget:
    """Counts the bytes and the number of outputs of one notebook."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.used = 0
        self.outputs = 0

    @property
    def exceeded(self) -> bool:
        """Whether the limit has been passed."""
        return self.used > self.limit or self.outputs > MAX_OUTPUTS

    def take(self, size: int) -> None:
        """Count one output of `size` bytes."""
        self.used += size
        self.outputs += 1


def output_node(msg_type: str, content: dict[str, Any]) -> NotebookNode | None:
    """Return the notebook's form of a checked message, or None where it is not an output."""
    if msg_type == "stream":
        fields = {"name": content["name"], "text": content["text"]}
    elif msg_type in ("display_data", "execute_result"):
        fields = {"data": notebook_node(content["data"]), "metadata": notebook_node({})}
        if msg_type == "execute_result":
            fields["execution_count"] = content["execution_count"]
    elif msg_type == "error":
        fields = {key: content[key] for key in ("ename", "evalue", "traceback")}
    else:
        return None
    return notebook_node({"output_type": msg_type, **fields})


def joined_streams(outputs: Iterable[NotebookNode]) -> list[NotebookNode]:
    """Return the outputs with neighbouring pieces of one stream as one, progress bars redrawn."""
    joined: list[NotebookNode] = []
    for output in outputs:
        last = joined[-1] if joined else None
        if output.output_type == "stream" and last is not None and _same_stream(last, output):
            last.text += output.text
        else:
            joined.append(output)
    for output in joined:
        if output.output_type == "stream":
            output.text = _as_on_a_terminal(output.text)
    return joined


def _same_stream(first: NotebookNode, second: NotebookNode) -> bool:
    return bool(first.output_type == "stream" and first.name == second.name)


def _as_on_a_terminal(text: str) -> str:
    """Return the text with what a carriage return overwrites taken away."""
    if "\r" not in text:
        return text
    lines = text.replace("\r\n", "\n").split("\n")
    return "\n".join(line.rstrip("\r").rpartition("\r")[2] for line in lines)
