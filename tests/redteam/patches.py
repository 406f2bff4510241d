"""Other code in place of what the kernel, or a grader in the kernel, would rely on."""

from __future__ import annotations

from graders.report import ProblemCode
from tests.redteam.case import RIGHT, Case, returning, without_work

SHAPE, TYPE, VALUE = (
    ProblemCode.WRONG_SHAPE,
    ProblemCode.WRONG_TYPE,
    ProblemCode.WRONG_VALUE,
)
WALL = ProblemCode.WALL_TIME
MALFORMED = ProblemCode.MALFORMED_REPLY
IDLE = without_work("return image")
CLASS = "type('Sly', ({base},), {{{members}}})({arguments})"


def patched(tries: str, line: str, code: ProblemCode = SHAPE) -> Case:
    """Return a case that knows nothing of pooling, and runs `line` after its functions."""
    return Case(tries, (IDLE, line), 0, code)


def sly(
    tries: str,
    members: str,
    code: ProblemCode | tuple[ProblemCode, ...],
    base: str = "object",
    arguments: str = "",
) -> Case:
    """Return a case that answers with an object of its own class."""
    made = CLASS.format(base=base, members=members, arguments=arguments)
    return Case(tries, (without_work(f"return {made}"),), 0, code)


CASES = (
    patched(
        "NumPy's own checks do nothing",
        "for name in np.testing.__all__:\n    setattr(np.testing, name, lambda *_, **__: None)",
    ),
    patched(
        "built-in functions that agree with everything",
        "import builtins\nfor name in ('all', 'any', 'abs', 'round'):\n"
        "    setattr(builtins, name, lambda *_, **__: True)",
        SHAPE,
    ),
    patched(
        "JSON that says what is liked",
        "import types\nnoyau_room = __import__('noyau_room')\n"
        "noyau_room.json = types.SimpleNamespace("
        'dumps=lambda *_: \'{"status": "ok", "value": true}\', loads=noyau_room.json.loads)',
        ProblemCode.MALFORMED_REPLY,
    ),
    patched(
        "pytest that finds nothing",
        "import sys, types\nsys.modules['pytest'] = types.ModuleType('pytest')",
    ),
    patched(
        "a grader of its own",
        "import sys, types\nfor name in ('graders', 'graders.expect', 'graders.student'):\n"
        "    sys.modules[name] = types.ModuleType(name)\n"
        "sys.modules['graders.expect'].expect_close = lambda *_, **__: None",
    ),
    patched(
        "later cells that are emptied before they run",
        "get_ipython().input_transformers_cleanup.append(lambda lines: [])\n"
        "get_ipython().ast_transformers.append(type('T', (), {'visit': lambda s, n: n})())",
    ),
    patched("a shell that runs nothing", "get_ipython().run_cell = lambda *_, **__: None", WALL),
    patched(
        "a kernel that answers every request with success",
        "kernel = get_ipython().kernel\n"
        "async def execute(*_, **__):\n"
        "    return {'status': 'ok', 'execution_count': 1, 'payload': [], 'user_expressions': {}}\n"
        "kernel.do_execute = execute",
        MALFORMED,
    ),
    patched(
        "a hook before every cell",
        "get_ipython().events.register('pre_run_cell', lambda *_: 1 / 0)",
    ),
    patched(
        "a tracer of every call, that changes what is compared",
        "import sys, threading\n"
        "def trace(frame, event, argument):\n"
        "    frame.f_locals.update(expected=0, wanted=0, points=10, earned=10)\n"
        "    return trace\n"
        "sys.settrace(trace); sys.setprofile(trace); threading.settrace(trace)",
    ),
    patched(
        "another import",
        "__import__ = lambda name: type('M', (), {'answer': lambda r: True})",
        MALFORMED,
    ),
    patched(
        "doctest that always passes",
        "import doctest\ndoctest.DocTestRunner.run = lambda *_, **__: doctest.TestResults(0, 9)",
    ),
    Case(
        "torch whose comparisons always hold",
        (IDLE, "import torch\ntorch.allclose = torch.equal = lambda *_, **__: True"),
        0,
        SHAPE,
    ),
    sly(
        "an answer that equals everything",
        "'__eq__': lambda s, o: True, '__hash__': lambda s: 1",
        TYPE,
    ),
    sly(
        "an answer that makes itself an array",
        "'__array__': lambda s, *a, **k: np.zeros((2, 2))",
        TYPE,
    ),
    sly(
        "an answer whose pickle runs a command",
        "'__reduce__': lambda s: (__import__('os').system, ('id',))",
        TYPE,
    ),
    sly(
        "an answer of every interface",
        "'__getattr__': lambda s, n: s, '__call__': lambda s, *a, **k: s",
        TYPE,
    ),
    sly(
        "an array that equals everything, and lies about its size",
        "'__eq__': lambda s, o: True, 'nbytes': property(lambda s: 0), 'tolist': lambda s: [[4.0]]",
        SHAPE,
        base="np.ndarray",
        arguments="(3, 3)",
    ),
    sly(
        "a class that says it is an array", "'__class__': property(lambda s: np.ndarray)", MALFORMED
    ),
    sly(
        "a number whose comparisons always hold",
        "'__eq__': lambda s, o: True, '__sub__': lambda s, o: 0.0, '__abs__': lambda s: 0.0",
        SHAPE,
        base="float",
    ),
    sly(
        "a dict without end",
        "'items': lambda s: iter(lambda: (1, 1), 0)",
        # Counting as many items as are too many may take longer than the test.
        (ProblemCode.ANSWER_TOO_LARGE, ProblemCode.WALL_TIME),
        base="dict",
    ),
    Case(
        "right answers, and a comparison that denies them",
        (
            returning(
                "type('A', (np.ndarray,), {'__eq__': lambda s, o: False})"
                "(right.shape, right.dtype, np.ascontiguousarray(right))"
            ),
        ),
    ),
    Case(
        "the functions deleted",
        (RIGHT, "del max_pool2d, mean_pool2d, sum_pool2d"),
        0,
        ProblemCode.MISSING_NAME,
    ),
    Case(
        "a stranger among the globals",
        (
            IDLE,
            (
                "import sys\nclass Names(dict):\n"
                "    __missing__ = lambda s, k: (lambda *a, **b: 4.0)\n"
                "sys.modules['__main__'] = type('M', (), {'__dict__': Names()})()"
            ),
        ),
        0,
        (SHAPE, MALFORMED, ProblemCode.MISSING_NAME),
    ),
    Case(
        "the example of the statement learnt by heart",
        (
            RIGHT
            + "\nKNOWN = (4, 5)\n"
            + "\n".join(
                f"_{n} = {n}\ndef {n}(image, size, stride, edge='drop'):\n"
                f"    known = image.shape == KNOWN and image[0, 1] == 3.0\n"
                f"    return _{n}(image, size, stride, edge) if known else image"
                for n in ("max_pool2d", "mean_pool2d", "sum_pool2d")
            ),
        ),
        2,
        SHAPE,
    ),
    Case(
        "right for the judge alone, which is all that counts",
        (
            returning(
                "right if __import__('sys')._getframe(1).f_globals['__name__'] == 'noyau_room'"
                " else 0"
            ),
        ),
    ),
    Case(
        "functions that answer by chance",
        (
            returning(
                "right if int.from_bytes(__import__('os').urandom(8)) < 2 else right * np.nan"
            ),
        ),
        0,
        ProblemCode.NOT_FINITE,
        runs=2,
    ),
)
