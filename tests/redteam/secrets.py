"""Searches for what no student may read. What is found is printed, and the test reads it."""

from __future__ import annotations

from graders.report import ProblemCode
from tests.redteam.case import RIGHT, Case, without_work
from tests.redteam.kit import ATTEMPT, KERNEL

PROC = """\
for name in sorted(os.listdir("/proc")):
    if name.isdigit():
        for file in ("environ", "cmdline", "maps", "mountinfo", "cgroup", "stack", "fdinfo/0"):
            try:
                print(name, file, read(f"/proc/{name}/{file}").decode(errors="replace"))
            except OSError:
                pass
for name in ("net/unix", "net/tcp", "mounts", "version", "locks", "keys", "timer_list"):
    try:
        print(name, read(f"/proc/{name}").decode(errors="replace")[:20000])
    except OSError:
        pass
print(dict(os.environ))
"""
FILES = """\
wanted = ("test_hidden", "test_public", "exercise.toml", "secret-key", "noyau.sqlite3", "answers",
          "labels", "id_rsa", "shadow", "hidden")
skipped = ("/proc", "/usr", "site-packages", "/lib/python")
for folder, folders, names in os.walk("/"):
    folders[:] = [f for f in folders if not any(s in f"{folder}/{f}" for s in skipped)]
    for name in (*folders, *names):
        if any(word in name for word in wanted):
            print("ESCAPED", os.path.join(folder, name))
"""
GUESSES = """\
for path in ("BAIT", "NEIGHBOUR/connection.json", "NEIGHBOUR/s", "/run/hidden",
             "/opt/noyau/graders", "/opt/noyau/tests", "/var/lib/docker", "/root",
             "/home", "../secrets"):
    attempt(read, path)
for path in (os.path.dirname(os.path.dirname(folder)), "/dev/shm", "/tmp", "/home"):
    others = set(os.listdir(path)) - {os.path.basename(os.path.dirname(folder)), "student"}
    attempt(lambda: [read(os.path.join(path, name, "connection.json")) for name in others or [""]])
"""
REQUESTS = """\
asked = []
answer = room.answer

def noted(request):
    asked.append(request)
    print(asked)
    return answer(request)

room.answer = noted
"""
TELLING = """\
calls = []

def told(function):
    def call(*arguments, **named):
        calls.append((arguments, named))
        if len(calls) <= 6:  # those of the public tests
            return function(*arguments, **named)
        print("ESCAPED", calls)
        raise ValueError(f"ESCAPED {calls}")
    return call

max_pool2d, mean_pool2d, sum_pool2d = map(told, (max_pool2d, mean_pool2d, sum_pool2d))
"""
FRAMES = """\
import gc, sys
found = [sys._current_frames(), gc.get_objects(), gc.get_referrers(get_ipython())]
words = [o for o in found[1] if type(o) is str and len(o) < 5000]
print([word for word in words if "pytest" in word or "expect_" in word][:50])
print([o for o in map(type, gc.get_objects()) if "grader" in str(o.__module__)])
"""
LEFT = """\
places = ["/home/student", "/tmp", "/dev/shm", folder]
seen = [place for place in places if os.path.exists(f"{place}/mark")]
print("ESCAPED" if seen else "no mark", seen)
for place in places:
    open(f"{place}/mark", "w").close()
"""

CASES = (
    Case("all that /proc and the environment tell", (RIGHT, ATTEMPT + PROC)),
    Case("every name in the file system", (RIGHT, ATTEMPT + FILES)),
    Case(
        "paths of tests, of the machine and of another student", (RIGHT, KERNEL + ATTEMPT + GUESSES)
    ),
    Case("all that the judge asks, written down and printed", (RIGHT, KERNEL + REQUESTS)),
    Case(
        "hidden inputs, told by printing and raising",
        (RIGHT, TELLING),
        2,
        ProblemCode.FUNCTION_RAISED,
    ),
    Case("every frame and object of the kernel", (RIGHT, FRAMES)),
    Case("marks for its next run", (RIGHT, KERNEL + LEFT), runs=2),
    Case(
        "answers kept by its first run for the second",
        (
            without_work(
                "import glob; [open(f'{place}/kept-{size}', 'w') for place in"
                " ('/tmp', '/dev/shm', '/home/student')]; return image"
            ),
        ),
        0,
        ProblemCode.WRONG_SHAPE,
        runs=2,
    ),
)
