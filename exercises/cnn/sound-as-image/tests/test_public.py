import numpy as np
import pytest

from graders.expect import expect_close

SIGNAL = np.array([0.0, 4.0, 4.0, 0.0, 0.0, 4.0, -4.0, 0.0])
BLOCKS = np.array([[0.0, 4.0, 4.0, 0.0], [4.0, 0.0, 0.0, 4.0], [0.0, 4.0, -4.0, 0.0]])
POWER = np.array([[36.0, 0.0, 0.0], [18.0, 0.0, 18.0], [0.0, 0.0, 36.0]])
ENERGIES = np.array([[54.0, 0.0, 18.0], [0.0, 0.0, 36.0]])


@pytest.mark.points(0.5)
@pytest.mark.title(fr="Blocs et puissances de l’exemple", en="Blocks and powers of the example")
@pytest.mark.hint(
    fr="Huit valeurs, K = 4 et S = 2 : trois blocs, qui commencent en 0, 2 et 4.",
    en="Eight values, K = 4 and S = 2: three blocks, which begin at 0, 2 and 4.",
)
def test_blocks_and_powers_of_the_example(student):
    expect_close(student.cut_blocks(SIGNAL, window=4, hop=2), BLOCKS)
    expect_close(student.spectrogram(SIGNAL, window=4, hop=2), POWER, atol=1e-4)


@pytest.mark.points(0.5)
@pytest.mark.title(fr="Bandes et image de l’exemple", en="Bands and image of the example")
@pytest.mark.hint(
    fr="Les trois lignes sont à 0, 2 et 4 Hz : deux tombent dans la première bande.",
    en="The three rows are at 0, 2 and 4 Hz: two of them fall into the first band.",
)
def test_bands_and_image_of_the_example(student):
    expect_close(student.band_energies(POWER, rate=8, edges=[0, 3, 5]), ENERGIES)
    image = np.array([[1.0, 0.0, 0.7614], [0.0, 0.0, 0.9120]])
    expect_close(student.to_image(ENERGIES, range_db=20), image, atol=1e-4)
