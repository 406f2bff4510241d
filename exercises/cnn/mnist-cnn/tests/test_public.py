import numpy as np
import pytest

from graders.expect import expect, expect_array, expect_number


@pytest.mark.points(0.5)
@pytest.mark.title(fr="predict donne une classe par image", en="predict gives a class per image")
@pytest.mark.hint(
    fr="Pour N images, predict renvoie N entiers de 0 à 9, de forme (N,).",
    en="For N images, predict returns N whole numbers from 0 to 9, of shape (N,).",
)
def test_predict_gives_a_class_per_image(student, rng):
    for count in (1, 7):
        images = rng.integers(0, 256, size=(count, 28, 28), dtype=np.uint8)
        classes = expect_array(student.predict(images), shape=(count,), kinds="iu")
        expect(
            set(classes.tolist()) <= set(range(10)),
            fr="une classe n’est pas de 0 à 9",
            en="a class is not one of 0 to 9",
        )


@pytest.mark.points(0.5)
@pytest.mark.title(
    fr="validation_accuracy est une précision", en="validation_accuracy is an accuracy"
)
@pytest.mark.hint(
    fr="Une précision est un nombre entre 0 et 1 : float(...) convertit celui de NumPy ou torch.",
    en="An accuracy is a number between 0 and 1: float(...) converts that of NumPy or torch.",
)
def test_validation_accuracy_is_an_accuracy(student):
    claimed = expect_number(student.get("validation_accuracy"), name="validation_accuracy")
    expect(
        0 <= claimed <= 1,
        fr="validation_accuracy n’est pas entre 0 et 1",
        en="validation_accuracy is not between 0 and 1",
    )
