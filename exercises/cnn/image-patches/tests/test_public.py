import numpy as np
import pytest

from graders.expect import expect_close

IMAGE = np.arange(1.0, 25.0).reshape(1, 4, 6)
PATCHES = np.array(
    [
        [1.0, 2.0, 7.0, 8.0],
        [3.0, 4.0, 9.0, 10.0],
        [5.0, 6.0, 11.0, 12.0],
        [13.0, 14.0, 19.0, 20.0],
        [15.0, 16.0, 21.0, 22.0],
        [17.0, 18.0, 23.0, 24.0],
    ]
)


@pytest.mark.points(1)
@pytest.mark.title(fr="Les carreaux de l’exemple", en="The patches of the example")
@pytest.mark.hint(
    fr="La première ligne réunit les pixels 1, 2, 7 et 8 : un carré, pas un segment.",
    en="The first row holds the pixels 1, 2, 7 and 8: a square, not a run.",
)
def test_the_patches_of_the_example(student):
    expect_close(student.split_patches(IMAGE, size=2), PATCHES)
    expect_close(student.join_patches(PATCHES, shape=(1, 4, 6), size=2), IMAGE)


@pytest.mark.points(1)
@pytest.mark.title(fr="Les vecteurs de l’exemple", en="The vectors of the example")
@pytest.mark.hint(
    fr="La première ligne est le jeton de classe, (1, −1), plus la position (0, 0).",
    en="The first row is the class token, (1, −1), plus the position (0, 0).",
)
def test_the_vectors_of_the_example(student):
    answer = student.embed_patches(
        PATCHES,
        weight=np.array([[0.25, -1.0], [0.25, 1.0], [0.25, -1.0], [0.25, 1.0]]),
        bias=np.array([0.5, 0.0]),
        class_token=np.array([1.0, -1.0]),
        positions=np.array([[0.0, float(place)] for place in range(7)]),
    )
    first = [[1, -1], [5, 3], [7, 4], [9, 5], [17, 6], [19, 7], [21, 8]]
    expect_close(answer, np.array(first, dtype=float))
