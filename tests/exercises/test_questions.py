"""The questions that the answer exercises draw, whatever the seed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.lib.stride_tricks import sliding_window_view

from exercises.exercise import Exercise
from exercises.loader import load_course
from exercises.question import AnswerField, Bilingual, Grid, Misconception, Question

COURSE = Path(__file__).parents[2] / "exercises" / "cnn"
EXERCISES = {
    exercise.manifest.id: exercise
    for exercise in load_course(COURSE).exercises
    if not exercise.manifest.kind.has_starter
}
SEEDS = st.integers(0, 2**63 - 1)
each_exercise = pytest.mark.parametrize("exercise", EXERCISES.values(), ids=list(EXERCISES))


def grids(question: Question) -> dict[str, Grid]:
    return {field.name: field.expected for field in question.fields}


@each_exercise
@settings(deadline=None)
@given(seed=SEEDS)
def test_the_reference_finds_what_the_variant_expects(exercise: Exercise, seed: int) -> None:
    question = exercise.question(seed)
    assert exercise.reference_solver(question.given) == grids(question)


@each_exercise
@settings(deadline=None)
@given(seed=SEEDS)
def test_a_seed_always_draws_the_same_question(exercise: Exercise, seed: int) -> None:
    assert exercise.question(seed) == exercise.question(seed)


@each_exercise
@settings(deadline=None)
@given(seed=SEEDS)
def test_every_misconception_leads_to_an_answer_of_its_own(exercise: Exercise, seed: int) -> None:
    question = exercise.question(seed)
    for misconception in question.misconceptions:
        assert misconception.answers
        for field in question.fields:
            wrong = misconception.answers.get(field.name)
            if wrong is not None:
                assert wrong != field.expected
                assert question.misconception(field, wrong) is misconception


@each_exercise
@settings(deadline=None)
@given(seed=SEEDS)
def test_the_right_answer_shows_no_misconception(exercise: Exercise, seed: int) -> None:
    question = exercise.question(seed)
    found = [question.misconception(field, field.expected) for field in question.fields]
    assert found == [None] * len(question.fields)


@each_exercise
def test_fifty_seeds_draw_fifty_questions(exercise: Exercise) -> None:
    assert len({repr(exercise.question(seed).given) for seed in range(50)}) == 50


@each_exercise
def test_the_prompt_does_not_hold_the_solution(exercise: Exercise) -> None:
    question = exercise.question(7)
    for language in ("fr", "en"):
        prompt = question.prompt.in_language(language)
        assert question.solution.in_language(language) not in prompt
        assert prompt != question.prompt.in_language("en" if language == "fr" else "fr")


@settings(deadline=None)
@given(seed=SEEDS)
def test_convolution_by_hand_is_numpys_cross_correlation(seed: int) -> None:
    question = EXERCISES["convolution-by-hand"].question(seed)
    image, kernel = (np.array(question.given[name]) for name in ("image", "kernel"))
    full = np.einsum("ijab,ab->ij", sliding_window_view(image, kernel.shape), kernel)
    found = grids(question)
    assert full.tolist() == [list(row) for row in found["stride-1"]]
    assert full[::2, ::2].tolist() == [list(row) for row in found["stride-2"]]


@settings(deadline=None)
@given(seed=SEEDS)
def test_output_sizes_stay_positive_whatever_the_mistake(seed: int) -> None:
    question = EXERCISES["output-size"].question(seed)
    answers = [grids(question), *(one.answers for one in question.misconceptions)]
    assert min(cell for found in answers for grid in found.values() for cell in grid[0]) > 0


def test_the_statements_example_of_output_size_is_right() -> None:
    solve = EXERCISES["output-size"].reference_solver
    given = {name: {"side": side, "layers": [(2, 2, 1)]} for name, side in (("a", 4), ("b", 5))}
    assert solve(given) == {"a": ((3,),), "b": ((3,),)}


def test_the_statements_example_of_convolution_is_right() -> None:
    solve = EXERCISES["convolution-by-hand"].reference_solver
    image = ((1, 2, 0, 1), (0, 1, 3, 1), (2, 0, 1, 4), (1, 1, 0, 2))
    given = {"image": image, "kernel": ((1, 2), (0, -1)), "strides": {"one": 1, "two": 2}}
    assert solve(given) == {
        "one": ((4, -1, 1), (2, 6, 1), (1, 2, 7)),
        "two": ((4, 1), (1, 7)),
    }


NAME = Bilingual("nom", "name")
FIELD = AnswerField("f", NAME, ((1, 2, 3),), points=3)


def mistaken(slug: str, *cells: float) -> Misconception:
    return Misconception(slug, NAME, NAME, {"f": (cells,)})


def asked(*misconceptions: Misconception) -> Question:
    return Question({}, NAME, (FIELD,), NAME, misconceptions)


def test_a_misconception_is_seen_only_where_it_differs_from_the_truth() -> None:
    question = asked(mistaken("last-doubled", 1, 2, 6))
    for answer, slug in (
        ((1, 2, 6), "last-doubled"),
        ((9, None, 6), "last-doubled"),
        ((1, 2, 3), None),
        ((1, 2, None), None),
        ((1, 2, 5), None),
    ):
        found = question.misconception(FIELD, (answer,))
        assert (found.slug if found else None) == slug


def test_the_misconception_that_explains_most_is_named() -> None:
    question = asked(mistaken("one", 1, 2, 6), mistaken("all", 2, 4, 6))
    assert question.misconception(FIELD, ((2, 4, 6),)) is question.misconceptions[1]
    assert question.misconception(FIELD, ((1, 2, 6),)) is question.misconceptions[0]


def test_a_question_that_cannot_tell_its_misconceptions_apart_says_so() -> None:
    assert asked(mistaken("one", 1, 2, 6), mistaken("all", 2, 4, 6)).is_distinguishing
    assert not asked(mistaken("one", 1, 2, 6), mistaken("same", 1, 2, 6)).is_distinguishing
    assert not asked(mistaken("right", 1, 2, 3)).is_distinguishing


def test_a_field_names_all_of_its_lines_or_none() -> None:
    named = AnswerField("f", NAME, ((1, 2),), points=1, rows=(NAME,), columns=(NAME, NAME))
    assert named.shape == (1, 2)
    for names in ({"rows": (NAME, NAME)}, {"columns": (NAME,)}):
        with pytest.raises(ValueError, match="names for"):
            AnswerField("f", NAME, ((1, 2),), points=1, **names)
