import numpy as np
import pytest

from graders.expect import expect, expect_array


@pytest.mark.points(0.5)
@pytest.mark.title(fr="predict donne une classe par image", en="predict gives a class per image")
@pytest.mark.hint(
    fr="Pour N images, predict renvoie N entiers, de forme (N,).",
    en="For N images, predict returns N whole numbers, of shape (N,).",
)
def test_predict_gives_a_class_per_image(student, rng):
    for count in (1, 7):
        images = rng.integers(0, 256, size=(count, 32, 32, 3), dtype=np.uint8)
        classes = expect_array(student.predict(images), shape=(count,), kinds="iu")
        expect(classes.min() >= 0, fr="une classe est négative", en="a class is negative")


@pytest.mark.points(0.5)
@pytest.mark.title(
    fr="model a les trois étages du réseau de base", en="model has the base's three stages"
)
@pytest.mark.hint(
    fr="Construisez model par network(...), qui nomme ses étages stage1, stage2 et stage3.",
    en="Build model by network(...), which calls its stages stage1, stage2 and stage3.",
)
def test_model_has_the_three_stages(student, hidden):
    found = student.tensors("model")
    for name, weights in hidden.load("base.safetensors").items():
        if name.startswith("stage"):
            same = [one for own, one in found.items() if own.endswith(name)]
            expect(bool(same), fr=f"model n’a pas de {name}", en=f"model has no {name}")
            expect_array(same[0], like=weights, name=name)
