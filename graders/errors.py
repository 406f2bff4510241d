"""What can go wrong in a grading.

GraderError
├── IntakeError           the bytes handed in can't be graded; the student's
├── JudgeFailed           the judge died, was silent or talked nonsense; ours, try again
├── TestsMalformed        an exercise's tests don't say what they are worth; ours
├── TranscriptError       what was kept of an earlier run is not a transcript; ours
├── NotRecorded           the tests ask what an earlier run was not asked; run it again
└── StudentError          a test can't go on, because of what the student's code did
    ├── MissingName       a name that the exercise asks for is not defined
    ├── MissingFile       a file that the exercise asks for is not there
    ├── WrongSignature    a function can't take the arguments of the exercise
    ├── StudentRaised     a function raised
    ├── WrongType         an answer is not plain data, or not of the type asked for
    ├── WrongShape        an array has another shape
    ├── NotFinite         an answer holds NaN or an infinity
    ├── WrongValue        an answer is wrong
    ├── AnswerTooLarge    an answer is too large or too deep to be brought back
    ├── CallTimeout       a function took longer than a test may
    ├── UnfitModel        a file is no model, or one that is not run here
    ├── RoomEnded         the student's room is gone
    └── MalformedReply    what came back is not a reply
"""

from __future__ import annotations

from graders.report import Problem


class GraderError(Exception):
    """Base of what graders raise. `retryable` says whether trying again may help."""

    retryable = False


class IntakeError(GraderError):
    """The bytes handed in can't be graded, for the reason in `problem`."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message or problem.code)
        self.problem = problem


class JudgeFailed(GraderError):
    """The judge room broke. Says nothing about the student's work."""

    retryable = True


class TestsMalformed(GraderError):
    """A test lacks its points or title, or says them in a way that can't be understood."""

    __test__ = False


class TranscriptError(GraderError):
    """What was kept of an earlier run is not a transcript."""


class NotRecorded(GraderError):
    """The tests ask what was not asked when the notebook ran: it must be run again."""


class StudentError(GraderError):
    """A test can't go on because of what the student's code did; `problem` says what."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message or problem.code)
        self.problem = problem


class MissingName(StudentError):
    """A name that the exercise asks for is not defined."""


class MissingFile(StudentError):
    """A file that the exercise asks for is not in the notebook's folder."""


class WrongSignature(StudentError):
    """A function can't take the arguments of the exercise."""


class StudentRaised(StudentError):
    """A function raised."""


class WrongType(StudentError):
    """An answer is not plain data, or not of the type asked for."""


class WrongShape(StudentError):
    """An array has another shape than the one asked for."""


class NotFinite(StudentError):
    """An answer holds NaN or an infinity where numbers are asked for."""


class WrongValue(StudentError):
    """An answer is of the right kind, and wrong."""


class AnswerTooLarge(StudentError):
    """An answer is too large or too deep to be brought back."""


class CallTimeout(StudentError):
    """A function took longer than one test may take. `reply` is what it said when interrupted."""

    def __init__(self, problem: Problem, *, reply: str | None = None) -> None:
        super().__init__(problem)
        self.reply = reply


class UnfitModel(StudentError):
    """A file is not a model, or is one that is not run here."""


class RoomEnded(StudentError):
    """The student's room is gone; no further call can be answered."""


class MalformedReply(StudentError):
    """What came back from the student's room is not a reply."""
