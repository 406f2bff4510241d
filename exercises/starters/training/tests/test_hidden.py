import numpy as np
import pytest

from graders.expect import expect_array
from graders.intervals import wilson_interval

FLOOR, TARGET = 0.60, 0.80
# What guessing comes to, and a little luck.
CHANCE = 0.25


@pytest.mark.points(4)
@pytest.mark.title(fr="La précision sur des chiffres nouveaux", en="The accuracy on new digits")
@pytest.mark.hint(
    fr="La perte descend-elle encore à la dernière époque ?",
    en="Does the loss still go down in the last epoch?",
)
@pytest.mark.mistake(
    "not-trained",
    fr="Votre réseau n’a rien appris",
    en="Your network has learnt nothing",
    hint_fr="Appelez loss.backward() et optimiser.step() pour chaque lot.",
    hint_en="Call loss.backward() and optimiser.step() for each batch.",
)
def test_the_accuracy_on_new_digits(*, student, hidden, rng, mistake, measure, credit):
    held = hidden.load("mnist_hidden.npz")
    chosen = rng.choice(len(held["images"]), size=1000, replace=False)
    answer = expect_array(student.predict(held["images"][chosen]), shape=(1000,), kinds="iu")
    right = answer == held["labels"][chosen]
    low, high = wilson_interval(int(right.sum()), len(right))
    accuracy = float(np.mean(right))
    measure("accuracy", accuracy, low=low, high=high)
    if accuracy < CHANCE:
        mistake("not-trained")
    credit(min(max((accuracy - FLOOR) / (TARGET - FLOOR), 0.0), 1.0))
