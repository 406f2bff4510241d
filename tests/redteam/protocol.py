"""Kernels that speak the protocol, but not as they should: replies, broadcasts, their order."""

from __future__ import annotations

from graders.report import ProblemCode
from tests.redteam.case import RIGHT, Case, returning
from tests.redteam.kit import KERNEL

MALFORMED, WALL, OUTPUT = (
    ProblemCode.MALFORMED_REPLY,
    ProblemCode.WALL_TIME,
    ProblemCode.OUTPUT,
)


def replying(
    tries: str,
    body: str,
    points: float = 10,
    code: ProblemCode | tuple[ProblemCode | None, ...] | None = None,
) -> Case:
    """Return a case of right functions whose replies `change(send, content, parent)` sends."""
    lines = "".join(f"    {line}\n" for line in body.splitlines())
    cell = f"{KERNEL}\ndef change(send, content, parent):\n{lines}\nreply_with(change)"
    return Case(tries, (RIGHT, cell), points, code)


def telling(
    tries: str,
    cell: str,
    points: float = 10,
    code: ProblemCode | tuple[ProblemCode | None, ...] | None = None,
) -> Case:
    """Return a case of right functions whose second cell broadcasts."""
    return Case(tries, (RIGHT, KERNEL + cell), points, code)


NEXT = """\
session, process, count = parent["header"]["msg_id"].rsplit("_", 2)
worthless = {"status": "ok", "execution_count": 1, "payload": [], "user_expressions": {"answer": {
    "status": "ok", "metadata": {}, "data": {room.MIME: '{"status": "ok", "value": 0}'}}}}
plain = kernel.session.send

def send(stream, kind, content=None, parent=None, ident=None, **more):
    sent = plain(stream, kind, content, parent, ident, **more)
    if kind == "execute_reply":
        for ahead in range(1, 9):
            header = {**parent["header"], "msg_id": f"{session}_{process}_{int(count) + ahead}"}
            plain(stream, kind, worthless, {"header": header}, ident, **more)
    return sent

kernel.session.send = send
"""
PARENTS = """\
for header in ([], None, 1, "x", {"msg_id": []}, {"msg_id": None}, {"msg_id": "x" * 10**6},
               {"msg_id": parent["header"]["msg_id"], "session": [], "date": "never"}):
    message = kernel.session.msg("stream", {"name": "stdout", "text": "a"})
    message["parent_header"] = header
    frames = kernel.session.serialize(message, ident=b"x")
    kernel.iopub_socket.send_multipart(frames)
"""
NO_IDLE = """\
plain = kernel.session.send
def send(stream, kind, content=None, *more, **named):
    if kind == "status" and content["execution_state"] == "idle":
        return {}
    return plain(stream, kind, content, *more, **named)
kernel.session.send = send
"""
CONTENTS = """\
for kind in ("stream", "display_data", "update_display_data", "execute_result", "error", "status",
             "clear_output", "comm_open", "comm_msg", "input_request", "debug_event",
             "shutdown_reply", "execute_input", "no_such_kind", "", "__class__"):
    for content in ({}, {"name": "x"}, {"text": 1, "name": "stdout"}, {"data": [1]}, {"data": {}},
                    {"execution_state": "dead"}, {"data": {"text/plain": {"a": 1}}, "metadata": 1},
                    {"wait": "maybe"}, {"ename": 1, "evalue": [], "traceback": "t"},
                    {"data": {"text/plain": "a"}, "transient": {"display_id": []}},
                    {"execution_count": -1, "data": {}}, {"execution_count": 2**80, "data": {}}):
        broadcast(kind, content)
"""
LATE = """\
def flood():
    end = time.monotonic() + 20
    while time.monotonic() < end:
        try:
            for kind, content in (
                ("status", {"execution_state": "idle"}),
                ("stream", {"name": "stdout", "text": "x" * 100_000}),
                ("error", {"ename": "E", "evalue": "", "traceback": ["t" * 10**5]}),
            ):
                kernel.session.send(kernel.iopub_socket, kind, content, parent=kernel.get_parent())
        except Exception:
            pass
        time.sleep(0.001)
"""
HEADERS = """\
for _ in range(30):
    message = kernel.session.msg("stream", {"name": "stdout", "text": "a"}, parent=parent)
    message["header"]["more"] = [0] * 500_000
    message["metadata"] = {"more": [0] * 500_000}
    kernel.iopub_socket.send_multipart(kernel.session.serialize(message, ident=b"x"))
"""
OTHER_KINDS = ("kernel_info_reply", "interrupt_reply", "stream", "status", "display_data", "error")

CASES = (
    replying("each reply twice", "send()\nreturn send()"),
    replying(
        "a worthless reply before each right one",
        "answer = content['user_expressions'].get('answer')\n"
        "if answer:\n"
        '    forged = {**answer, \'data\': {room.MIME: \'{"status": "ok", "value": 0}\'}}\n'
        "    send(content={**content, 'user_expressions': {'answer': forged}})\n"
        "return send()",
        0,
        MALFORMED,
    ),
    replying(
        "a reply to somebody else before each right one",
        "send(parent={'header': {**parent['header'], 'msg_id': 'x'}})\nreturn send()",
    ),
    replying("a reply without a parent before each right one", "send(parent={})\nreturn send()"),
    *(
        replying(
            f"a message of kind {kind} before each right reply",
            f"send(kind={kind!r}, content={{'execution_state': 'idle', 'name': 'stdout',"
            " 'text': 'x', 'data': {}})\nreturn send()",
        )
        for kind in OTHER_KINDS
    ),
    replying("no reply at all", "return {'content': content}", 0, WALL),
    replying(
        "every reply late, after the next request",
        "kept.append((send, content))\nreturn {'content': content}".replace(
            "kept", "vars(kernel).setdefault('kept', [])"
        ),
        0,
        WALL,
    ),
    replying(
        "replies that say they were aborted",
        "return send(content={'status': 'aborted'})",
        0,
        MALFORMED,
    ),
    replying(
        "replies that ask to leave, and to run more cells",
        "more = [{'source': 'ask_exit'}, {'source': 'set_next_input', 'text': 'x'}]\n"
        "return send(content={**content, 'payload': more * 100})",
        0,
        ProblemCode.KERNEL_EXITED,
    ),
    replying(
        "replies with a thousand expressions, nested 900 deep",
        "nested = []\nfor _ in range(900): nested = [nested]\n"
        "more = {str(i): {'status': 'ok', 'data': {'x': 1}} for i in range(1000)}\n"
        "more['deep'] = {'status': 'ok', 'data': {'x': nested}}\n"
        "return send(content={**content, 'user_expressions': {**more,"
        " **content['user_expressions']}})",
    ),
    replying(
        "an error that no cell raised",
        "return send(content={'status': 'error', 'ename': 'E' * 10**6, 'evalue': 'v',"
        " 'traceback': ['Cell In[1], line 99999999'] * 10_000})",
        0,
        ProblemCode.CELL_RAISED,
    ),
    replying(
        "replies whose every key has another type",
        "return send(content={'status': ['ok'], 'payload': {}, 'user_expressions': []})",
        0,
        (WALL, MALFORMED),
    ),
    Case("a reply to every request that is still to come", (RIGHT, KERNEL + NEXT), 0, MALFORMED),
    Case(
        "a right answer to the first call, for every later one",
        (
            RIGHT,
            KERNEL + "first = []\nanswer = room.answer\ndef same(request):\n"
            "    if '\"call\"' not in request: return answer(request)\n"
            "    first[:] = first or [answer(request)]\n    return first[0]\nroom.answer = same",
        ),
        0,
        ProblemCode.WRONG_VALUE,
    ),
    telling("parents of every form", PARENTS),
    telling("contents of every form, of every kind of message", CONTENTS, code=(None, OUTPUT)),
    telling("headers that take a hundred times their message", HEADERS),
    telling("cells that never end, as far as one is told", NO_IDLE),
    telling(
        "broadcasts without end that begin with the last cell",
        LATE + "threading.Thread(target=flood, daemon=True).start()",
        code=(None, WALL, OUTPUT),
    ),
    telling(
        "an execution count of its own",
        "for count in (-1, 0, 10**6, 2**70):\n    get_ipython().execution_count = count",
    ),
    telling(
        "a shell that is told to leave, and stays",
        "get_ipython().payload_manager.write_payload({'source': 'ask_exit'})",
        0,
        ProblemCode.KERNEL_EXITED,
    ),
    telling(
        "a question to the judge",
        "kernel._allow_stdin = True\ntry:\n    kernel.session.send(kernel.stdin_socket,"
        " 'input_request', {'prompt': 'seed?', 'password': True}, parent=parent)\n"
        "except Exception as exc:\n    print(type(exc))",
    ),
    telling(
        "buffers after each message",
        "for _ in range(50):\n    kernel.session.send(kernel.iopub_socket, 'stream',"
        " {'name': 'stdout', 'text': 'a'}, parent=parent, buffers=[b'x' * 10_000] * 40)",
    ),
    Case(
        "answers whose types change from call to call",
        (
            returning("next(kinds)(right)"),
            (
                "import itertools\nkinds = itertools.cycle("
                "[lambda a: a, lambda a: a.tolist(), lambda a: a.astype('f4'), lambda a: tuple(a)])"
            ),
        ),
    ),
)
