"""The grader of typed answers, which are handed in as a JSON object of rows of texts by field."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path
from typing import cast

from pydantic import TypeAdapter, ValidationError

from exercises.exercise import Exercise, Solver
from exercises.question import Grid
from graders.answer import Answers, grade_answers
from graders.errors import IntakeError
from graders.grader import FIRST_SEED, InstantGrader, Mutant, Role, Solution
from graders.kinds.answer.mutants import wrong_grids
from graders.report import Fault, Problem, ProblemCode, Report
from sandbox.room import Sandbox

REFERENCE = "reference"
TYPED: TypeAdapter[dict[str, list[list[str]]]] = TypeAdapter(dict[str, list[list[str]]])


class AnswerGrader(InstantGrader):
    """Compares typed answers with the student's own variant."""

    variants = 50
    empty = ("blank answers",)

    def grade(self, *, exercise: Exercise, work: bytes, seed: int) -> Report:
        """Return the report on the answers. Raises IntakeError where they are not of the form."""
        try:
            answers = TYPED.validate_json(work)
        except ValidationError as exc:
            problem = Problem(code=ProblemCode.NOT_JSON, fault=Fault.STUDENT)
            raise IntakeError(problem) from exc
        return grade_answers(exercise=exercise, seed=seed, answers=answers)

    async def solutions(
        self,
        *,
        exercise: Exercise,
        sandbox: Sandbox | None,  # noqa: ARG002
        data_dir: Path,  # noqa: ARG002
        variants: int,
    ) -> AsyncIterator[Solution]:
        """Yield what the reference, nobody, and each wrong solver answers to many variants."""
        seeds = range(FIRST_SEED, FIRST_SEED + variants)
        # Of questions that were drawn beforehand, only some may have been solved.
        solved = exercise.drawn.answers if exercise.drawn else {REFERENCE, *exercise.mistakes}
        if REFERENCE in solved:
            yield Solution(REFERENCE, Role.REFERENCE, _solved(exercise, REFERENCE, seeds))
        yield Solution("blank answers", Role.EMPTY, dict.fromkeys(seeds, write_answers({})))
        for slug, mistake in exercise.mistakes.items():
            if slug in solved:
                yield Solution(slug, Role.WRONG, _solved(exercise, slug, seeds), mistake)

    def mutants(self, exercise: Exercise, reference: Solution) -> Iterator[Mutant]:
        """Yield the reference's answers to one variant, each field of them spoiled in turn."""
        seed, work = next(iter(reference.works.items()))
        right = TYPED.validate_json(work)
        for field in exercise.question(seed).fields:
            for number, grid in enumerate(wrong_grids(field.expected), start=1):
                spoiled = right | _typed({field.name: grid})
                yield Mutant(
                    name=f"{field.name} {number}",
                    within=field.name,
                    before=_line(right[field.name]),
                    after=_line(spoiled[field.name]),
                    works={seed: write_answers(spoiled)},
                )


def _solved(exercise: Exercise, name: str, seeds: range) -> Mapping[int, bytes]:
    """Return what a solver answers to the variant of each seed."""
    if exercise.drawn is not None:
        answers = exercise.drawn.answers[name]
        return {seed: write_answers(_typed(answers[seed % len(answers)])) for seed in seeds}
    solve = exercise.reference_solver if name == REFERENCE else _wrong_solver(exercise, name)
    return {seed: write_answers(_typed(solve(exercise.question(seed).given))) for seed in seeds}


def _wrong_solver(exercise: Exercise, slug: str) -> Solver:
    [work] = [wrong.work for wrong in exercise.wrong if wrong.slug == slug]
    return cast("Solver", work)


def write_answers(answers: Answers) -> bytes:
    """Return typed answers as they are handed in: equal answers give equal bytes."""
    return json.dumps(answers, ensure_ascii=False, sort_keys=True).encode()


def _typed(answers: Mapping[str, Grid]) -> dict[str, list[list[str]]]:
    return {name: [[str(cell) for cell in row] for row in grid] for name, grid in answers.items()}


def _line(rows: list[list[str]]) -> str:
    return "; ".join(" ".join(row) for row in rows)


GRADER = AnswerGrader()
