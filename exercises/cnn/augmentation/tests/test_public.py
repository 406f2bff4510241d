import numpy as np
import pytest

from graders.expect import expect_array, expect_close
from graders.report import Text

IMAGE = np.zeros((5, 5))
IMAGE[1, 2], IMAGE[2, 3] = 0.5, 1.0


@pytest.mark.points(0.5)
@pytest.mark.title(fr="L’exemple de l’énoncé", en="The example of the statement")
@pytest.mark.hint(
    fr="Le pixel blanc est en (2, 3), le gris en (1, 2).",
    en="The white pixel is at (2, 3), the grey one at (1, 2).",
)
def test_the_example_of_the_statement(student):
    moved = np.zeros((5, 5))
    moved[2, 1], moved[3, 2] = 0.5, 1.0
    expect_close(student.shift(IMAGE, down=1, right=-1), moved)
    turned = expect_array(student.rotate(IMAGE, degrees=30), shape=(5, 5))
    expect_close(
        float(turned[1, 3]),
        0.402,
        atol=5e-4,
        name=Text(fr="l’image tournée en (1, 3)", en="the rotated image at (1, 3)"),
    )
    bright = np.full((5, 5), 0.7)
    bright[1, 2] = bright[2, 3] = 1.0
    expect_close(student.brighten(IMAGE, amount=0.7), bright)


@pytest.mark.points(0.5)
@pytest.mark.title(fr="Autant de classes que d’images", en="As many labels as images")
@pytest.mark.hint(
    fr="flip_signs et augment renvoient un couple : les images, puis leurs classes.",
    en="flip_signs and augment return a pair: the images, then their labels.",
)
def test_as_many_labels_as_images(student):
    images, labels = np.stack([IMAGE, IMAGE.T, IMAGE]), np.array([0, 1, 2])
    flipped, classes = student.flip_signs(images, labels, partner=[1, 0, -1])
    expect_array(
        flipped, shape=(2, 5, 5), name=Text(fr="les images retournées", en="the flipped images")
    )
    expect_array(
        classes, shape=(2,), kinds="iu", name=Text(fr="leurs étiquettes", en="their labels")
    )
    copies, classes = student.augment(images, labels, copies=4, most=1, degrees=10, seed=3)
    expect_array(copies, shape=(12, 5, 5), name=Text(fr="les copies", en="the copies"))
    expect_array(
        classes, shape=(12,), kinds="iu", name=Text(fr="leurs étiquettes", en="their labels")
    )
