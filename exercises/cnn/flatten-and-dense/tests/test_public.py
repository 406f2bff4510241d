import numpy as np
import pytest

from graders.expect import expect_close

MAPS = np.array([[[[1.0, 0.0], [2.0, 1.0]], [[0.0, 3.0], [1.0, 1.0]]]])
VECTOR = np.array([[1.0, 0.0, 2.0, 1.0, 0.0, 3.0, 1.0, 1.0]])
WEIGHTS = np.array(
    [
        [1.0, 0.0, 1.0, 0.0, 0.0, -1.0, 0.0, 1.0],
        [0.0, 1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0],
        [-1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 1.0],
    ]
)
BIAS = np.array([1.0, 0.0, 0.0])
SCORES = np.array([[2.0, 3.0, 0.0]])
PROBABILITIES = np.array([[0.25949646, 0.70538451, 0.03511903]])


@pytest.mark.points(1)
@pytest.mark.title(fr="L’exemple, pas à pas", en="The example, step by step")
@pytest.mark.hint(
    fr="Chaque fonction reçoit ici le résultat attendu de la précédente : voyez laquelle s’écarte.",
    en="Each function gets the right result of the one before: see which of them goes astray.",
)
def test_the_example_step_by_step(student):
    expect_close(student.flatten(MAPS), VECTOR, name="flatten(maps)")
    expect_close(student.dense(VECTOR, WEIGHTS, BIAS), SCORES, name="dense(...)")
    expect_close(student.softmax(SCORES), PROBABILITIES, name="softmax(scores)")


@pytest.mark.points(1)
@pytest.mark.title(fr="L’exemple, d’un trait", en="The example in one go")
@pytest.mark.hint(
    fr="classify enchaîne flatten, dense et softmax.",
    en="classify is flatten, then dense, then softmax.",
)
def test_the_example_in_one_go(student):
    expect_close(student.classify(MAPS, WEIGHTS, BIAS), PROBABILITIES)
