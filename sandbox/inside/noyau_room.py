"""Answer the judge's requests from inside the student's kernel.

The judge asks through the expressions of an execute request, `answer(request)`, and reads the
reply from its MIME bundle. Everything here runs beside the student's code, which may tamper with
it: the judge believes no more than the value of an answer. Only the standard library is needed;
NumPy and torch are used where the notebook has already imported them. The judge's side of the
format is `graders/wire.py`.
"""  # noqa: INP001 - alone in its folder, which is all that the student's room sees

from __future__ import annotations

import base64
import importlib
import inspect
import io
import json
import linecache
import math
import os
import stat
import sys
from types import ModuleType, TracebackType
from typing import Any

MIME = "application/vnd.noyau+json"
MAX_BYTES = 64 * 1024 * 1024
MAX_ITEMS = 1_000_000
MAX_DEPTH = 32
MAX_BITS = 8192
MAX_KEY_BITS = 60
MAX_FRAMES = 20
MAX_TEXT = 4000


class Refused(Exception):
    """A value can't be brought back. `status` says why; `detail` holds more."""

    def __init__(self, status: str, **detail: object) -> None:
        super().__init__(status)
        self.reply = {"status": status, **detail}


class Answer:
    """A reply, in the form that IPython hands over: a MIME bundle."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __repr__(self) -> str:
        return "Answer()"

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return {MIME: self.text}


def answer(request: str) -> Answer:
    """Return the reply to one request: a call, a value, a file, or a check of functions."""
    asked = json.loads(request)
    try:
        return Answer(json.dumps(_ANSWERS[asked["op"]](asked)))
    except Refused as refused:
        return Answer(json.dumps(refused.reply))
    except MemoryError as exc:
        return Answer(json.dumps(_raised(exc)))


def _names() -> dict[str, Any]:
    return vars(sys.modules["__main__"])


def _get(asked: dict[str, Any]) -> dict[str, Any]:
    return {"status": "ok", "value": _encode(_find(asked["name"]))}


def _tensors(asked: dict[str, Any]) -> dict[str, Any]:
    """Give a model's state, or a dict of tensors or arrays, as one safetensors file in base64."""
    value = _find(asked["name"])
    torch = sys.modules.get("torch")
    if torch is not None and isinstance(value, torch.nn.Module):
        value = value.state_dict()
    numpy = importlib.import_module("numpy")
    if not isinstance(value, dict) or not all(isinstance(name, str) for name in value):
        raise Refused("type", type=_type_name(value))
    budget = _Budget()
    arrays = {}
    for name, item in value.items():
        array = item
        if torch is not None and isinstance(item, torch.Tensor):
            array = _from_tensor(torch, item, budget)
        if not isinstance(array, numpy.ndarray) or array.dtype.kind not in "biuf":
            raise Refused("type", type=f"dict with a {_type_name(item)}"[:200])
        budget.take(items=1, size=array.nbytes)
        arrays[name] = numpy.ascontiguousarray(array).reshape(array.shape)
    content = importlib.import_module("safetensors.numpy").save(arrays)
    return {"status": "ok", "value": base64.b64encode(content).decode("ascii")}


def _file(asked: dict[str, Any]) -> dict[str, Any]:
    """Give a plain file of the working folder in base64."""
    try:
        # Neither a link nor a pipe that nobody writes to may hold up the reader.
        handle = os.open(asked["name"], os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except FileNotFoundError:
        raise Refused("no-file") from None
    except OSError as exc:
        raise Refused("type", type=_cut(exc.strerror)[:200]) from None
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise Refused("type", type="folder or device")
    with os.fdopen(handle, "rb") as file:
        content = file.read(asked["at_most"] + 1)
        size = max(len(content), os.fstat(handle).st_size)
    if size > asked["at_most"]:
        raise Refused("large", unit="bytes", used=size, allowed=asked["at_most"])
    return {"status": "ok", "value": base64.b64encode(content).decode("ascii")}


def _find(name: str) -> Any:  # noqa: ANN401
    if name not in _names():
        raise Refused("missing")
    return _names()[name]


def _find_function(name: str) -> Any:  # noqa: ANN401
    function = _find(name)
    if not callable(function):
        raise Refused("not-callable", type=_type_name(function))
    return function


def _call(asked: dict[str, Any]) -> dict[str, Any]:
    function = _find_function(asked["name"])
    arguments = [_decode(item) for item in asked["args"]]
    named = {key: _decode(item) for key, item in asked["kwargs"].items()}
    _bind(function, arguments, named)
    try:
        value = function(*arguments, **named)
    except BaseException as exc:  # noqa: BLE001 - whatever the student's code raised is its answer
        return _raised(exc)
    reply = {"status": "ok", "value": _encode(value)}
    if asked.get("watch"):
        reply["arguments"] = _encode([*arguments, *named.values()])
    return reply


def _check(asked: dict[str, Any]) -> dict[str, Any]:
    """Say of each function whether it exists and takes its parameters by name."""
    return {"status": "ok", "value": [_check_one(item) for item in asked["functions"]]}


def _check_one(item: dict[str, Any]) -> dict[str, Any]:
    try:
        function = _find_function(item["name"])
        if item["parameters"] is not None:
            _bind(function, [], dict.fromkeys(item["parameters"]))
    except Refused as refused:
        return refused.reply
    return {"status": "ok"}


def _bind(function: Any, arguments: list[Any], named: dict[str, Any]) -> None:  # noqa: ANN401
    try:
        signature = inspect.signature(function)
    except (ValueError, TypeError):
        return  # a builtin does not tell its signature: the call itself will
    try:
        signature.bind(*arguments, **named)
    except TypeError as exc:
        raise Refused("signature", message=_cut(exc), signature=_cut(signature)) from None


def _raised(exc: BaseException) -> dict[str, Any]:
    trace = exc.__traceback__ and exc.__traceback__.tb_next
    return {
        "status": "raised",
        "exception": _type_name(exc),
        "message": _cut(exc),
        "frames": _frames(trace),
    }


def _frames(trace: TracebackType | None) -> list[dict[str, Any]]:
    """Return the innermost frames, outermost first; `count` is the In[count] of a cell's frame."""
    frames: list[dict[str, Any]] = []
    while trace is not None:
        code = trace.tb_frame.f_code
        frames.append(
            {
                "count": _cell_count(code.co_filename),
                "file": _cut(code.co_filename),
                "line": trace.tb_lineno or 0,
                "function": _cut(code.co_name),
                "source": _cut(linecache.getline(code.co_filename, trace.tb_lineno or 0).strip()),
            }
        )
        trace = trace.tb_next
    return frames[-MAX_FRAMES:]


def _cell_count(filename: str) -> int | None:
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    known = shell and shell.compile.format_code_name(filename)
    return int(known[1].removeprefix("In[").removesuffix("]")) if known else None


def _cut(thing: object) -> str:
    try:
        text = str(thing)
    except Exception:  # noqa: BLE001 - a student's own __str__ may raise anything
        text = ""
    return text[:MAX_TEXT]


def _type_name(thing: object) -> str:
    return _cut(type(thing).__name__)[:200]


class _Budget:
    def __init__(self) -> None:
        self.items = 0
        self.bytes = 0

    def take(self, *, items: int = 0, size: int = 0) -> None:
        self.items += items
        self.bytes += size
        if self.bytes > MAX_BYTES:
            raise Refused("large", unit="bytes", used=self.bytes, allowed=MAX_BYTES)
        if self.items > MAX_ITEMS:
            raise Refused("large", unit="items", used=self.items, allowed=MAX_ITEMS)


def _encode(value: object) -> Any:  # noqa: ANN401
    return _encode_value(value, _Budget(), 0)


def _encode_value(value: object, budget: _Budget, depth: int) -> Any:  # noqa: ANN401
    if depth > MAX_DEPTH:
        raise Refused("large", unit="levels", used=depth, allowed=MAX_DEPTH)
    budget.take(items=1)
    array = _as_array(value, budget)
    if array is not None:
        return {"a": array}
    numpy = sys.modules.get("numpy")
    if numpy is not None and isinstance(value, numpy.generic) and value.dtype.kind in "biuf":
        value = value.item()
    if isinstance(value, list | tuple):
        budget.take(items=len(value))
        items = [_encode_value(item, budget, depth + 1) for item in value]
        return {"l" if isinstance(value, list) else "t": items}
    if isinstance(value, dict):
        budget.take(items=len(value))
        return {"d": [_encode_pair(pair, budget, depth) for pair in value.items()]}
    return _encode_scalar(value, budget)


def _encode_pair(pair: tuple[object, object], budget: _Budget, depth: int) -> Any:  # noqa: ANN401
    key = _encode_value(pair[0], budget, depth + 1)
    if key is None or (isinstance(key, dict) and "f" not in key):
        raise Refused("type", type=f"dict with a {_type_name(pair[0])} key")
    if isinstance(key, int) and key.bit_length() > MAX_KEY_BITS:
        raise Refused("large", unit="bits", used=key.bit_length(), allowed=MAX_KEY_BITS)
    return [key, _encode_value(pair[1], budget, depth + 1)]


def _encode_scalar(value: object, budget: _Budget) -> Any:  # noqa: ANN401
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        if value.bit_length() > MAX_BITS:
            raise Refused("large", unit="bits", used=value.bit_length(), allowed=MAX_BITS)
        return int(value)
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else {"f": str(float(value))}
    if isinstance(value, str):
        budget.take(size=len(value))
        return str(value)
    raise Refused("type", type=_type_name(value))


def _as_array(value: object, budget: _Budget) -> str | None:
    """Return the .npy of an array or tensor as base64, or None where `value` is neither."""
    torch = sys.modules.get("torch")
    if torch is not None and isinstance(value, torch.Tensor):
        value = _from_tensor(torch, value, budget)
    numpy = sys.modules.get("numpy")
    if numpy is None or not isinstance(value, numpy.ndarray):
        return None
    if value.dtype.kind not in "biufc":
        raise Refused("type", type=f"array of {value.dtype}"[:200])
    budget.take(size=value.nbytes)
    plain = numpy.ascontiguousarray(value.view(numpy.ndarray)).reshape(value.shape)
    if plain.dtype.kind in "fc" and plain.dtype.itemsize > 8 * (1 + (plain.dtype.kind == "c")):
        # Extended precision has no portable form.
        plain = plain.astype("f8" if plain.dtype.kind == "f" else "c16")
    buffer = io.BytesIO()
    numpy.lib.format.write_array(buffer, plain, version=(1, 0), allow_pickle=False)
    return base64.b64encode(buffer.getvalue()).decode("ascii")


def _from_tensor(torch: ModuleType, value: Any, budget: _Budget) -> Any:  # noqa: ANN401
    if value.layout is not torch.strided or value.is_quantized:
        raise Refused("type", type=f"{value.layout} tensor"[:200])
    size = value.element_size() * value.nelement()
    if budget.bytes + size > MAX_BYTES:
        budget.take(size=size)
    value = value.detach().cpu().resolve_conj().resolve_neg()
    if value.is_floating_point() and value.dtype not in (
        torch.float16,
        torch.float32,
        torch.float64,
    ):
        value = value.float()
    return value.numpy()


def _decode(data: Any) -> Any:  # noqa: ANN401
    if not isinstance(data, dict):
        return data
    [(tag, content)] = data.items()
    if tag == "f":
        return float(content)
    if tag == "l":
        return [_decode(item) for item in content]
    if tag == "t":
        return tuple(_decode(item) for item in content)
    if tag == "d":
        return {_decode(key): _decode(item) for key, item in content}
    numpy = importlib.import_module("numpy")  # only a request that carries an array pays for it
    return numpy.lib.format.read_array(io.BytesIO(base64.b64decode(content)), allow_pickle=False)


_ANSWERS = {"call": _call, "get": _get, "check": _check, "tensors": _tensors, "file": _file}
