import math
from itertools import product

import numpy as np
import pytest

from graders.errors import StudentError
from graders.expect import expect_array, expect_number
from graders.intervals import wilson_interval

# Between an accuracy on 500 images and one on 1,000 others: see NOTES.md.
HONEST = 0.08
LEARNT = 0.5
RISKY = 0.01
SHOWN = 60
MOST = 2


def moved(image, down, right):
    """Return the image moved over a black ground, what leaves it lost."""
    padded = np.pad(image, MOST)
    rows, columns = MOST - down, MOST - right
    return padded[rows : rows + image.shape[0], columns : columns + image.shape[1]]


def shifted(images, rng):
    """Return the images, each moved by up to two pixels each way."""
    moves = rng.integers(-MOST, MOST + 1, size=(len(images), 2))
    return np.stack([moved(image, *move) for image, move in zip(images, moves, strict=True)])


def classes(student, images):
    """Return the predicted classes. No class of another type or shape is right."""
    found = np.asarray(student.predict(images))
    fits = found.shape == (len(images),) and found.dtype.kind in "iu"
    return found if fits else np.full(len(images), -1)


def found_moves(image, answer):
    """Return the moves that make `answer` of `image`."""
    steps = range(-MOST, MOST + 1)
    return [move for move in product(steps, steps) if np.array_equal(moved(image, *move), answer)]


def skip_untrained(student, hidden, rng, parameters):
    """End the test where nothing was learnt, unless the rate is one at which Adam may fail."""
    if parameters["learning_rate"] > RISKY:
        return
    held = hidden.load("mnist_hidden.npz")
    chosen = rng.choice(len(held["images"]), size=200, replace=False)
    right = classes(student, held["images"][chosen]) == held["labels"][chosen]
    if np.mean(right) < LEARNT:
        pytest.skip("nothing was learnt in this job")


@pytest.mark.points(1)
@pytest.mark.title(
    fr="Les paramètres de la tâche valent jusqu’au bout",
    en="The parameters of the job hold to the end",
)
@pytest.mark.hint(
    fr="Une fois données, les valeurs de learning_rate et de shift ne changent plus.",
    en="Once they are given, the values of learning_rate and shift do not change.",
)
@pytest.mark.mistake(
    "parameter-overwritten",
    fr="Une cellule plus bas redonne une valeur à un paramètre",
    en="A cell further down gives a parameter another value",
    hint_fr="Les valeurs de la tâche viennent juste après la cellule des paramètres : une "
    "affectation qui suit les efface, et toutes les tâches se ressemblent.",
    hint_en="The values of the job come right after the cell of the parameters: an assignment "
    "that follows wipes them out, and all jobs are alike.",
)
def test_the_parameters_hold_to_the_end(student, hidden, rng, parameters):
    try:
        skip_untrained(student, hidden, rng, parameters)
        expect_number(student.get("training_loss"), name="training_loss")
    except StudentError:
        pytest.skip("nothing was trained with them")
    for name, given in parameters.items():
        value = expect_number(student.get(name), name=name)
        assert math.isclose(value, given), f"{name} is {value}, and the job's is {given}"


@pytest.mark.points(1)
@pytest.mark.title(
    fr="L’entraînement voit des images décalées d’au plus shift pixels",
    en="Training sees images shifted by at most shift pixels",
)
@pytest.mark.hint(
    fr="Avec shift = 0, augmented rend les images telles quelles ; avec 2, chacune est décalée "
    "d’un tirage à elle.",
    en="With shift = 0, augmented returns the images as they are; with 2, each is shifted by a "
    "draw of its own.",
)
@pytest.mark.mistake(
    "shift-ignored",
    fr="augmented ne suit pas le paramètre shift",
    en="augmented does not follow the parameter shift",
    hint_fr="Le décalage de vos images est le même dans toutes les tâches : d’où vient sa valeur ?",
    hint_en="Your images are shifted alike in all jobs: where does that value come from?",
)
@pytest.mark.mistake(
    "shifted-together",
    fr="Toutes les images sont décalées du même pas",
    en="All images are shifted by the same step",
    hint_fr="Un décalage se tire pour chaque image, dans les deux directions.",
    hint_en="A shift is drawn for each image, in both directions.",
)
def test_training_sees_shifted_images(student, hidden, rng, parameters, mistake):
    skip_untrained(student, hidden, rng, parameters)
    held = hidden.load("mnist_hidden.npz")["images"]
    shown = held[rng.choice(len(held), size=SHOWN, replace=False)]
    answer = expect_array(student.augmented(shown), shape=shown.shape, kinds="iuf")
    moves = [found_moves(image, one) for image, one in zip(shown, answer, strict=True)]
    assert all(moves), "an image is not one of those given, moved"
    reach = max(max(map(abs, move)) for found in moves for move in found[:1])
    if reach and parameters["shift"] and len({found[0] for found in moves}) < 10:
        mistake("shifted-together")
        pytest.fail("too few different moves")
    if reach != parameters["shift"]:
        mistake("shift-ignored")
        pytest.fail(f"images move by up to {reach} pixels, not {parameters['shift']}")


@pytest.mark.points(1)
@pytest.mark.title(
    fr="La précision de validation se confirme", en="The validation accuracy holds good"
)
@pytest.mark.hint(
    fr="Mesurez sur des images que l’entraînement n’a pas vues, décalées de 0 à 2 pixels.",
    en="Measure on images that training has not seen, shifted by 0 to 2 pixels.",
)
@pytest.mark.mistake(
    "validates-on-training",
    fr="Vous validez sur des images apprises, ou qui n’ont pas été décalées",
    en="You validate on images already learnt, or on images that were not shifted",
    hint_fr="La précision annoncée dépasse de loin celle d’images nouvelles et décalées : elle ne "
    "permet pas de choisir.",
    hint_en="The accuracy announced is far above that on new, shifted images: it is nothing to "
    "choose by.",
)
def test_the_validation_accuracy_holds_good(*, student, hidden, rng, parameters, mistake, measure):
    held = hidden.load("mnist_hidden.npz")
    right = classes(student, shifted(held["images"][:1000], rng)) == held["labels"][:1000]
    accuracy = float(np.mean(right))
    low, high = wilson_interval(int(right.sum()), len(right))
    measure("accuracy", accuracy, low=low, high=high)
    claimed = expect_number(student.get("validation_accuracy"), name="validation_accuracy")
    measure("validation-accuracy", claimed)
    loss = expect_number(student.get("training_loss"), name="training_loss")
    measure("training-loss", loss)
    skip_untrained(student, hidden, rng, parameters)
    if claimed > accuracy + HONEST:
        mistake("validates-on-training")
        pytest.fail(f"{claimed:.3f} announced, {accuracy:.3f} measured")
    assert claimed > accuracy - 2 * HONEST, (
        f"{claimed:.3f} announced, far below the {accuracy:.3f} measured"
    )
