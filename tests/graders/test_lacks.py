"""What a notebook made for Colab is told at the door, and where it stops."""

from __future__ import annotations

from pathlib import Path

import pytest

from exercises.loader import load_exercise
from exercises.spec import Manifest
from graders.errors import IntakeError
from graders.instead import INSTEAD, instead_of
from graders.intake import check_submission
from graders.lacks import explained, refusal
from graders.report import MAX_LACKS, Fault, Problem, ProblemCode
from tests.graders.colab import KERAS, colab_notebook

COURSE = Path(__file__).parents[2] / "exercises" / "cnn"
DIGITS = load_exercise(COURSE / "mnist-cnn").manifest
BARE = load_exercise(COURSE / "pooling").manifest.model_copy(update={"allowed_imports": ("numpy",)})


def raised(exception: str, message: str, *, cell: int = 3) -> Problem:
    return Problem(
        code=ProblemCode.CELL_RAISED,
        fault=Fault.STUDENT,
        cell=cell,
        line=1,
        exception=exception,
        message=message,
    )


def refused(*cells: str, manifest: Manifest = DIGITS) -> Problem:
    problem = refusal(cells, manifest)
    assert problem is not None
    return problem


def test_all_that_is_missing_is_named_at_once() -> None:
    problem = refused(*KERAS)
    assert (problem.code, problem.fault) == (ProblemCode.FORBIDDEN_IMPORT, Fault.STUDENT)
    assert (problem.cell, problem.line) == (1, 1)
    assert problem.name == (
        "%tensorflow_version 2.x, tensorflow, google.colab, tensorflow_datasets, cv2"
    )
    assert [(lack.name, lack.cell, lack.line) for lack in problem.lacks] == [
        ("%tensorflow_version 2.x", 1, 1),
        ("tensorflow", 2, 3),
        ("google.colab", 3, 1),
        ("tensorflow_datasets", 5, 1),
        ("cv2", 5, 1),
        ("!pip install -q tensorflow-datasets", 1, 2),
        ("!wget -q https://example.org/digits.npz", 4, 1),
        ("predict(images)", None, None),
    ]


def test_another_training_exercise_names_its_own_functions() -> None:
    watching = load_exercise(COURSE / "monitor-and-checkpoint").manifest
    missing = [lack.name for lack in refused(*KERAS, manifest=watching).lacks if not lack.cell]
    assert missing == [
        "best_epoch(losses)",
        "should_stop(losses, patience)",
        "fit(model, run_epoch, validate, follow, epochs, patience)",
        "rehearse(train_losses, validation_losses, patience)",
        "scores(images)",
    ]


def test_where_the_images_are_is_said_once() -> None:
    said = [lack.advice.fr for lack in refused(*KERAS).lacks]
    assert ["data/mnist_train.npz" in text for text in said].count(True) == 1
    assert all(text == text.strip() != "" for text in said)


def test_a_refused_notebook_is_refused_at_the_door_with_all_of_it() -> None:
    with pytest.raises(IntakeError) as caught:
        check_submission(colab_notebook(*KERAS), DIGITS)
    assert caught.value.problem == refused(*KERAS)


def test_what_there_is_instead_depends_on_the_exercise() -> None:
    digits, bare = (instead_of("tensorflow", manifest=one).en for one in (DIGITS, BARE))
    assert "nn.Conv2d" in digits
    assert "data/mnist_train.npz" in digits
    assert bare == "What you have here is Python's own library and: numpy."


def test_a_package_that_nobody_has_heard_of_is_answered_by_what_there_is() -> None:
    (lack,) = refused("import my_package\ndef predict(images): pass").lacks
    assert lack.advice.en.startswith("What you have here is Python's own library and: IPython, ")


@pytest.mark.parametrize("one", INSTEAD, ids=lambda one: one.packages.split()[0])
def test_no_advice_needs_what_the_exercise_lacks(one: object) -> None:
    assert isinstance(one, type(INSTEAD[0]))
    bare = DIGITS.model_copy(update={"allowed_imports": ("IPython",)})
    for package in one.packages.split():
        advice = instead_of(package, manifest=bare)
        assert (one.needs is None) == advice.en.startswith(one.en)


def test_a_function_that_is_defined_is_not_called_missing() -> None:
    for definition in (
        "def predict(images):\n    return tf.argmax(images)",
        "predict = lambda images: 0",
        "from functools import partial as predict",
    ):
        names = [lack.name for lack in refused("import tensorflow as tf", definition).lacks]
        assert names == ["tensorflow"]


@pytest.mark.parametrize(
    "cells",
    [
        ("try:\n    %tensorflow_version 2.x\nexcept Exception:\n    pass", "import torch"),
        ("try:\n    import google.colab\n    IN_COLAB = True\nexcept ImportError:\n    pass",),
        ("%matplotlib inline\n%config InlineBackend.figure_format = 'retina'",),
        ("!pip install -q torch", "!wget https://example.org", "%load_ext autoreload"),
        (
            "%%capture\n!pip install torch",
            "#@markdown A form\nrate = 0.01  #@param {type: 'number'}",
        ),
        ("%%time\nimport torch", "%%javascript\nimport tensorflow"),
    ],
)
def test_what_may_work_is_let_in(cells: tuple[str, ...]) -> None:
    assert refusal(cells, DIGITS) is None


def test_no_more_is_listed_than_a_page_can_show() -> None:
    problem = refused("\n".join(f"import package_{i}" for i in range(2000)))
    assert len(problem.lacks) == MAX_LACKS
    assert len(problem.name or "") == 500


def test_a_long_command_is_cut() -> None:
    (_, pip, _) = refused("import keras", "!pip install " + "x" * 10_000).lacks
    assert len(pip.name) == 101


def test_a_module_missing_at_run_time_is_explained_where_it_was_wanted() -> None:
    free = DIGITS.model_copy(update={"allowed_imports": ()})
    problem = raised("ModuleNotFoundError", "No module named 'torchvision.transforms'")
    (lack,) = explained(problem, [], free).lacks
    assert (lack.name, lack.cell, lack.line) == ("torchvision", 3, 1)
    assert "numpy" in lack.advice.en


@pytest.mark.parametrize(
    ("exception", "message"),
    [
        ("URLError", "<urlopen error [Errno -3] Temporary failure in name resolution>"),
        ("gaierror", "[Errno -2] Name or service not known"),
        ("OSError", "[Errno 101] Network is unreachable"),
    ],
)
def test_a_download_that_fails_is_explained(exception: str, message: str) -> None:
    (lack,) = explained(raised(exception, message), ["", "", "load()"], DIGITS).lacks
    assert lack.advice.en == (
        "There is no network where notebooks are graded. "
        "The exercise's images are in data/mnist_train.npz, which numpy.load reads."
    )


def test_a_magic_that_is_missing_is_explained() -> None:
    problem = raised("UsageError", "Line magic function `%bigquery` not found.")
    assert [lack.name for lack in explained(problem, [], DIGITS).lacks] == ["%bigquery"]


def test_a_file_that_was_to_be_downloaded_before_is_explained() -> None:
    cells = ["!curl -O https://example.org/a.npz", "x = 1", "open('a.npz')", "!wget later"]
    problem = raised("FileNotFoundError", "[Errno 2] No such file or directory: 'a.npz'")
    assert [lack.name for lack in explained(problem, cells, DIGITS).lacks] == [cells[0]]


def test_an_error_of_the_notebooks_own_lacks_nothing() -> None:
    problem = raised("ZeroDivisionError", "division by zero")
    assert explained(problem, ["!wget https://example.org", "", "1 / 0"], DIGITS) == problem
