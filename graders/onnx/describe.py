"""Read an ONNX file from standard input, and write what is in it as JSON.

Runs in a process of its own: the libraries that read hostile files may crash here, and no harm is
done to the judge.
"""

from __future__ import annotations

import base64
import json
import sys

from graders.onnx.confine import confine
from graders.onnx.measure import measure
from graders.onnx.rebuild import MAX_BYTES, read
from graders.onnx.refusal import TOO_LARGE, Refused


def describe(content: bytes) -> dict[str, object]:
    """Return the facts of the model and the model built anew, or why it is refused, as JSON."""
    try:
        network = read(content)
        facts = measure(network)
        model = network.model().SerializeToString()
    except Refused as refused:
        return refused.as_json()
    except MemoryError:
        return Refused(TOO_LARGE, "it takes more memory than is allowed").as_json()
    return {"facts": facts, "model": base64.b64encode(model).decode("ascii")}


def main() -> None:
    """Answer about one file."""
    confine()
    print(json.dumps(describe(sys.stdin.buffer.read(MAX_BYTES + 1))))  # noqa: T201


if __name__ == "__main__":
    main()
