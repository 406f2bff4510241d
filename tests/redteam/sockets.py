"""Other ends in place of the kernel's: on its sockets, in its process, in its children."""

from __future__ import annotations

from graders.report import ProblemCode
from tests.redteam.case import RIGHT, Case, without_work
from tests.redteam.kit import KERNEL

WALL, MALFORMED, OUTPUT = (
    ProblemCode.WALL_TIME,
    ProblemCode.MALFORMED_REPLY,
    ProblemCode.OUTPUT,
)
# A kernel of forty lines that says yes to everything, and goes on where another left.
IMPOSTOR = """\
import json, os, sys, zmq
folder, parent, ident = sys.argv[1], json.loads(sys.argv[2]), bytes.fromhex(sys.argv[3])
context = zmq.Context()
shell, iopub, control = (context.socket(kind) for kind in (zmq.ROUTER, zmq.PUB, zmq.ROUTER))
for name, socket in (("k-1", shell), ("k-2", iopub), ("k-4", control)):
    path = os.path.join(folder, name)
    os.path.exists(path) and os.unlink(path)
    socket.bind("ipc://" + path)

def send(socket, first, kind, content, parent):
    header = {"msg_id": "x", "msg_type": kind, "version": "5.3"}
    parts = [json.dumps(part).encode() for part in (header, parent, {}, content)]
    socket.send_multipart([first, b"<IDS|MSG>", b"", *parts])

def answer(first, parent):
    value = {"status": "ok", "data": {"application/vnd.noyau+json": ANSWER}}
    content = {"status": "ok", "user_expressions": {"answer": value}}
    send(shell, first, "execute_reply", content, parent)
    send(iopub, b"x", "status", {"execution_state": "idle"}, parent)

import time
time.sleep(0.5)
answer(ident, parent)
while True:
    frames = shell.recv_multipart()
    answer(frames[0], json.loads(frames[3]))
"""
EXEC = """\
open("/tmp/impostor.py", "w").write(IMPOSTOR)
ident = parent["header"]["session"].encode().hex()
words = ["python", "/tmp/impostor.py", folder, json.dumps(parent["header"], default=str), ident]
"""
LISTEN = """\
import socket
held = []
for name in os.listdir(folder):
    os.unlink(os.path.join(folder, name))
    server = socket.socket(socket.AF_UNIX)
    server.bind(os.path.join(folder, name))
    server.listen(64)
    held.append(server)

def serve(server):
    while True:
        one, _ = server.accept()
        threading.Thread(target=talk, args=[one], daemon=True).start()

for server in held:
    threading.Thread(target=serve, args=[server], daemon=True).start()
"""
CUT = """\
for number in range(3, 256):
    try:
        one = socket.socket(fileno=number)
    except OSError:
        continue
    try:
        if one.family == socket.AF_UNIX and one not in held:
            one.getpeername()
            one.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass
    one.detach()
time.sleep(30)
"""
RAW = """\
import socket
def write(data):
    for number in range(3, 256):
        try:
            one = socket.socket(fileno=number)
        except OSError:
            continue
        try:
            if one.family == socket.AF_UNIX and one.getpeername() is not None and one.getsockname():
                one.send(data, socket.MSG_DONTWAIT)
        except OSError:
            pass
        one.detach()
"""

# The kernel's connection ends with it: on a slow machine that may be seen before the answer is.
REPLACED = (MALFORMED, ProblemCode.OUTPUT)


def impostor(
    tries: str, answer: str, code: ProblemCode | tuple[ProblemCode, ...], start: str
) -> Case:
    """Return a case whose kernel is replaced by another program, which answers `answer`."""
    program = IMPOSTOR.replace("ANSWER", repr(answer))
    return Case(tries, (RIGHT, f"IMPOSTOR = {program!r}\n{KERNEL}{EXEC}{start}", "1 + 1"), 0, code)


def listening(tries: str, talk: str, code: tuple[ProblemCode | None, ...]) -> Case:
    """Return a case whose sockets are cut and replaced by others, which say `talk`."""
    talking = f"def talk(one):\n    try:\n        {talk}\n    except OSError:\n        pass\n"
    return Case(tries, (RIGHT, KERNEL + talking + LISTEN + CUT), 0, code)


def written(tries: str, data: str, code: tuple[ProblemCode | None, ...]) -> Case:
    """Return a case that writes `data` into every open connection, in the middle of its frames."""
    return Case(tries, (without_work("return image"), f"{KERNEL}{RAW}write({data})"), 0, code)


EXECUTE = "os.execvp('python', words)"
FORK = """
if os.fork():
    os._exit(0)
os.setsid()
os.execvp("python", words)
"""
BESIDE = "import subprocess\nsubprocess.Popen(words)\ntime.sleep(1)"
ENDED = (WALL, OUTPUT, MALFORMED, ProblemCode.WRONG_SHAPE)

CASES = (
    impostor(
        "a program that goes on in the kernel's place",
        '{"status": "ok", "value": 4.0}',
        REPLACED,
        EXECUTE,
    ),
    impostor("a program that says that all is well", '{"status": "ok"}', REPLACED, EXECUTE),
    impostor(
        "a child that goes on after the kernel has left",
        '{"status": "ok", "value": 4.0}',
        ProblemCode.KERNEL_EXITED,
        FORK,
    ),
    Case(
        "another kernel on the paths of the sockets, beside the true one",
        (RIGHT, f"IMPOSTOR = {IMPOSTOR.replace('ANSWER', repr('{}'))!r}\n{KERNEL}{EXEC}{BESIDE}"),
    ),
    listening("sockets that say nothing", "time.sleep(60)", ENDED),
    listening("sockets that hang up", "one.close()", ENDED),
    listening(
        "sockets that send zeros without end", "while True: one.sendall(bytes(65536))", ENDED
    ),
    listening(
        "sockets that send noise without end", "while True: one.sendall(os.urandom(65536))", ENDED
    ),
    listening(
        "sockets that greet, then send a frame of 2**62 bytes",
        "one.sendall(b'\\xff' + bytes(8) + b'\\x7f\\x03\\x00NULL' + bytes(16) + bytes(32) +"
        " b'\\x06' + (2**62).to_bytes(8) + b'x'); time.sleep(60)",
        ENDED,
    ),
    listening(
        "sockets of an older protocol", "one.sendall(b'\\x01\\x00' * 10_000); time.sleep(60)", ENDED
    ),
    written("noise in every connection", "os.urandom(4096)", ENDED),
    written("a frame without an end in every connection", "b'\\x02' + (2**62).to_bytes(8)", ENDED),
    written(
        "commands of the transport in every connection",
        "b'\\x04\\x05\\x05ERROR\\x00' * 100",
        (*ENDED, None),
    ),
    Case(
        "a child that reads from the kernel's connections",
        (
            without_work("return image"),
            KERNEL + "import socket\nif os.fork() == 0:\n    while True:\n"
            "        for number in range(3, 64):\n            try:\n"
            "                one = socket.socket(fileno=os.dup(number))\n"
            "                one.recv(65536, socket.MSG_DONTWAIT)\n"
            "            except OSError: pass\n        time.sleep(0.001)",
        ),
        0,
        ENDED,
    ),
    Case(
        "links and folders in place of the sockets",
        (
            RIGHT,
            KERNEL + "for name in os.listdir(folder):\n    path = os.path.join(folder, name)\n"
            "    os.unlink(path)\n    os.symlink('NEIGHBOUR/s/' + name, path)\n"
            "os.mkdir(folder + '/more')",
        ),
    ),
    Case(
        "another connection file",
        (
            RIGHT,
            KERNEL + "try:\n    open(file, 'w').write('{}')\n"
            "except OSError as exc:\n    print(exc.errno)\n"
            "open(folder + '/connection.json', 'w').write('{\"key\": \"\"}')",
        ),
    ),
    Case(
        "the sockets closed, and the kernel left running",
        (RIGHT, KERNEL + "import socket\nheld = []\n" + CUT),
        0,
        (WALL, OUTPUT),
    ),
)
