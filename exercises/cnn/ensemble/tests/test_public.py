import numpy as np
import pytest

from graders.expect import expect, expect_array, expect_close
from graders.report import Text


@pytest.mark.points(0.5)
@pytest.mark.title(fr="L’exemple de l’énoncé", en="The example of the statement")
@pytest.mark.hint(
    fr="Additionnez les probabilités, chacune multipliée par le poids de son réseau, puis divisez "
    "par la somme des poids.",
    en="Add the probabilities, each multiplied by its network's weight, then divide by the sum of "
    "the weights.",
)
def test_the_example_of_the_statement(student):
    probabilities = np.array([[[0.6, 0.4, 0.0]], [[0.5, 0.3, 0.2]], [[0.0, 0.9, 0.1]]])
    weights = np.array([1.0, 1.0, 2.0])
    expect_close(student.combine(probabilities, weights), [[0.275, 0.625, 0.1]])


@pytest.mark.points(0.5)
@pytest.mark.title(fr="Les membres donnent des probabilités", en="The members give probabilities")
@pytest.mark.hint(
    fr="member_probabilities renvoie un tableau (M, N, K), M valant 3 au moins ; la somme sur les "
    "K classes vaut 1.",
    en="member_probabilities returns an array (M, N, K), M being 3 at least; the sum over the K "
    "classes is 1.",
)
def test_the_members_give_probabilities(student, rng):
    images = rng.integers(0, 256, size=(5, 32, 32, 3), dtype=np.uint8)
    found = expect_array(student.member_probabilities(images), shape=(None, 5, None), kinds="f")
    expect(
        len(found) >= 3,
        fr=f"{len(found)} membres, attendu\u00a0: au moins 3",
        en=f"{len(found)} members, expected 3 at least",
    )
    expect(found.min() >= 0, fr="une probabilité est négative", en="a probability is negative")
    expect_close(
        found.sum(axis=2),
        np.ones(found.shape[:2]),
        rtol=1e-3,
        name=Text(fr="les sommes", en="the sums"),
    )
