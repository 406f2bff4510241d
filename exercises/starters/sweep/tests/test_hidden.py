import math

import numpy as np
import pytest

from graders.expect import expect_array, expect_number
from graders.intervals import wilson_interval


@pytest.mark.points(1)
@pytest.mark.title(
    fr="Le taux de la tâche vaut jusqu’au bout", en="The rate of the job holds to the end"
)
@pytest.mark.hint(
    fr="Une fois donnée, la valeur de learning_rate ne change plus.",
    en="Once it is given, the value of learning_rate does not change.",
)
def test_the_rate_holds_to_the_end(student, hidden, parameters):
    # A starter defines its rate, too: only a notebook that predicts earns the point.
    shown = hidden.load("mnist_hidden.npz")["images"][:10]
    expect_array(student.predict(shown), shape=(10,), kinds="iu")
    value = expect_number(student.get("learning_rate"), name="learning_rate")
    assert math.isclose(value, parameters["learning_rate"]), f"{value} is not that of the job"


@pytest.mark.points(1)
@pytest.mark.title(fr="La précision sur des chiffres nouveaux", en="The accuracy on new digits")
@pytest.mark.hint(
    fr="Comparez vos classes aux étiquettes de quelques images.",
    en="Compare your classes with the labels of a few images.",
)
def test_the_accuracy_on_new_digits(student, hidden, rng, measure):
    held = hidden.load("mnist_hidden.npz")
    chosen = rng.choice(len(held["images"]), size=1000, replace=False)
    answer = expect_array(student.predict(held["images"][chosen]), shape=(1000,), kinds="iu")
    right = answer == held["labels"][chosen]
    low, high = wilson_interval(int(right.sum()), len(right))
    measure("accuracy", float(np.mean(right)), low=low, high=high)
