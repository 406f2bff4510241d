"""What a problem means and what to do about it, in the reader's language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from graders.report import Lack, Problem, ProblemCode
from portal.common.errors import BlobNotKept
from portal.common.moments import moment
from portal.submissions.errors import (
    AssignmentClosed,
    AssignmentNotOpen,
    AttemptLimitReached,
    DailyLimitReached,
    GpuBudgetSpent,
    SubmissionError,
    TooFast,
    TooLateToStop,
    TooManyWaiting,
)

Code = ProblemCode
TIMES = frozenset({Code.WALL_TIME, Code.CPU_TIME})
MINUTE = 60
HOUR = 60 * MINUTE
KIBIBYTE = 1024
MEBIBYTE = 1024 * KIBIBYTE
SIZES = frozenset(
    {
        Code.TOO_LARGE,
        Code.TABLE_TOO_LARGE,
        Code.MEMORY,
        Code.DISK,
        Code.OUTPUT,
        Code.ANSWER_TOO_LARGE,
        Code.GPU_MEMORY,
    }
)


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why it happened, and what to do next."""

    cause: str
    next_step: str


class _Sentences(NamedTuple):
    cause: Promise
    next_step: Promise


_SENTENCES: dict[ProblemCode, _Sentences] = {
    Code.NOT_JSON: _Sentences(
        gettext_lazy("This file can't be read as a notebook: it is not JSON."),
        gettext_lazy("In Jupyter, choose File, then Download, and hand in that .ipynb file."),
    ),
    Code.NOT_A_NOTEBOOK: _Sentences(
        gettext_lazy("This file is JSON, but it is not a Jupyter notebook."),
        gettext_lazy("In Jupyter, choose File, then Download, and hand in that .ipynb file."),
    ),
    Code.UNSUPPORTED_FORMAT: _Sentences(
        gettext_lazy("This notebook is in a version of the format that is not graded here."),
        gettext_lazy("Open it in a current Jupyter, save it (format 4), and hand it in again."),
    ),
    Code.TOO_LARGE: _Sentences(
        gettext_lazy("This file is larger than the exercise allows."),
        gettext_lazy("Clear the outputs (Edit, Clear All Outputs), save, and hand it in again."),
    ),
    Code.NO_CODE: _Sentences(
        gettext_lazy("This notebook has no code cell to run."),
        gettext_lazy(
            "Start from the starter notebook, fill in its code cells and save before handing in."
        ),
    ),
    Code.PARAMETERS_CELL: _Sentences(
        gettext_lazy("This notebook needs exactly one cell with the tag “parameters”."),
        gettext_lazy(
            "Start from the starter notebook, which has it; in Jupyter, the tags of a cell are "
            "among its properties."
        ),
    ),
    Code.PARAMETER_NOT_PLAIN: _Sentences(
        gettext_lazy("The cell of the parameters does not give %(name)s one plain value."),
        gettext_lazy(
            "Write it once, on a line of its own, with a number, a text, True or False: "
            "no formula and no function."
        ),
    ),
    Code.CELL_RAISED: _Sentences(
        gettext_lazy("A cell stopped with %(exception)s."),
        gettext_lazy(
            "Restart the kernel, run all cells from the top, and mend the cell that stops."
        ),
    ),
    Code.ASKED_FOR_INPUT: _Sentences(
        gettext_lazy(
            "The notebook waits for something to be typed: nobody is there while it is graded."
        ),
        gettext_lazy("Replace input() by a value written in the code."),
    ),
    Code.KERNEL_EXITED: _Sentences(
        gettext_lazy("The notebook ended Python itself, by exit() or quit() or in a similar way."),
        gettext_lazy("Remove that call: a cell that has nothing more to do simply ends."),
    ),
    Code.KERNEL_KILLED: _Sentences(
        gettext_lazy("Python was killed while the notebook ran."),
        gettext_lazy(
            "Look for code that stops processes, or that crashes a library; then try again."
        ),
    ),
    Code.WALL_TIME: _Sentences(
        gettext_lazy("The time allowed is over."),
        gettext_lazy(
            "Look for a loop that never ends, or do less work: fewer steps, arrays for loops."
        ),
    ),
    Code.CPU_TIME: _Sentences(
        gettext_lazy("The computing time allowed is used up."),
        gettext_lazy(
            "Do less work: fewer steps, smaller arrays, array operations in place of loops."
        ),
    ),
    Code.MEMORY: _Sentences(
        gettext_lazy("The notebook needed more memory than is allowed."),
        gettext_lazy("Make smaller arrays, work in batches, and delete what you no longer need."),
    ),
    Code.PROCESSES: _Sentences(
        gettext_lazy("The notebook started more processes or threads than is allowed."),
        gettext_lazy("Do the work in one process: set the number of workers to 0."),
    ),
    Code.DISK: _Sentences(
        gettext_lazy("The notebook wrote more to disk than is allowed."),
        gettext_lazy("Keep results in memory, or write smaller files."),
    ),
    Code.OUTPUT: _Sentences(
        gettext_lazy("The notebook printed more than is allowed."),
        gettext_lazy("Print less: a summary in place of every step."),
    ),
    Code.GPU_MEMORY: _Sentences(
        gettext_lazy("The notebook needed more GPU memory than is allowed."),
        gettext_lazy(
            "Train on smaller batches, and keep on the GPU only what you compute with: "
            "evaluate under torch.no_grad(), and store losses with item()."
        ),
    ),
    Code.MISSING_NAME: _Sentences(
        gettext_lazy("The notebook does not define %(name)s."),
        gettext_lazy("Define it under exactly this name, in a cell that runs without error."),
    ),
    Code.WRONG_SIGNATURE: _Sentences(
        gettext_lazy("%(name)s does not take the parameters that the exercise asks for."),
        gettext_lazy("Take the first line of the function from the starter notebook again."),
    ),
    Code.FUNCTION_RAISED: _Sentences(
        gettext_lazy("%(name)s stopped with %(exception)s."),
        gettext_lazy(
            "Call it yourself with small inputs of several shapes, and mend the line that stops."
        ),
    ),
    Code.WRONG_TYPE: _Sentences(
        gettext_lazy("%(name)s returned something of another type than the exercise asks for."),
        gettext_lazy("Print type(...) of what you return and compare it with the statement."),
    ),
    Code.WRONG_SHAPE: _Sentences(
        gettext_lazy("%(name)s has another shape than the exercise asks for."),
        gettext_lazy("Work out the expected shape by hand on a small case and compare."),
    ),
    Code.NOT_FINITE: _Sentences(
        gettext_lazy("%(name)s holds values that are not finite (NaN or infinity)."),
        gettext_lazy(
            "Look for a division by zero, a logarithm of zero or an exponential that overflows."
        ),
    ),
    Code.ANSWER_TOO_LARGE: _Sentences(
        gettext_lazy("%(name)s returned far more data than the exercise asks for."),
        gettext_lazy("Return only the result itself."),
    ),
    Code.MALFORMED_REPLY: _Sentences(
        gettext_lazy("What the notebook sent back could not be read."),
        gettext_lazy(
            "Return plain arrays and numbers, and leave Python's own functions as they are."
        ),
    ),
    Code.MISSING_FILE: _Sentences(
        gettext_lazy("The notebook leaves no file named %(name)s."),
        gettext_lazy(
            "Write it in a cell, under exactly this name, into the notebook's own folder."
        ),
    ),
    Code.NOT_A_MODEL: _Sentences(
        gettext_lazy("The file %(name)s can't be read as a model in ONNX's format."),
        gettext_lazy(
            "Write it with the line that the statement gives, once the model is trained: the "
            "network and its weights in one file."
        ),
    ),
    Code.FORBIDDEN_OPERATOR: _Sentences(
        gettext_lazy("The model holds %(name)s, which is not run here."),
        gettext_lazy(
            "Build it from the usual layers: convolution, pooling, normalisation, dense layer, "
            "activation."
        ),
    ),
    Code.MODEL_TOO_LARGE: _Sentences(
        gettext_lazy("The model in %(name)s is larger than a model may be here."),
        gettext_lazy("Use fewer layers, fewer kernels, or smaller images between them."),
    ),
    Code.TABLE_TOO_LARGE: _Sentences(
        gettext_lazy("This file is far larger than its predictions can be."),
        gettext_lazy("Hand in one line for each id that is asked for, and nothing else."),
    ),
    Code.WRONG_VALUE: _Sentences(
        gettext_lazy("The result is not the expected one."),
        gettext_lazy(
            "Work through a small case by hand, step by step, and compare with your result."
        ),
    ),
    Code.NOT_A_NUMBER: _Sentences(
        gettext_lazy("Some cells hold something that is not a number."),
        gettext_lazy("Type numbers such as -3, 0.5 or 3/4."),
    ),
    Code.FORBIDDEN_IMPORT: _Sentences(
        gettext_lazy("The notebook counts on what this exercise does not have: %(name)s."),
        gettext_lazy(
            "Remove that import: use Python's own library and what the starter notebook imports."
        ),
    ),
    Code.BROKEN_TEST: _Sentences(
        gettext_lazy("One of our own tests is broken. This is our fault, not yours."),
        gettext_lazy("Nothing to do on your side: this does not count as an attempt."),
    ),
    Code.MACHINE_BUSY: _Sentences(
        gettext_lazy(
            "Our grading machine had too much to do, and your notebook not enough time. This is "
            "our fault, not yours."
        ),
        gettext_lazy("Nothing to do on your side: this does not count as an attempt."),
    ),
    Code.SANDBOX_FAILED: _Sentences(
        gettext_lazy("Our grading machine failed. This is our fault, not yours."),
        gettext_lazy("Nothing to do on your side: this does not count as an attempt."),
    ),
}


_MEND_EACH = gettext_lazy("Mend each of these as it says there, then hand the notebook in again.")


def explain(problem: Problem) -> Explanation:
    """Return the cause of `problem` and the next step, in the active language."""
    sentences = _SENTENCES[problem.code]
    facts = {
        "name": problem.name or _("The answer"),
        "exception": problem.exception or _("an error"),
    }
    next_step = _MEND_EACH if problem.lacks else sentences.next_step
    return Explanation(str(sentences.cause) % facts, str(next_step))


def place(problem: Problem | Lack) -> str:
    """Return where in the student's notebook `problem` is, empty where that is not known."""
    facts = {"cell": problem.cell, "line": problem.line}
    if problem.cell is None:
        return ""
    if problem.line is None:
        return _("Cell %(cell)s") % facts
    return _("Cell %(cell)s, line %(line)s") % facts


def limit(problem: Problem) -> str:
    """Return what was allowed and what was used, empty where `problem` is no limit."""
    if problem.allowed is None:
        return ""
    facts = {"allowed": quantity(problem.code, problem.allowed)}
    if problem.used is None:
        return _("Allowed: %(allowed)s.") % facts
    facts["used"] = quantity(problem.code, problem.used)
    return _("Allowed: %(allowed)s; used: %(used)s.") % facts


def refusal(error: SubmissionError | BlobNotKept) -> str:
    """Return why work was not accepted and what to do, in the active language."""
    match error:
        case AssignmentNotOpen():
            said = _("This exercise opens on %(date)s.") % {"date": moment(error.opens_at)}
        case AssignmentClosed():
            said = _("The deadline was %(date)s.") % {"date": moment(error.due_at)}
        case AttemptLimitReached():
            said = _("All of your %(limit)s attempts are used.") % {"limit": error.limit}
        case DailyLimitReached():
            said = _("Your %(limit)s attempts of the day are used. The next one: %(date)s.") % {
                "limit": error.limit,
                "date": moment(error.again_at),
            }
        case TooManyWaiting():
            said = _(
                "%(limit)s of your attempts are still waiting. Hand in again once one is graded."
            ) % {"limit": error.limit}
        case TooFast():
            said = _(
                "That was more than %(limit)s in a minute. Wait a moment, then send it again."
            ) % {"limit": error.limit}
        case TooLateToStop():
            said = _("Its tests have begun: it can't be stopped any more, and its result counts.")
        case BlobNotKept():
            said = _("We could not keep your work: nothing was handed in. Try again in a while.")
        case GpuBudgetSpent():
            said = _(
                "Your GPU time of today is used up (%(used)s of %(allowed)s). Hand in again "
                "tomorrow: this did not count as an attempt."
            ) % {"used": seconds(error.used), "allowed": seconds(error.allowed)}
        case _:
            said = _("This exercise is not answered in this way.")
    return said


def quantity(code: ProblemCode, amount: float) -> str:
    """Return `amount` with the unit that problems of this kind are measured in."""
    if code in TIMES:
        return seconds(amount)
    if code not in SIZES:
        return _short(amount)
    return size(amount)


def seconds(amount: float) -> str:
    """Return a time with its unit."""
    return _("%(number)s s") % {"number": _short(amount)}


def duration(amount: float) -> str:
    """Return about how long so many seconds are, as precisely as anybody waits."""
    if amount < MINUTE - 5:
        count = max(5, 5 * round(amount / 5))
        return ngettext("about %(count)s second", "about %(count)s seconds", count) % {
            "count": count
        }
    if amount < HOUR:
        count = max(1, round(amount / MINUTE))
        return ngettext("about %(count)s minute", "about %(count)s minutes", count) % {
            "count": count
        }
    count = round(amount / HOUR)
    return ngettext("about %(count)s hour", "about %(count)s hours", count) % {"count": count}


def size(amount: float) -> str:
    """Return a number of bytes with its unit."""
    if amount < MEBIBYTE:
        return _("%(number)s KiB") % {"number": _short(amount / KIBIBYTE)}
    return _("%(number)s MiB") % {"number": _short(amount / MEBIBYTE)}


def _short(amount: float) -> str:
    return number_format(round(amount, 1), 0 if float(amount).is_integer() else 1)
