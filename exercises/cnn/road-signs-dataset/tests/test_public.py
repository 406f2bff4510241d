import numpy as np
import pytest

from graders.expect import expect_array, expect_close
from graders.report import Text


@pytest.mark.points(0.5)
@pytest.mark.title(fr="Un pixel gris, une image centrée", en="A grey pixel, an image in the middle")
@pytest.mark.hint(
    fr="Une image de 2 sur 4 devient une bande de 4 sur 8 au milieu d’un carré de 8.",
    en="An image of 2 by 4 becomes a band of 4 by 8 in the middle of a square of 8.",
)
def test_a_grey_pixel_and_an_image_in_the_middle(student):
    pixels = np.array([[[200, 100, 50], [255, 255, 255]]], dtype=np.uint8)
    expect_close(student.to_grey(pixels), np.array([[0.4871, 1.0]]), atol=3e-3)
    band = np.zeros((8, 8))
    band[2:6] = 0.5
    expect_close(student.letterbox(np.full((2, 4), 0.5, np.float32), size=8), band, atol=3e-3)


@pytest.mark.points(0.5)
@pytest.mark.title(fr="Écrire, puis relire", en="Writing, then reading back")
@pytest.mark.hint(
    fr="Le fichier contient deux tableaux, images et labels ; read_dataset renvoie les deux.",
    en="The file holds two arrays, images and labels; read_dataset returns both.",
)
def test_writing_then_reading_back(student):
    images = [np.full((9, 12, 3), 255, np.uint8), np.full((20, 10, 3), 51, np.uint8)]
    student.write_dataset("public.h5", images, [3, 1], size=12, smallest=5)
    found, labels = student.read_dataset("public.h5")
    expect_close(expect_array(found, shape=(2, 12, 12))[:, 6, 6], np.array([1.0, 0.2]), atol=1e-3)
    expect_close(labels, np.array([3, 1]), name=Text(fr="les étiquettes", en="the labels"))
