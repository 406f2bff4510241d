"""`student`: what a test calls to reach the names that the notebook defines."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Protocol, TypeAlias

import numpy as np
from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from graders import wire
from graders.errors import (
    AnswerTooLarge,
    CallTimeout,
    MalformedReply,
    MissingFile,
    MissingName,
    StudentError,
    StudentRaised,
    WrongSignature,
    WrongType,
)
from graders.protocol import RequiredFunction
from graders.report import Fault, Problem, ProblemCode, Seen
from graders.tracebacks import Frame, describe_frames, innermost_place, problem_of_exception

Short = Annotated[Seen, Field(max_length=500)]
Long = Annotated[Seen, Field(max_length=4000)]


class Caller(Protocol):
    """What carries a request to the student's kernel."""

    @property
    def cells(self) -> Mapping[int, int]:
        """The number of the code cell for each of the kernel's execution counts."""

    @property
    def lost(self) -> Problem | None:
        """The reason why nothing more can be asked, once there is one."""

    @property
    def printed(self) -> str:
        """What the student's code printed during the test, where that was listened to."""

    def begin_test(self, *, listen: bool = False) -> None:
        """Start the clock of one test, and keep what is printed if `listen`."""

    def ask(self, request: str) -> str:
        """Return the text of the reply. Raises RoomEnded, CallTimeout or MalformedReply."""


class Ok(BaseModel):
    """The value that was asked for, and a call's arguments as it left them where asked for."""

    status: Literal["ok"]
    value: Any
    arguments: Any = None


class Missing(BaseModel):
    """No such name."""

    status: Literal["missing"]


class NoFile(BaseModel):
    """No such file."""

    status: Literal["no-file"]


class NotCallable(BaseModel):
    """The name is there and is not a function."""

    status: Literal["not-callable"]
    type: Short


class Unfit(BaseModel):
    """The function's parameters do not take these arguments."""

    status: Literal["signature"]
    message: Long
    signature: Long


class Raised(BaseModel):
    """The function raised."""

    status: Literal["raised"]
    exception: Short
    message: Long
    frames: Annotated[list[Frame], Field(max_length=20)]


class NotPlain(BaseModel):
    """The value is of a type that is not plain data."""

    status: Literal["type"]
    type: Short


class Large(BaseModel):
    """The value has too many bytes, items, levels or bits."""

    status: Literal["large"]
    unit: Literal["bytes", "items", "levels", "bits"]
    used: Annotated[int, Field(ge=0, lt=2**60)]
    allowed: Annotated[int, Field(ge=0, lt=2**60)]


Reply: TypeAlias = Ok | Missing | NoFile | NotCallable | Unfit | Raised | NotPlain | Large
_REPLY: TypeAdapter[Reply] = TypeAdapter(Annotated[Reply, Field(discriminator="status")])


@dataclass(frozen=True, slots=True)
class StudentFunction:
    """A function of the notebook's, which runs in the student's kernel."""

    student: Student
    name: str

    def __call__(self, *args: object, **kwargs: object) -> Any:  # noqa: ANN401
        """Return what the function returns. Raises StudentError."""
        return self.student.call(self.name, *args, **kwargs)

    def __repr__(self) -> str:
        return f"student.{self.name}"


class Student:
    """The names of the student's notebook; calling one calls it in the student's kernel.

    Values travel as plain data: what is not a number, a text, an array, or a list, tuple or dict
    of them, raises WrongType. `on_answer` is told of every reply.
    """

    def __init__(self, caller: Caller, *, on_answer: Callable[[], None] = lambda: None) -> None:
        self._caller = caller
        self._on_answer = on_answer

    def __repr__(self) -> str:
        return "student"

    def __getattr__(self, name: str) -> StudentFunction:
        """Return what calls the student's function `name`."""
        if name.startswith("_"):
            raise AttributeError(name)
        return StudentFunction(self, name)

    def call(self, name: str, /, *args: object, **kwargs: object) -> Any:  # noqa: ANN401
        """Return what the student's function returns for these arguments. Raises StudentError."""
        return self._value(name, self._call(name, args, kwargs))

    def watch(self, name: str, /, *args: object, **kwargs: object) -> tuple[Any, list[Any]]:
        """Return what the function returns, and its arguments as it leaves them, in their order.

        Raises StudentError.
        """
        reply = self._call(name, args, kwargs, watch=True)
        value = self._value(name, reply)
        left = self._value(name, Ok(status="ok", value=getattr(reply, "arguments", None)))
        if not isinstance(left, list) or len(left) != len(args) + len(kwargs):
            raise _malformed(name)
        return value, left

    def get(self, name: str) -> Any:  # noqa: ANN401
        """Return the value of the student's variable. Raises StudentError."""
        return self._value(name, self._ask({"op": "get", "name": name}))

    def tensors(self, name: str) -> dict[str, np.ndarray]:
        """Return the tensors of the student's model, or dict of tensors, by their names.

        They travel as one safetensors file: what was sent is numbers and names, never code.
        Raises StudentError.
        """
        reply = self._ask({"op": "tensors", "name": name})
        if not isinstance(reply, Ok):
            raise self._error(name, reply)
        try:
            return wire.decode_tensors(reply.value)
        except wire.WireError as exc:
            raise _malformed(name) from exc

    def file(self, name: str, *, at_most: int = wire.MAX_FILE) -> bytes:
        """Return the bytes of a file in the notebook's own folder. Raises StudentError.

        `name` has no folder in it; a link is not followed. What the bytes are is not known.
        """
        reply = self._ask({"op": "file", "name": name, "at_most": at_most})
        if isinstance(reply, NoFile):
            problem = Problem(code=ProblemCode.MISSING_FILE, fault=Fault.STUDENT, name=name)
            raise MissingFile(problem)
        if not isinstance(reply, Ok):
            raise self._error(name, reply)
        try:
            return wire.decode_bytes(reply.value, at_most=at_most)
        except wire.WireError as exc:
            raise _malformed(name) from exc

    def has(self, name: str) -> bool:
        """Return whether the notebook defines a function of that name."""
        [error] = self.check([RequiredFunction(name=name)])
        return error is None

    def check(self, functions: Sequence[RequiredFunction]) -> list[StudentError | None]:
        """Return for each function what is wrong with it, None where it can be called."""
        asked = [{"name": item.name, "parameters": item.parameters} for item in functions]
        reply = self._ask({"op": "check", "functions": asked})
        if not isinstance(reply, Ok) or not isinstance(reply.value, list):
            raise _malformed("")
        if len(reply.value) != len(functions):
            raise _malformed("")
        return [
            None if isinstance(answer, Ok) else self._error(function.name, answer)
            for function, answer in zip(functions, map(_check_answer, reply.value), strict=True)
        ]

    def _call(
        self, name: str, args: tuple[object, ...], kwargs: dict[str, object], *, watch: bool = False
    ) -> Reply:
        request = {
            "op": "call",
            "name": name,
            "args": [wire.encode(value) for value in args],
            "kwargs": {key: wire.encode(value) for key, value in kwargs.items()},
            "watch": watch,
        }
        try:
            return self._ask(request)
        except CallTimeout as exc:
            raise CallTimeout(self._located(name, exc)) from exc

    def _ask(self, request: dict[str, Any]) -> Reply:
        text = self._caller.ask(json.dumps(request))
        self._on_answer()
        return _read_reply(text, str(request.get("name", "")))

    def _located(self, name: str, timeout: CallTimeout) -> Problem:
        """Return the problem of a call that was interrupted, with the place where it was."""
        place = None
        if timeout.reply is not None:
            reply = _read_reply(timeout.reply, name)
            if isinstance(reply, Raised):
                place = innermost_place(reply.frames, self._caller.cells)
        found = {"name": name, "cell": place and place.cell, "line": place and place.line}
        return timeout.problem.model_copy(update=found)

    def _value(self, name: str, reply: Reply) -> wire.Value:
        if not isinstance(reply, Ok):
            raise self._error(name, reply)
        try:
            return wire.decode(reply.value)
        except (wire.WireError, RecursionError) as exc:
            raise _malformed(name) from exc

    def _error(self, name: str, reply: Reply) -> StudentError:
        student = {"fault": Fault.STUDENT, "name": name}
        match reply:
            case Missing():
                return MissingName(Problem(code=ProblemCode.MISSING_NAME, **student))
            case NotCallable():
                message = f"{name} is of type {reply.type}, not a function"
                return WrongType(Problem(code=ProblemCode.WRONG_TYPE, message=message, **student))
            case Unfit():
                message = f"{name}{reply.signature}: {reply.message}"
                return WrongSignature(
                    Problem(code=ProblemCode.WRONG_SIGNATURE, message=message, **student)
                )
            case Raised():
                return self._raised(name, reply)
            case NotPlain():
                message = f"{name} gave a value of type {reply.type}"
                return WrongType(Problem(code=ProblemCode.WRONG_TYPE, message=message, **student))
            case Large():
                message = f"{name} gave a value of {reply.used} {reply.unit}"
                return AnswerTooLarge(
                    Problem(
                        code=ProblemCode.ANSWER_TOO_LARGE,
                        message=message,
                        used=reply.used,
                        allowed=reply.allowed,
                        **student,
                    )
                )
        raise _malformed(name)

    def _raised(self, name: str, reply: Raised) -> StudentRaised:
        code, fault = problem_of_exception(
            reply.exception, reply.message, otherwise=ProblemCode.FUNCTION_RAISED
        )
        place = innermost_place(reply.frames, self._caller.cells)
        return StudentRaised(
            Problem(
                code=code,
                fault=fault,
                cell=place and place.cell,
                line=place and place.line,
                name=name,
                exception=reply.exception,
                message=reply.message,
                traceback=describe_frames(reply.frames, self._caller.cells),
            )
        )


def _read_reply(text: str, name: str) -> Reply:
    try:
        return _REPLY.validate_python(wire.parse(text))
    except (ValidationError, ValueError, RecursionError) as exc:
        raise _malformed(name) from exc


def _check_answer(data: object) -> Reply:
    try:
        return _REPLY.validate_python({"value": None, **data} if isinstance(data, dict) else data)
    except ValidationError as exc:
        raise _malformed("") from exc


def _malformed(name: str) -> MalformedReply:
    return MalformedReply(
        Problem(code=ProblemCode.MALFORMED_REPLY, fault=Fault.STUDENT, name=name or None)
    )
