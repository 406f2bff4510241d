"""An exercise: its manifest, texts, notebooks, tests, wrong solutions and questions."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import isclose
from pathlib import Path
from types import ModuleType
from typing import TypeAlias, cast

from exercises.data.sets import name_of, shares_of
from exercises.errors import MalformedExercise
from exercises.notebook import reference_notebook, starter_notebook
from exercises.question import Drawn, Grid, Question
from exercises.spec import Form, Manifest

Solver: TypeAlias = Callable[[Mapping[str, object]], Mapping[str, Grid]]
Spoiler: TypeAlias = Callable[[str], str]

MISTAKE_LINE = "# mistake: "
WEIGHTS = ".safetensors"
# What a wrong solution that is no notebook defines.
WRONG_FUNCTION = {Form.ANSWERS: "solve", Form.FILE: "spoil"}


@dataclass(frozen=True, slots=True)
class WrongSolution:
    """A solution that makes one known mistake.

    Its work is a notebook, a function that answers a question, or one that spoils a right file.
    """

    slug: str
    mistake: str
    work: bytes | Solver | Spoiler


@dataclass(frozen=True, slots=True)
class Exercise:
    """One version of an exercise, named by the digest of its folder. `files` is that folder.

    `drawn` is what its questions were drawn to be beforehand, where this process must not run the
    code of the folder.
    """

    path: Path
    manifest: Manifest
    digest: str
    files: Mapping[str, bytes]
    drawn: Drawn | None = None

    def statement(self, language: str) -> str:
        """Return the statement as Markdown with LaTeX math, in English when not known."""
        return self._text(f"statement.{_known(language)}.md")

    def starter(self, language: str) -> bytes:
        """Return the student's starter notebook."""
        return starter_notebook(self._text("notebook.py"), language=_known(language))

    def reference(self, language: str = "en") -> bytes:
        """Return the reference solution as a notebook."""
        return reference_notebook(self._text("notebook.py"), language=_known(language))

    @property
    def tests(self) -> Mapping[str, str]:
        """The test modules by file name."""
        return {
            name.removeprefix("tests/"): content.decode()
            for name, content in self.files.items()
            if name.startswith("tests/")
        }

    @property
    def wrong(self) -> tuple[WrongSolution, ...]:
        """The solutions that each make a known mistake. Functions among them are loaded."""
        return tuple(map(self._wrong, self._wrong_names))

    @property
    def mistakes(self) -> Mapping[str, str]:
        """The mistake that each wrong solution makes, by its slug. None of their code runs."""
        return {Path(name).stem: self._mistake(name) for name in self._wrong_names}

    @property
    def reference_solver(self) -> Solver:
        """The function that answers a question of this answer exercise from its `given`."""
        return cast("Solver", self._function("reference.py", "solve"))

    def question(self, seed: int) -> Question:
        """Return the variant that `seed` draws. Raises MalformedExercise for an unsound one."""
        if self.drawn is not None:
            return self.drawn.questions[seed % len(self.drawn.questions)]
        draw = cast("Callable[[random.Random], Question]", self._function("variant.py", "draw"))
        question = draw(random.Random(seed))  # noqa: S311 - a variant, not a secret
        self.check_question(question)
        return question

    @property
    def public_names(self) -> tuple[str, ...]:
        """The names of the data files that `public_files` gives, prepared or not."""
        data = self.manifest.data
        return (data.public, *data.more) if data else ()

    def public_files(self, data_dir: Path) -> Mapping[str, Path]:
        """Return the data files that the student's room shows, by their name in `data/`."""
        data = self.manifest.data
        if data is None:
            return {}
        shares = shares_of(data.set, data_dir)
        return {data.public: shares.public} | {name: shares.further(name) for name in data.more}

    def hidden_files(self, data_dir: Path) -> Mapping[str, Path]:
        """Return the data files that the judge reads, by name; no student sees the first."""
        data = self.manifest.data
        if data is None:
            return {}
        shares = shares_of(data.set, data_dir)
        weights = (name for name in data.more if name.endswith(WEIGHTS))
        return {data.hidden: shares.hidden} | {name: shares.further(name) for name in weights}

    def data_name(self, data_dir: Path) -> str | None:
        """Return the name of the set that a score is earned on, such as `mnist-5k`."""
        data = self.manifest.data
        return name_of(data.set, data_dir) if data else None

    def _text(self, name: str) -> str:
        return self.files[name].decode()

    def _function(self, name: str, function: str) -> object:
        return getattr(_module(str(self.path / name), self._text(name)), function)

    @property
    def _wrong_names(self) -> list[str]:
        return sorted(name for name in self.files if name.startswith("wrong/"))

    def _mistake(self, name: str) -> str:
        return self._text(name).partition("\n")[0].removeprefix(MISTAKE_LINE).strip()

    def _wrong(self, name: str) -> WrongSolution:
        script, mistake, slug = self._text(name), self._mistake(name), Path(name).stem
        function = WRONG_FUNCTION.get(self.manifest.kind.form)
        if function is None:
            return WrongSolution(slug, mistake, reference_notebook(script, language="en"))
        return WrongSolution(
            slug, mistake, cast("Solver | Spoiler", self._function(name, function))
        )

    def check_question(self, question: Question) -> None:
        """Raise MalformedExercise for a variant that is not sound."""
        path = self.path / "variant.py"
        points = sum(field.points for field in question.fields)
        if not isclose(points, self.manifest.points):
            raise MalformedExercise(
                path, 1, f"fields worth {self.manifest.points:g}, not {points:g}"
            )
        shapes = {field.name: field.shape for field in question.fields}
        for misconception in question.misconceptions:
            for name, grid in misconception.answers.items():
                if shapes.get(name) != (len(grid), len(grid[0])):
                    place = f"{misconception.slug!r} to answer field {name!r} in its shape"
                    raise MalformedExercise(path, 1, place)
        if not question.is_distinguishing:
            raise MalformedExercise(path, 1, "misconceptions that lead to answers of their own")


def _known(language: str) -> str:
    return "fr" if language.startswith("fr") else "en"


@lru_cache(maxsize=256)
def _module(path: str, source: str) -> ModuleType:
    """Return the author's module. Authors are trusted as much as the project's own code."""
    module = ModuleType(Path(path).stem)
    module.__file__ = path
    exec(compile(source, path, "exec"), module.__dict__)  # noqa: S102
    return module
