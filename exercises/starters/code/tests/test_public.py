import numpy as np
import pytest

from graders.expect import expect_close


@pytest.mark.points(1)
@pytest.mark.title(fr="Un exemple", en="An example")
@pytest.mark.hint(
    fr="Posez le noyau en haut à gauche, puis avancez d’un pixel.",
    en="Put the kernel in the top left corner, then move on by one pixel.",
)
def test_an_example(student):
    image = np.array([[1.0, 2.0, 0.0], [0.0, 1.0, 3.0]])
    kernel = np.array([[1.0, -1.0]])
    expect_close(student.correlate(image, kernel), np.array([[-1.0, 2.0], [-1.0, -2.0]]))
