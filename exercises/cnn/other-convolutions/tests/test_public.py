import numpy as np
import pytest

from graders.expect import expect_close, expect_number

IMAGE = np.array([[1.0, 2, 0, 1], [0, 1, 3, 1], [2, 0, 1, 4], [1, 1, 0, 2]])
KERNEL = np.array([[1.0, 2], [0, -1]])
SMALL = np.array([[1.0, 2], [3, 0]])
CHANNELS = np.array([[[1.0, 2, 0], [0, 1, 3], [2, 0, 1]], [[0, 1, 1], [2, 0, 1], [1, 1, 0]]])
DEPTHWISE = np.array([[[1.0, 0], [0, 1]], [[0, 1], [1, 0]]])


@pytest.mark.points(0.5)
@pytest.mark.title(fr="L’exemple de la dilatée", en="The example of the dilated one")
@pytest.mark.hint(
    fr="Avec D = 2, le noyau lit les lignes 0 et 2, puis 1 et 3.",
    en="With D = 2 the kernel reads rows 0 and 2, then 1 and 3.",
)
def test_the_example_of_the_dilated_one(student):
    answer = student.dilated_conv2d(IMAGE, KERNEL, dilation=2)
    expect_close(answer, np.array([[0, 0], [6, 1]]))


@pytest.mark.points(0.5)
@pytest.mark.title(fr="Les exemples de la transposée", en="The examples of the transposed one")
@pytest.mark.hint(
    fr="Une image de côté 2 et un noyau de côté 2 : 3 de côté au pas 1, 4 au pas 2.",
    en="An image of side 2 and a kernel of side 2: a side of 3 with stride 1, of 4 with stride 2.",
)
def test_the_examples_of_the_transposed_one(student):
    one = np.array([[1, 4, 4], [3, 5, -2], [0, -3, 0]])
    expect_close(student.transposed_conv2d(SMALL, KERNEL, stride=1), one)
    two = np.array([[1, 2, 2, 4], [0, -1, 0, -2], [3, 6, 0, 0], [0, -3, 0, 0]])
    expect_close(student.transposed_conv2d(SMALL, KERNEL, stride=2), two)


@pytest.mark.points(0.5)
@pytest.mark.title(fr="Un exemple de la séparable", en="An example of the separable one")
@pytest.mark.hint(
    fr="La première ligne de M est (1, 1) : la première carte est la somme de Z0 et de Z1.",
    en="The first row of M is (1, 1): the first map is the sum of Z0 and Z1.",
)
def test_an_example_of_the_separable_one(student):
    answer = student.separable_conv2d(CHANNELS, DEPTHWISE, np.array([[1.0, 1], [2, -1], [0, 3]]))
    expect_close(answer, np.array([[[5, 6], [1, 4]], [[1, 9], [-1, 2]], [[9, 3], [3, 6]]]))


@pytest.mark.points(0.5)
@pytest.mark.title(fr="Les économies des exemples", en="The savings of the examples")
@pytest.mark.hint(fr="Les trois valent 16, 60 et 10.", en="The three of them are 16, 60 and 10.")
def test_the_savings_of_the_examples(student):
    assert expect_number(student.dilated_saving(3, 2)) == 16
    assert expect_number(student.transposed_saving(2, 2, 2, 2)) == 60
    assert expect_number(student.separable_saving(2, 3, 2)) == 10
