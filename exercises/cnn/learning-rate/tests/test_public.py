import numpy as np
import pytest

from graders.expect import expect_close, expect_number
from graders.report import Text

RATES = np.array([0.1, 0.4, 1.2, 4.0, 10.0])
LOSSES = np.array([4.0, 2.56, 0.1024, 0.200704])
CYCLE = np.array([0.1, 0.55, 1.0, 0.85501786, 0.505, 0.15498214, 0.01])


@pytest.mark.points(1)
@pytest.mark.title(fr="L’essai de l’énoncé", en="The statement's range test")
@pytest.mark.hint(
    fr="La cinquième perte fait tout arrêter : elle n’est pas dans la liste.",
    en="The fifth loss stops everything: it is not in the list.",
)
def test_the_statements_range_test(student):
    found = student.finder_rates(0.001, 10.0, count=5)
    expect_close(
        found,
        np.array([0.001, 0.01, 0.1, 1.0, 10.0]),
        rtol=1e-4,
        name=Text(fr="les taux", en="the rates"),
    )
    example = np.array([[1.0]]), np.array([2.0]), np.array([0.0])
    expect_close(
        student.range_test(*example, RATES),
        LOSSES,
        rtol=1e-4,
        name=Text(fr="les pertes", en="the losses"),
    )
    chosen = expect_number(
        student.suggest_rate(RATES, LOSSES), name=Text(fr="le taux choisi", en="the chosen rate")
    )
    expect_close(chosen, 0.12, name=Text(fr="le taux choisi", en="the chosen rate"))


@pytest.mark.points(1)
@pytest.mark.title(fr="Le cycle de l’énoncé", en="The statement's cycle")
@pytest.mark.hint(
    fr="Deux pas pour monter, quatre pour descendre, et un cosinus sur chaque versant.",
    en="Two steps up, four steps down, and a cosine on either slope.",
)
def test_the_statements_cycle(student):
    found = student.one_cycle(1.0, steps=7, peak=2, div=10.0, final_div=10.0)
    expect_close(found, CYCLE, rtol=1e-4, name=Text(fr="le cycle", en="the cycle"))
