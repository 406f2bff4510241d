"""Notebooks that use more than their share, or that never end."""

from __future__ import annotations

from graders.report import ProblemCode
from tests.redteam.case import RIGHT, Case, without_work
from tests.redteam.kit import KERNEL

WALL, MEMORY, DISK = ProblemCode.WALL_TIME, ProblemCode.MEMORY, ProblemCode.DISK
KILLED, EXITED = ProblemCode.KERNEL_KILLED, ProblemCode.KERNEL_EXITED
CROWDED = (ProblemCode.PROCESSES, ProblemCode.CPU_TIME, MEMORY, KILLED, WALL)


def bomb(tries: str, cell: str, code: ProblemCode | tuple[ProblemCode, ...]) -> Case:
    """Return a case whose second cell ends the room, and so earns nothing."""
    return Case(tries, (RIGHT, KERNEL + cell), 0, code)


def endless(tries: str, cell: str) -> Case:
    """Return a case whose second cell ends with the time that there is."""
    return Case(tries, (RIGHT, KERNEL + cell), 0, WALL, exercise="brief")


def harmless(tries: str, cell: str) -> Case:
    """Return a case whose second cell does harm to nobody, so that all points are earned."""
    return Case(tries, (RIGHT, KERNEL + cell))


FORKS = """\
while True:
    try:
        os.fork()
    except OSError:
        pass
"""
THREADS = """\
stop = threading.Event()
started = 0
try:
    while True:
        threading.Thread(target=stop.wait, daemon=True).start()
        started += 1
except RuntimeError:
    pass
stop.set()
"""
MANY_ALLOCATORS = """\
for _ in range(20):
    if os.fork() == 0:
        block = bytearray(os.urandom(1024) * 1024 * 100)
        time.sleep(60)
time.sleep(60)
"""
DISK_FILL = """\
for place in ("/home/student", "/tmp", "/dev/shm"):
    try:
        with open(f"{place}/full", "wb", buffering=0) as file:
            while True:
                file.write(bytes(1 << 20))
    except OSError as exc:
        print(exc.errno)
    os.unlink(f"{place}/full")
"""
INODES = "n = 0\nwhile True:\n    open(f'/tmp/{n}', 'w').close(); n += 1"
SHARED_INODES = "n = 0\nwhile True:\n    open(f'{folder}/{n}', 'w').close(); n += 1"
SHARED_DEPTH = """\
os.chdir(folder)
for _ in range(40):
    os.mkdir("d" * 250); os.chdir("d" * 250)
time.sleep(60)
"""
SPARSE = """\
for size in (1 << 62, 1 << 40, 1 << 30):
    for opened in (lambda: open("/tmp/sparse", "wb").fileno(), lambda: os.memfd_create("sparse")):
        try:
            os.truncate(opened(), size)
        except OSError as exc:
            print(exc.errno)
"""
FLOOD = """\
def flood(fd):
    while True:
        os.write(fd, b"x" * 65536)

for fd in FDS:
    threading.Thread(target=flood, args=[fd], daemon=True).start()
time.sleep(1)
"""
# Where the kernel's own output and errors go, past the notebook's.
BENEATH = "[stream._original_stdstream_copy for stream in (sys.stdout, sys.stderr)]"
UNKILLABLE = """\
for number in range(1, 65):
    try:
        signal.signal(number, signal.SIG_IGN)
    except (OSError, ValueError):
        pass
while True:
    try:
        time.sleep(60)
    except KeyboardInterrupt:
        pass
"""
DESCRIPTORS = """\
held = []
try:
    while True:
        held.append(os.open("/dev/null", os.O_RDONLY))
except OSError:
    pass
for fd in held: os.close(fd)
"""
CONNECTIONS = """\
import socket
held = []
for name in ("k-1", "k-2", "k-4"):
    for _ in range(50):
        one = socket.socket(socket.AF_UNIX)
        try:
            one.connect(os.path.join(folder, name))
        except OSError:
            continue
        held.append(one)
time.sleep(0.5)
for one in held: one.close()
"""
ZOMBIES = """\
for _ in range(40):
    if os.fork() == 0:
        os._exit(0)
"""
DAEMONS = """\
for _ in range(10):
    if os.fork() == 0:
        os.setsid()
        if os.fork():
            os._exit(0)
        for number in (1, 2, 3, 15):
            signal.signal(number, signal.SIG_IGN)
        time.sleep(600)
"""
SHARED_MEMORY = """\
import ctypes
libc = ctypes.CDLL(None)
for _ in range(64):
    part = libc.shmget(0, ctypes.c_size_t(64 << 20), 0o1666)
    libc.shmat.restype = ctypes.c_void_p
    place = libc.shmat(part, None, 0)
    if part >= 0 and place not in (None, ctypes.c_void_p(-1).value):
        ctypes.memset(place, 1, 64 << 20)
"""
QUEUES = """\
import ctypes
libc = ctypes.CDLL(None)
for number in range(1000):
    libc.msgget(number, 0o1666)
    libc.semget(number, 100, 0o1666)
    libc.mq_open(b"/q%d" % number, 0o102, 0o600, None)
"""

CASES = (
    bomb("processes without end", FORKS, CROWDED),
    Case("threads without end", (RIGHT, KERNEL + THREADS), code=(None, ProblemCode.PROCESSES)),
    bomb("memory of many processes together", MANY_ALLOCATORS, (MEMORY, KILLED)),
    bomb("memory that System V keeps", SHARED_MEMORY, (MEMORY, KILLED)),
    Case(
        "memory that one list takes",
        ("a = []\nwhile True: a.append(bytes(1 << 20))",),
        0,
        (MEMORY, KILLED),
    ),
    harmless("a full disk", DISK_FILL),
    bomb("files without end", INODES, DISK),
    bomb("files without end, beside the sockets", SHARED_INODES, DISK),
    bomb("folders with paths that are too long, beside the sockets", SHARED_DEPTH, DISK),
    harmless("files larger than any disk", SPARSE),
    bomb("output without end, past Python", FLOOD.replace("FDS", "(1, 2)"), ProblemCode.OUTPUT),
    harmless("a log without end, past the notebook", FLOOD.replace("FDS", BENEATH)),
    harmless("every file descriptor", DESCRIPTORS),
    harmless("connections to its own sockets", CONNECTIONS),
    harmless("children that are never waited for", ZOMBIES),
    harmless("children that leave, and ignore every signal", DAEMONS),
    harmless("queues and semaphores without end", QUEUES),
    endless("signals that are ignored, in a cell without end", UNKILLABLE),
    endless("a loop in C that holds the interpreter", "sum(iter(int, 1))"),
    endless("a number that takes hours", "x = 3 ** (10 ** 8)"),
    endless("a pattern that takes for ever", "import re\nre.match('(a+)+$', 'a' * 60 + 'b')"),
    Case(
        "a function whose loop in C holds the interpreter",
        (without_work("return sum(iter(int, 1))"),),
        0,
        WALL,
    ),
    Case(
        "a function that swallows the interrupt",
        (
            without_work(
                "import time\n    while True:\n        try: time.sleep(60)\n"
                "        except BaseException: pass"
            ),
        ),
        0,
        WALL,
    ),
    Case(
        "a function that ends its timer's interrupt as a value",
        (
            without_work(
                "import time\n    try: time.sleep(60)\n"
                "    except KeyboardInterrupt: return np.zeros((2, 2))"
            ),
        ),
        0,
        WALL,
    ),
    bomb("a wild pointer", "import ctypes\nctypes.string_at(1)", KILLED),
    bomb("an abort", "os.abort()", KILLED),
    # In a container it reaches what takes in the room's orphans, and ends the room with that.
    Case(
        "a signal to every process that it may reach",
        (RIGHT, KERNEL + "if os.fork() == 0: time.sleep(60)\nos.kill(-1, 9)"),
        code=(None, KILLED),
    ),
    bomb(
        "a stack without end",
        "sys.setrecursionlimit(10**9)\nf = lambda *_: sorted([0], key=f)\nf()",
        (KILLED, MEMORY),
    ),
    bomb(
        "another program in its place",
        "os.execv('/bin/sleep', ['sleep', '60'])",
        (WALL, ProblemCode.OUTPUT),
    ),
    bomb("an exit without a word", "os._exit(0)", EXITED),
    endless(
        "everything stopped that it may reach, itself at last",
        "if os.fork() == 0: time.sleep(60)\nos.kill(-1, 19)\nos.kill(os.getpid(), 19)",
    ),
)
