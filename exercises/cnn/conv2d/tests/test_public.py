import numpy as np
import pytest

from graders.expect import expect_close

IMAGE = np.array([[[1, 2, 0], [0, 1, 3], [2, 0, 1]], [[0, 1, 1], [2, 0, 1], [1, 1, 0]]])
KERNELS = np.array([[[[1, 0], [0, 1]], [[0, 1], [1, 0]]], [[[1, -1], [0, 0]], [[0, 0], [0, 2]]]])
BIAS = np.array([1, -2])


@pytest.mark.points(1)
@pytest.mark.title(fr="L’exemple, sans remplissage", en="The example without padding")
@pytest.mark.hint(
    fr="En haut à gauche, le filtre 0 donne 2 sur le canal 0, 3 sur le canal 1, et 1 de biais.",
    en="In the top left corner, filter 0 gives 2 in channel 0, 3 in channel 1, and a bias of 1.",
)
def test_the_example_without_padding(student):
    expected = np.array([[[6, 7], [2, 5]], [[-3, 2], [-1, -4]]])
    expect_close(student.conv2d(IMAGE, KERNELS, BIAS), expected)


@pytest.mark.points(1)
@pytest.mark.title(fr="L’exemple, avec pas et remplissage", en="The example, stride and padding")
@pytest.mark.hint(
    fr="L’image remplie a 5 lignes et 5 colonnes ; le noyau commence aux lignes 0 et 2.",
    en="The padded image has 5 rows and 5 columns; the kernel starts at rows 0 and 2.",
)
def test_the_example_with_stride_and_padding(student):
    expected = np.array([[[2, 2], [5, 5]], [[-2, 0], [0, -4]]])
    expect_close(student.conv2d(IMAGE, KERNELS, BIAS, stride=2, padding=1), expected)
