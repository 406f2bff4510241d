import numpy as np
import pytest

from graders.expect import expect_close

IMAGE = np.array(
    [
        [1.0, 3.0, 2.0, 0.0, 5.0],
        [4.0, 2.0, 1.0, 1.0, 3.0],
        [0.0, 1.0, 6.0, 2.0, 1.0],
        [2.0, 5.0, 3.0, 1.0, 4.0],
    ]
)


@pytest.mark.points(1)
@pytest.mark.title(fr="L’exemple, sans dépasser du bord", en="The example, within the image")
@pytest.mark.hint(
    fr='Avec edge="drop", la dernière colonne n’entre dans aucune fenêtre.',
    en='With edge="drop" the last column belongs to no window.',
)
def test_the_example_within_the_image(student):
    expect_close(student.max_pool2d(IMAGE, size=2, stride=2), np.array([[4.0, 2.0], [5.0, 6.0]]))
    expect_close(student.mean_pool2d(IMAGE, size=2, stride=2), np.array([[2.5, 1.0], [2.0, 3.0]]))
    expect_close(student.sum_pool2d(IMAGE, size=2, stride=2), np.array([[10.0, 4.0], [8.0, 12.0]]))


@pytest.mark.points(1)
@pytest.mark.title(fr="L’exemple, jusqu’au bord", en="The example, up to the edge")
@pytest.mark.hint(
    fr='Avec edge="partial", la dernière fenêtre de chaque ligne n’a que deux pixels.',
    en='With edge="partial" the last window of each row has two pixels only.',
)
def test_the_example_up_to_the_edge(student):
    options = {"size": 2, "stride": 2, "edge": "partial"}
    highest = np.array([[4.0, 2.0, 5.0], [5.0, 6.0, 4.0]])
    expect_close(student.max_pool2d(IMAGE, **options), highest)
    mean = np.array([[2.5, 1.0, 4.0], [2.0, 3.0, 2.5]])
    expect_close(student.mean_pool2d(IMAGE, **options), mean)
    total = np.array([[10.0, 4.0, 8.0], [8.0, 12.0, 5.0]])
    expect_close(student.sum_pool2d(IMAGE, **options), total)
