"""Cells that hostile notebooks begin with."""

from __future__ import annotations

# The kernel's own objects, and how to speak for it.
KERNEL = """\
import json, os, signal, sys, threading, time
kernel = get_ipython().kernel
room = __import__("noyau_room")
parent = kernel.get_parent()
file = kernel.config["IPKernelApp"]["connection_file"]
folder = os.path.dirname(json.load(open(file))["ip"])

def forge(text):
    room.Answer._repr_mimebundle_ = lambda self, **_: {room.MIME: text}

def broadcast(kind, content):
    kernel.session.send(kernel.iopub_socket, kind, content, parent=parent, ident=b"x")

def reply_with(change):
    \"\"\"Let `change(send, kind, content)` send each reply of the shell channel.\"\"\"
    plain = kernel.session.send
    def send(stream, kind, content=None, parent=None, ident=None, **more):
        if kind != "execute_reply":
            return plain(stream, kind, content, parent=parent, ident=ident, **more)
        def once(kind=kind, content=content, parent=parent):
            return plain(stream, kind, content, parent=parent, ident=ident, **more)
        return change(once, content, parent)
    kernel.session.send = send
"""

# What a room must refuse, and a shout where it does not.
ATTEMPT = """\
import ctypes, os, socket, stat, subprocess
libc = ctypes.CDLL(None, use_errno=True)

def attempt(action, *arguments):
    try:
        result = action(*arguments)
    except (OSError, ValueError, subprocess.SubprocessError):
        return None
    if result == b"":  # a file with nothing in it, as what is masked reads
        return None
    print("ESCAPED", getattr(action, "__name__", action), arguments, result)
    return result

def call(number, *arguments):
    words = [ctypes.c_char_p(a) if isinstance(a, bytes) else ctypes.c_long(a) for a in arguments]
    if libc.syscall(ctypes.c_long(number), *words) == -1:
        raise OSError(ctypes.get_errno(), "refused")

def read(path):
    with open(path, "rb", buffering=0) as file:
        return file.read(1 << 16)
"""
