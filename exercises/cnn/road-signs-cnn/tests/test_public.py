import numpy as np
import pytest

from graders.expect import expect, expect_array

CLASSES = (12, 43)


@pytest.mark.points(0.5)
@pytest.mark.title(fr="Une classe par image", en="A class per image")
@pytest.mark.hint(
    fr="Pour N images, predict renvoie N entiers, de forme (N,).",
    en="For N images, predict returns N whole numbers, of shape (N,).",
)
def test_a_class_per_image(student, rng):
    for count in (1, 7):
        images = rng.integers(0, 256, size=(count, 32, 32, 3), dtype=np.uint8)
        classes = expect_array(student.predict(images), shape=(count,), kinds="iu")
        expect(
            classes.min() >= 0 and classes.max() < max(CLASSES),
            fr="une classe n’est celle d’aucun panneau",
            en="a class is none of the signs",
        )


@pytest.mark.points(0.5)
@pytest.mark.title(fr="Un rappel par classe", en="A recall per class")
@pytest.mark.hint(
    fr="recalls a une valeur entre 0 et 1 par classe ; chaque classe doit être dans la validation.",
    en="recalls has a value between 0 and 1 per class; each class must be in the validation set.",
)
def test_a_recall_per_class(student):
    recalls = expect_array(student.get("recalls"), shape=(None,), name="recalls")
    expect(
        recalls.size in CLASSES,
        fr=f"recalls a {recalls.size} valeurs, et non une par classe",
        en=f"recalls has {recalls.size} values, not one per class",
    )
    expect(
        recalls.min() >= 0 and recalls.max() <= 1,
        fr="un rappel n’est pas entre 0 et 1",
        en="a recall is not between 0 and 1",
    )
