import numpy as np
import pytest

from graders.expect import expect_array


@pytest.mark.points(1)
@pytest.mark.title(fr="predict donne une classe par image", en="predict gives a class per image")
@pytest.mark.hint(
    fr="Pour N images, predict renvoie N entiers de 0 à 9, de forme (N,).",
    en="For N images, predict returns N whole numbers from 0 to 9, of shape (N,).",
)
def test_predict_gives_a_class_per_image(student, rng):
    for count in (1, 7):
        images = rng.integers(0, 256, size=(count, 28, 28), dtype=np.uint8)
        classes = expect_array(student.predict(images), shape=(count,), kinds="iu")
        assert set(classes.tolist()) <= set(range(10)), "a class is not one of 0 to 9"
