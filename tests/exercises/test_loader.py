"""A folder that keeps the format is loaded; one that does not is refused with file and line."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from exercises.errors import MalformedExercise
from exercises.loader import load_course, load_exercise

COURSE = Path(__file__).parents[2] / "exercises" / "cnn"


@pytest.fixture
def pooling(tmp_path: Path) -> Path:
    """A copy of a notebook exercise, to be spoiled."""
    return copied("pooling", tmp_path)


@pytest.fixture
def by_hand(tmp_path: Path) -> Path:
    """A copy of an answer exercise, to be spoiled."""
    return copied("convolution-by-hand", tmp_path)


def copied(slug: str, tmp_path: Path) -> Path:
    folder = tmp_path / slug
    shutil.copytree(COURSE / slug, folder, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def edit(path: Path, old: str, new: str) -> int:
    """Replace the one occurrence of `old` and return the line where it was."""
    text = path.read_text()
    assert text.count(old) == 1
    path.write_text(text.replace(old, new))
    return text[: text.index(old)].count("\n") + 1


def refusal(folder: Path) -> str:
    """Return what the folder is refused with, its own path left out."""
    with pytest.raises(MalformedExercise) as caught:
        load_exercise(folder)
    return str(caught.value).removeprefix(f"{folder}/")


def test_the_course_loads_in_order_of_chapters_and_positions() -> None:
    course = load_course(COURSE)
    chapters = [chapter.id for chapter in course.manifest.chapters]
    places = [
        (chapters.index(exercise.manifest.chapter), exercise.manifest.position)
        for exercise in course.exercises
    ]
    assert places == sorted(set(places))
    assert {exercise.manifest.id for exercise in course.exercises} == {
        folder.name for folder in COURSE.iterdir() if folder.is_dir()
    }
    assert course.manifest.title.fr == "Réseaux de neurones convolutifs"


def test_every_exercise_has_a_statement_of_its_own_in_each_language() -> None:
    for exercise in load_course(COURSE).exercises:
        assert "## À vous" in exercise.statement("fr") or "## La note" in exercise.statement("fr")
        assert exercise.statement("fr-CA") == exercise.statement("fr") != exercise.statement("en")
        french, english = (exercise.statement(one).count("\n## ") for one in ("fr", "en"))
        assert french == english >= 2
        assert exercise.statement("de") == exercise.statement("en")


def test_the_digest_follows_the_content_alone(pooling: Path) -> None:
    original = load_exercise(COURSE / "pooling").digest
    (pooling / "tests" / "__pycache__").mkdir()
    (pooling / "tests" / "__pycache__" / "test_hidden.pyc").write_bytes(b"compiled")
    assert load_exercise(pooling).digest == original
    edit(pooling / "NOTES.md", "# Notes for teachers", "# Notes")
    assert load_exercise(pooling).digest != original


def test_a_wrong_solution_knows_its_mistake() -> None:
    wrong = load_exercise(COURSE / "pooling").wrong
    assert [(one.slug, one.mistake) for one in wrong] == [
        (slug, slug)
        for slug in (
            "axes-swapped",
            "ceil-for-floor",
            "edge-ignored",
            "full-window-mean",
            "stride-ignored",
            "zero-padding-under-negatives",
        )
    ]


def test_a_missing_folder_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path / "nothing") == "exercise.toml:1: expected this file"


@pytest.mark.parametrize(
    "name",
    [
        "exercise.toml",
        "statement.fr.md",
        "statement.en.md",
        "notebook.py",
        "tests/test_public.py",
        "tests/test_hidden.py",
    ],
)
def test_a_missing_file_is_refused(pooling: Path, name: str) -> None:
    (pooling / name).unlink()
    assert refusal(pooling) == f"{name}:1: expected this file"


@pytest.mark.parametrize("name", ["variant.py", "reference.py"])
def test_an_answer_exercise_without_its_module_is_refused(by_hand: Path, name: str) -> None:
    (by_hand / name).unlink()
    assert refusal(by_hand) == f"{name}:1: expected this file"


def test_an_answer_exercise_without_a_draw_is_refused(by_hand: Path) -> None:
    edit(by_hand / "variant.py", "def draw(", "def drawn(")
    assert refusal(by_hand) == "variant.py:1: expected a function draw"


def test_an_empty_statement_is_refused(pooling: Path) -> None:
    (pooling / "statement.fr.md").write_text(" \n")
    assert refusal(pooling) == "statement.fr.md:1: expected a file that is not empty"


def test_a_statement_in_another_encoding_is_refused_with_its_line(pooling: Path) -> None:
    (pooling / "statement.fr.md").write_bytes("Une image\nà échantillonner".encode("latin-1"))
    assert refusal(pooling) == "statement.fr.md:2: expected text in UTF-8"


def test_a_symbolic_link_is_refused(pooling: Path) -> None:
    (pooling / "passwords.md").symlink_to("/etc/passwd")
    expected = "passwords.md:1: expected a regular file, not a symbolic link"
    assert refusal(pooling) == expected


def test_toml_that_cannot_be_read_is_refused_with_its_line(pooling: Path) -> None:
    line = edit(pooling / "exercise.toml", "points = 10", "points = = 10")
    assert refusal(pooling) == f"exercise.toml:{line}: expected TOML (Invalid value)"


def test_an_unknown_key_is_refused_with_its_line(pooling: Path) -> None:
    line = edit(pooling / "exercise.toml", "points = 10", 'colour = "red"\npoints = 10')
    assert refusal(pooling) == f"exercise.toml:{line}: expected no key 'colour'"


def test_an_unknown_key_of_a_table_is_refused_with_its_line(pooling: Path) -> None:
    toml = pooling / "exercise.toml"
    toml.write_text(toml.read_text() + "\n[limits]\nwall_seconds = 5\nwall_hours = 1\n")
    line = toml.read_text().count("\n")
    assert refusal(pooling) == f"exercise.toml:{line}: expected no key 'wall_hours' in [limits]"


def test_a_missing_key_is_refused_at_the_top(pooling: Path) -> None:
    edit(pooling / "exercise.toml", "points = 10\n", "")
    assert refusal(pooling) == "exercise.toml:1: expected the key 'points'"


def test_a_missing_key_of_a_table_is_refused_at_the_table(pooling: Path) -> None:
    edit(pooling / "exercise.toml", 'en = "Pooling"\n', "")
    text = (pooling / "exercise.toml").read_text()
    line = text[: text.index("[title]")].count("\n") + 1
    assert refusal(pooling) == f"exercise.toml:{line}: expected the key 'en' in [title]"


def test_a_wrong_value_is_refused_with_its_line(pooling: Path) -> None:
    line = edit(pooling / "exercise.toml", 'kind = "code"', 'kind = "essay"')
    kinds = "'answer', 'code', 'training', 'predictions' or 'sweep'"
    assert refusal(pooling) == f"exercise.toml:{line}: expected 'kind' to be {kinds}"


def test_a_wrong_value_in_an_array_of_tables_is_refused_with_its_line(pooling: Path) -> None:
    line = edit(pooling / "exercise.toml", 'name = "mean_pool2d"', 'name = "mean pool"')
    found = refusal(pooling)
    assert found.startswith(f"exercise.toml:{line}: expected 'name' in [functions.1] to match")


def test_an_id_that_is_not_the_folders_name_is_refused(pooling: Path) -> None:
    line = edit(pooling / "exercise.toml", 'id = "pooling"', 'id = "pool"')
    expected = f"exercise.toml:{line}: expected 'id' to be the folder's name 'pooling'"
    assert refusal(pooling) == expected


def test_points_that_are_not_the_sum_of_the_tests_are_refused(pooling: Path) -> None:
    line = edit(pooling / "exercise.toml", "points = 10", "points = 12")
    expected = f"exercise.toml:{line}: expected 'points' to be 10, the sum of the tests' points"
    assert refusal(pooling) == expected


def test_a_test_without_points_is_refused(pooling: Path) -> None:
    test = pooling / "tests" / "test_public.py"
    source = "def test_nothing(student):\n    assert student.has('f')\n"
    test.write_text(test.read_text() + "\n\n" + source)
    line = test.read_text().count("\n") - 1
    expected = f"tests/test_public.py:{line}: expected @pytest.mark.points on test_nothing"
    assert refusal(pooling) == expected


def test_a_test_without_a_title_is_refused(pooling: Path) -> None:
    test = pooling / "tests" / "test_public.py"
    mark = '@pytest.mark.points(0)\ndef test_nothing(student):\n    assert student.has("f")\n'
    test.write_text(test.read_text() + "\n\n" + mark)
    line = test.read_text().count("\n") - 1
    expected = f"tests/test_public.py:{line}: expected @pytest.mark.title on test_nothing"
    assert refusal(pooling) == expected


def test_a_title_in_one_language_is_refused(pooling: Path) -> None:
    old = 'title(fr="La moyenne et la somme au bord", en="The mean and the sum at the edge")'
    line = edit(pooling / "tests" / "test_hidden.py", old, 'title(fr="La moyenne et la somme")')
    assert refusal(pooling) == f"tests/test_hidden.py:{line}: expected en=... in this mark"


def test_points_that_are_computed_are_refused(pooling: Path) -> None:
    test = pooling / "tests" / "test_public.py"
    source = test.read_text().replace("mark.points(1)", "mark.points(1 + 0)", 1)
    test.write_text(source)
    line = source[: source.index("points(1 + 0)")].count("\n") + 1
    expected = f"tests/test_public.py:{line}: expected points as a plain number, 0 or more"
    assert refusal(pooling) == expected


def test_parametrized_points_are_refused(pooling: Path) -> None:
    test = pooling / "tests" / "test_public.py"
    mark = '@pytest.mark.parametrize("n", [1, 2])\n'
    test.write_text(
        test.read_text().replace("@pytest.mark.points(1)", f"{mark}@pytest.mark.points(1)", 1)
    )
    line = test.read_text()[: test.read_text().index(mark)].count("\n") + 1
    expected = f"tests/test_public.py:{line}: expected a loop in the test, not parametrize"
    assert refusal(pooling) == expected


def test_a_test_that_is_not_python_is_refused_with_its_line(pooling: Path) -> None:
    line = edit(
        pooling / "tests" / "test_hidden.py",
        "    output = np.empty((rows, columns))",
        "    output = = 1",
    )
    assert refusal(pooling) == f"tests/test_hidden.py:{line}: expected Python (invalid syntax)"


def test_a_wrong_solution_that_names_no_mistake_is_refused(pooling: Path) -> None:
    edit(pooling / "wrong" / "edge-ignored.py", "# mistake: edge-ignored\n", "")
    found = refusal(pooling)
    assert found == "wrong/edge-ignored.py:1: expected '# mistake: <slug>' as the first line"


def test_a_wrong_solution_whose_mistake_no_test_names_is_refused(pooling: Path) -> None:
    edit(pooling / "wrong" / "edge-ignored.py", "# mistake: edge-ignored", "# mistake: lazy")
    found = refusal(pooling)
    assert found == "wrong/edge-ignored.py:1: expected a mistake that a test names, not 'lazy'"


def test_a_solution_that_does_not_end_is_refused_where_it_begins(pooling: Path) -> None:
    script = pooling / "notebook.py"
    head, _, _ = script.read_text().rpartition("    # END SOLUTION")
    script.write_text(head)
    line = head[: head.rindex("# BEGIN SOLUTION")].count("\n") + 1
    expected = f"notebook.py:{line}: expected an END SOLUTION after this BEGIN SOLUTION"
    assert refusal(pooling) == expected


def test_a_solution_that_ends_twice_is_refused_at_the_second_end(pooling: Path) -> None:
    script = pooling / "notebook.py"
    script.write_text(script.read_text() + "# END SOLUTION\n")
    line = script.read_text().count("\n")
    expected = f"notebook.py:{line}: expected a BEGIN SOLUTION before this END SOLUTION"
    assert refusal(pooling) == expected


def test_a_chapter_that_the_course_does_not_have_is_refused(tmp_path: Path) -> None:
    course = tmp_path / "cnn"
    shutil.copytree(COURSE, course, ignore=shutil.ignore_patterns("__pycache__"))
    toml = course / "pooling" / "exercise.toml"
    line = edit(toml, 'chapter = "layers"', 'chapter = "poems"')
    with pytest.raises(MalformedExercise) as caught:
        load_course(course)
    expected = "'chapter' to be one of the course's chapters, convolution, layers, training"
    assert str(caught.value) == f"{toml}:{line}: expected {expected}"


def test_a_course_without_its_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MalformedExercise, match=r"course\.toml:1: expected this file"):
        load_course(tmp_path)


def test_a_question_whose_points_are_not_the_manifests_is_refused(by_hand: Path) -> None:
    edit(by_hand / "exercise.toml", "points = 5", "points = 7")
    exercise = load_exercise(by_hand)
    with pytest.raises(MalformedExercise, match=r"variant\.py:1: expected fields worth 7, not 5"):
        exercise.question(0)
