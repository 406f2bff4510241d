"""Answers that are not what a test hopes for."""

from __future__ import annotations

from graders.report import ProblemCode
from tests.redteam.case import Case, returning, without_work

TYPE, SHAPE, LARGE = (
    ProblemCode.WRONG_TYPE,
    ProblemCode.WRONG_SHAPE,
    ProblemCode.ANSWER_TOO_LARGE,
)


def worthless(tries: str, line: str, code: ProblemCode) -> Case:
    """Return a case whose functions run `line` and earn nothing."""
    return Case(tries, (without_work(line),), 0, code)


CASES = (
    worthless("a text that NumPy pads for every item", "return ['x' * 10**6] + [0] * 10**5", TYPE),
    worthless("an integer of 8,000 bits in a list", "return [1.5, 2**8000]", TYPE),
    worthless("a list that holds itself", "l = []; l += [l, l]; return l", LARGE),
    worthless("rows of different lengths", "return [[1], [1, 2]]", SHAPE),
    worthless("a generator", "return (row for row in image)", TYPE),
    worthless("dates", "return np.zeros((2, 2), 'M8[s]')", TYPE),
    worthless("fields", "return np.zeros(3, dtype=[('a', 'f8')])", TYPE),
    worthless("texts", "return np.array([['a']])", TYPE),
    worthless("one number", "return np.float64(3)", SHAPE),
    worthless("NaN of the right shape", "return np.full((2, 2), np.nan)", ProblemCode.NOT_FINITE),
    worthless(
        "80 GB that take no memory here",
        "return np.lib.stride_tricks.as_strided(np.ones(1), (10**5, 10**5), (0, 0))",
        LARGE,
    ),
    worthless("80 GB", "return np.ones((10**5, 10**5))", ProblemCode.MEMORY),
    worthless("an exit", "raise SystemExit(0)", ProblemCode.KERNEL_EXITED),
    worthless("a question", "return input()", ProblemCode.ASKED_FOR_INPUT),
    Case("complex numbers", (returning("right * 1j"),), 0, TYPE),
    Case("what Python objects hold", (returning("right.astype(object)"),), 0, TYPE),
    Case("a coroutine", (returning("__import__('asyncio').sleep(0)"),), 0, TYPE),
    Case(
        "a list that raises when it is read",
        (returning("type('L', (list,), {'__iter__': lambda self: 1 / 0})()"),),
        0,
        ProblemCode.MALFORMED_REPLY,
    ),
)
