import numpy as np
import pytest

from graders.expect import expect_close

FILTERS = np.array([[[2.0, -1.0], [0.0, 1.0]], [[-4.0, 0.0], [4.0, 2.0]]])
IMAGE = np.array([[1.0, 0.0, 2.0], [3.0, 1.0, 0.0], [0.0, 2.0, 1.0]])


@pytest.mark.points(0.5)
@pytest.mark.title(fr="La mosaïque de l’exemple", en="The mosaic of the example")
@pytest.mark.hint(
    fr="Le premier filtre a pour plus grand poids 2 : −1 y devient 0,5 − 1/4.",
    en="The largest weight of the first filter is 2: −1 becomes 0.5 − 1/4 there.",
)
def test_the_mosaic_of_the_example(student):
    grey = np.array([[[1.0, 0.25], [0.5, 0.75]], [[0.0, 0.5], [1.0, 0.75]]])
    expect_close(student.normalise(FILTERS), grey)
    grid = np.array([[1.0, 0.25, 1.0, 0.0, 0.5], [0.5, 0.75, 1.0, 1.0, 0.75]])
    expect_close(student.filter_grid(FILTERS, columns=2), grid)


@pytest.mark.points(0.5)
@pytest.mark.title(fr="Les cartes de l’exemple", en="The maps of the example")
@pytest.mark.hint(
    fr="En haut à gauche, le premier filtre répond 3 ; avec le biais, 2.",
    en="In the top left corner the first filter responds 3; with the bias, 2.",
)
def test_the_maps_of_the_example(student):
    maps = np.array([[[2.0, 0.0], [6.0, 2.0]], [[10.0, 4.0], [0.0, 6.0]]])
    expect_close(student.feature_maps(IMAGE, FILTERS, bias=np.array([-1.0, 0.0])), maps)
    liked = np.array([[[3.0, 1.0], [0.0, 2.0]], [[1.0, 0.0], [3.0, 1.0]]])
    expect_close(student.favourites(IMAGE[None], FILTERS), liked)
