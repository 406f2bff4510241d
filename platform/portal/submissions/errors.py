"""What can go wrong when work is handed in.

SubmissionError
├── AssignmentNotOpen     the exercise opens later, at `opens_at`
├── AssignmentClosed      the deadline was `due_at`
├── AttemptLimitReached   all of the `limit` attempts are used
├── DailyLimitReached     the `limit` attempts of a day are used; the next at `again_at`
├── TooManyWaiting        `limit` attempts of this student wait already; retryable
├── TooFast               more than `limit` pieces of work within a minute; retryable
├── TooLateToStop         the tests of an attempt have begun, or it has ended
├── GpuBudgetSpent        `used` of today's `allowed` seconds on a GPU are used; retryable
├── WrongKind             a notebook for a typed exercise, or typed answers for another
├── BadReceipt            not a receipt of this portal
├── PlanUnfinished        attempts of a plan are still graded; retryable
├── PlanDropped           a plan was given up, or replaced by a newer one
└── TooManySolutions      an exercise has more than `limit` solutions to check
"""

from __future__ import annotations

from datetime import datetime

from portal.common.errors import PortalError


class SubmissionError(PortalError):
    """Base: work was not accepted. Nothing was stored as an attempt."""


class AssignmentNotOpen(SubmissionError):
    """The exercise opens later."""

    def __init__(self, opens_at: datetime) -> None:
        super().__init__(f"opens at {opens_at.isoformat()}")
        self.opens_at = opens_at


class AssignmentClosed(SubmissionError):
    """The deadline has passed."""

    def __init__(self, due_at: datetime) -> None:
        super().__init__(f"was due at {due_at.isoformat()}")
        self.due_at = due_at


class AttemptLimitReached(SubmissionError):
    """Every attempt is used."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"all of {limit} attempts are used")
        self.limit = limit


class DailyLimitReached(SubmissionError):
    """Every attempt of the last 24 hours is used."""

    def __init__(self, limit: int, again_at: datetime) -> None:
        super().__init__(f"all of {limit} attempts of a day are used until {again_at.isoformat()}")
        self.limit = limit
        self.again_at = again_at


class TooManyWaiting(SubmissionError):
    """This student's earlier attempts must be graded first."""

    retryable = True

    def __init__(self, limit: int) -> None:
        super().__init__(f"{limit} attempts wait already")
        self.limit = limit


class TooFast(SubmissionError):
    """This student sends work faster than anybody works."""

    retryable = True

    def __init__(self, limit: int) -> None:
        super().__init__(f"more than {limit} within a minute")
        self.limit = limit


class TooLateToStop(SubmissionError):
    """The tests of the attempt have begun, or it has ended."""


class GpuBudgetSpent(SubmissionError):
    """The student's notebooks have held a GPU today for as long as they may. Times in seconds."""

    retryable = True

    def __init__(self, *, allowed: float, used: float) -> None:
        super().__init__(f"{used:.0f} of {allowed:.0f} GPU seconds are used today")
        self.allowed = allowed
        self.used = used


class WrongKind(SubmissionError):
    """A notebook for an exercise whose answer is typed, or the other way round."""


class BadReceipt(SubmissionError):
    """Not a receipt of this portal, or altered."""


class PlanUnfinished(SubmissionError):
    """What a plan comes to is not known yet for all of its attempts."""

    retryable = True


class PlanDropped(SubmissionError):
    """A plan was given up, or another took its place."""


class TooManySolutions(SubmissionError):
    """An exercise has more solutions than one check grades."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"more than {limit} solutions")
        self.limit = limit
