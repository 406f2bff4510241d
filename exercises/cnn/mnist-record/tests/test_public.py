import numpy as np
import pytest

from graders.expect import expect, expect_array
from graders.onnx.network import read_network


@pytest.mark.points(0.5)
@pytest.mark.title(
    fr="model.onnx prend des images et donne dix notes",
    en="model.onnx takes images, gives ten scores",
)
@pytest.mark.hint(
    fr="save_onnx(model) l’écrit, une fois le réseau entraîné : entrée (n, 1, 28, 28), sortie "
    "(n, 10).",
    en="save_onnx(model) writes it, once the network is trained: input (n, 1, 28, 28), output "
    "(n, 10).",
)
def test_the_file_holds_a_network_of_the_right_shape(student):
    facts = read_network(student.file("model.onnx")).facts
    expect(
        facts.input[1:] == (1, 28, 28),
        fr=f"le réseau prend des images de forme {facts.input[1:]}",
        en=f"the network takes images of shape {facts.input[1:]}",
    )
    expect(
        facts.output[1:] == (10,),
        fr=f"le réseau donne des scores de forme {facts.output[1:]} par image",
        en=f"the network gives scores of shape {facts.output[1:]} for an image",
    )


@pytest.mark.points(0.5)
@pytest.mark.title(fr="predict donne une classe par image", en="predict gives a class per image")
@pytest.mark.hint(
    fr="Pour N images, predict renvoie N entiers de 0 à 9, de forme (N,).",
    en="For N images, predict returns N whole numbers from 0 to 9, of shape (N,).",
)
def test_predict_gives_a_class_per_image(student, rng):
    for count in (1, 7):
        images = rng.integers(0, 256, size=(count, 28, 28), dtype=np.uint8)
        classes = expect_array(student.predict(images), shape=(count,), kinds="iu")
        expect(
            set(classes.tolist()) <= set(range(10)),
            fr="une classe n’est pas de 0 à 9",
            en="a class is not one of 0 to 9",
        )
