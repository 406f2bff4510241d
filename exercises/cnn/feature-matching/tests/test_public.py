import numpy as np
import pytest

from graders.expect import expect_close, expect_equal, expect_number

IMAGE = np.array(
    [
        [1, -1, -1, -1, 1],
        [-1, 1, -1, 1, -1],
        [-1, -1, 1, -1, -1],
        [-1, 1, -1, 1, -1],
        [1, -1, -1, -1, 1],
    ]
)
DIAGONAL = np.array([[1, -1, -1], [-1, 1, -1], [-1, -1, 1]])
STROKE = np.array([[-1, -1, -1], [1, 1, 1], [-1, -1, -1]])


@pytest.mark.points(0.5)
@pytest.mark.title(fr="La ressemblance de l’exemple", en="The match of the example")
@pytest.mark.hint(
    fr="Au centre de l’image, 7 produits valent 1 et 2 valent -1.",
    en="In the centre of the image, 7 products are 1 and 2 are -1.",
)
def test_the_match_of_the_example(student):
    for top, expected in ((0, 1), (1, 5 / 9)):
        patch = IMAGE[top : top + 3, top : top + 3]
        expect_close(expect_number(student.match(patch, DIAGONAL)), expected)


@pytest.mark.points(0.5)
@pytest.mark.title(fr="La carte de l’exemple", en="The map of the example")
@pytest.mark.hint(
    fr="Une caractéristique de côté 3 a trois places par ligne et par colonne d’une image de 5.",
    en="A feature of side 3 has three places in each row and column of an image of side 5.",
)
def test_the_map_of_the_example(student):
    expected = np.array([[9, -3, 1], [-3, 5, -3], [1, -3, 9]]) / 9
    expect_close(student.match_map(IMAGE, DIAGONAL), expected)


@pytest.mark.points(1)
@pytest.mark.title(fr="L’exemple est un X, et non un O", en="The example is an X, not an O")
@pytest.mark.hint(
    fr="Le score d’une lettre est la moyenne des maximums des cartes de ses caractéristiques.",
    en="A letter's score is the mean of the maxima of its features' maps.",
)
def test_the_example_is_an_x(student):
    diagonals, strokes = [DIAGONAL, DIAGONAL[::-1]], [STROKE, STROKE.T]
    expect_equal(student.x_or_o(IMAGE, diagonals, strokes), "X")
    # Called the other way round, the letters' names change places.
    expect_equal(student.x_or_o(IMAGE, strokes, diagonals), "O")
