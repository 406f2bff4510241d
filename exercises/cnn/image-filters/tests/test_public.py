import numpy as np
import pytest

from graders.expect import expect_close

IMAGE = np.array([[2.0, 2.0, 8.0, 8.0]] * 3)
BLUR = np.ones((3, 3), dtype=int)


@pytest.mark.points(1)
@pytest.mark.title(fr="L’exemple, filtre par filtre", en="The example, filter by filter")
@pytest.mark.hint(
    fr="Un pixel qui manque prend la valeur du pixel le plus proche de l’image.",
    en="A missing pixel takes the value of the nearest pixel of the image.",
)
def test_the_example_filter_by_filter(student):
    rows = {"blur": (2, 4, 6, 8), "sharpen": (2, -4, 14, 8), "sobel_x": (0, 24, 24, 0)}
    for name, row in rows.items():
        expected = np.array([row] * 3)
        expect_close(student.filter_image(IMAGE, name), expected, name=f'filter_image of "{name}"')
    expect_close(student.filter_image(IMAGE, "sobel_y"), np.zeros((3, 4)))


@pytest.mark.points(1)
@pytest.mark.title(fr="Un noyau, puis le noyau normalisé", en="A kernel, and a normalised one")
@pytest.mark.hint(
    fr="apply_kernel prend le noyau tel quel ; normalise le divise par sa somme.",
    en="apply_kernel takes the kernel as it is; normalise divides it by its sum.",
)
def test_a_kernel_and_a_normalised_one(student):
    expect_close(student.apply_kernel(IMAGE, BLUR), np.array([[18, 36, 54, 72]] * 3))
    expect_close(student.normalise(BLUR), np.full((3, 3), 1 / 9))
