import numpy as np
import pytest

from graders.expect import expect_array, expect_close


def correlated(image, kernel):
    """Return the sum of products at each place, one after the other."""
    height, width = kernel.shape
    rows, columns = (side - span + 1 for side, span in zip(image.shape, kernel.shape, strict=True))
    output = np.empty((rows, columns))
    for i, j in np.ndindex(rows, columns):
        output[i, j] = np.sum(image[i : i + height, j : j + width] * kernel)
    return output


@pytest.mark.points(3)
@pytest.mark.title(fr="Des images et des noyaux tirés au sort", en="Images and kernels drawn anew")
@pytest.mark.hint(
    fr="Ni l’image ni le noyau ne sont forcément carrés.",
    en="Neither the image nor the kernel needs to be square.",
)
@pytest.mark.mistake(
    "kernel-flipped",
    fr="Vous retournez le noyau",
    en="You flip the kernel",
    hint_fr="Dans un réseau, le noyau s’applique tel qu’il est.",
    hint_en="In a network, the kernel is applied as it is.",
)
def test_images_and_kernels_drawn_anew(student, rng, mistake):
    for shape, span in (((5, 5), (3, 3)), ((4, 7), (2, 3)), ((6, 4), (1, 4))):
        image, kernel = rng.normal(size=shape), rng.normal(size=span)
        expected = correlated(image, kernel)
        answer = expect_array(student.correlate(image, kernel), shape=expected.shape, kinds="f")
        if np.allclose(answer, correlated(image, kernel[::-1, ::-1])):
            mistake("kernel-flipped")
        expect_close(answer, expected)
