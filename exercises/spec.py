"""What an exercise folder says of itself in `exercise.toml`."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field

Slug = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
MIB = 1024 * 1024


class Strict(BaseModel):
    """Base of the manifest's models: immutable, and unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Form(StrEnum):
    """What a student hands in."""

    ANSWERS = "answers"
    NOTEBOOK = "notebook"
    FILE = "file"


class Kind(StrEnum):
    """How an exercise is graded, and what is handed in for it.

    The grader of a kind is in the folder of its name in `graders/kinds`.
    """

    form: Form

    ANSWER = "answer", Form.ANSWERS
    CODE = "code", Form.NOTEBOOK
    TRAINING = "training", Form.NOTEBOOK
    PREDICTIONS = "predictions", Form.FILE
    SWEEP = "sweep", Form.NOTEBOOK

    def __new__(cls, value: str, form: Form) -> Self:
        """Return the kind's name, which knows its form."""
        kind = str.__new__(cls, value)
        kind._value_ = value
        kind.form = form
        return kind

    @property
    def needs_notebook(self) -> bool:
        """Whether a student hands in a notebook."""
        return self.form is Form.NOTEBOOK

    @property
    def adds_points(self) -> bool:
        """Whether points, and mistakes to name, come on top of those of the tests."""
        return self is Kind.SWEEP

    @property
    def has_starter(self) -> bool:
        """Whether there is a notebook to start from."""
        return self.form is not Form.ANSWERS


class Title(Strict):
    """A name in both languages of the portal."""

    fr: Annotated[str, Field(min_length=1, max_length=120)]
    en: Annotated[str, Field(min_length=1, max_length=120)]


class LimitsTable(Strict):
    """What one grading may use. Defaults suit a function exercise."""

    wall_seconds: Annotated[float, Field(gt=0, le=3600)] = 30
    cpu_seconds: Annotated[float, Field(gt=0, le=7200)] = 60
    test_seconds: Annotated[float, Field(gt=0, le=600)] = 10
    memory_mib: Annotated[int, Field(ge=128, le=65536)] = 1024
    disk_mib: Annotated[int, Field(ge=1, le=4096)] = 64
    processes: Annotated[int, Field(ge=16, le=1024)] = 64
    output_kib: Annotated[int, Field(ge=16, le=16384)] = 1024
    threads: Annotated[int, Field(ge=1, le=64)] = 1
    notebook_kib: Annotated[int, Field(ge=16, le=51200)] = 5120
    source_kib: Annotated[int, Field(ge=4, le=2048)] = 256


class DataTable(Strict):
    """A data set whose public share the student gets and whose hidden share scores.

    `more` names further public files that the set has. Judges read those of weights, too.
    """

    set: Literal["mnist", "signs", "new-signs", "aerial"]
    public: Annotated[str, Field(pattern=r"^[a-z0-9_]+\.npz$")]
    hidden: Annotated[str, Field(pattern=r"^[a-z0-9_]+\.npz$")]
    more: tuple[Annotated[str, Field(pattern=r"^[a-z0-9_]+\.(zip|csv|safetensors)$")], ...] = ()


class Function(Strict):
    """A name that the notebook must define, with the parameters a test may pass by name."""

    name: Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")]
    parameters: tuple[str, ...] | None = None


class Manifest(Strict):
    """The whole of `exercise.toml`."""

    id: Slug
    kind: Kind
    chapter: Slug
    position: Annotated[int, Field(ge=1, le=999)]
    title: Title
    summary: Title | None = None
    points: Annotated[float, Field(gt=0, le=1000)]
    max_attempts: Annotated[int, Field(ge=1, le=10_000)] | None = None
    # Packages besides the standard library; none named, any goes.
    allowed_imports: tuple[str, ...] = ()
    gpu: bool = False
    functions: tuple[Function, ...] = ()
    limits: LimitsTable = LimitsTable()
    data: DataTable | None = None
    # What the exercise's kind, and no other, asks for.
    grading: Mapping[str, Any] = {}


class Chapter(Strict):
    """A chapter of a course."""

    id: Slug
    title: Title


class CourseManifest(Strict):
    """The whole of `course.toml`. The order of `chapters` is the course's."""

    id: Slug
    title: Title
    chapters: Annotated[tuple[Chapter, ...], Field(min_length=1)]
