import numpy as np
import pytest

from graders.expect import expect, expect_close
from graders.report import Text

X = np.array([[[[1.0, 3.0]]], [[[5.0, 7.0]]]])
LAYER = {"gamma": np.array([2.0]), "beta": np.array([1.0]), "eps": 4.0}


@pytest.mark.points(1)
@pytest.mark.title(fr="Cinq nombres passés au dropout", en="Five numbers through dropout")
@pytest.mark.hint(
    fr="À l’entraînement, chaque nombre vaut 0 ou x/(1 - r) ; à l’évaluation, il reste x.",
    en="In training each number is 0 or x/(1 - r); in evaluation it stays x.",
)
def test_five_numbers_through_dropout(student):
    x = np.arange(1.0, 6.0)
    dropped = student.dropout(x, rate=0.2, training=True, seed=5)
    kept = np.asarray(dropped) != 0
    expect_close(dropped, np.where(kept, x / 0.8, 0.0))
    expect_close(student.dropout(x, rate=0.2, training=False, seed=5), x)


@pytest.mark.points(1)
@pytest.mark.title(fr="Le lot de l’énoncé", en="The statement's batch")
@pytest.mark.hint(
    fr="Refaites le calcul de l’énoncé : μ = 4, σ² = 5, et la racine de 9.",
    en="Redo the statement's sum: μ = 4, σ² = 5, and the root of 9.",
)
def test_the_statements_batch(student):
    running = {"mean": np.array([0.0]), "variance": np.array([1.0]), "momentum": 0.1}
    answer = student.batch_norm(X, **LAYER, **running, training=True)
    expect(
        isinstance(answer, list | tuple) and len(answer) == 3,
        fr="attendu\u00a0: trois valeurs, return y, mean, variance",
        en="expected three values: return y, mean, variance",
    )
    expect_close(answer[0], np.array([[[[-1, 1 / 3]]], [[[5 / 3, 3]]]]), atol=1e-4, name="y")
    expect_close(
        answer[1], np.array([0.4]), name=Text(fr="la moyenne courante", en="the running mean")
    )
    expect_close(
        answer[2],
        np.array([0.9 + 2 / 3]),
        atol=1e-4,
        name=Text(fr="la variance courante", en="the running variance"),
    )
