import pytest

from graders.expect import expect_equal, expect_number
from graders.report import Text

TRAIN = [0.8, 0.5, 0.4, 0.3, 0.2, 0.1]
VALIDATION = [0.9, 0.6, 0.7, 0.5, 0.8, 0.6]


@pytest.mark.points(0.5)
@pytest.mark.title(fr="Les pertes de l’exemple", en="The losses of the example")
@pytest.mark.hint(
    fr="La plus petite perte est 0,5, à l’époque 3 ; deux époques ont passé depuis.",
    en="The smallest loss is 0.5, at epoch 3; two epochs have passed since.",
)
def test_the_losses_of_the_example(student):
    expect_equal(expect_number(student.best_epoch(VALIDATION)), 3.0)
    for seen, asked in ((3, 0.0), (4, 0.0), (5, 0.0), (6, 1.0)):
        found = expect_number(student.should_stop(VALIDATION[:seen], patience=2))
        expect_equal(
            found,
            asked,
            name=Text(
                fr=f"après {seen} époques, should_stop comme nombre",
                en=f"after {seen} epochs, should_stop as a number",
            ),
        )


@pytest.mark.points(0.5)
@pytest.mark.title(fr="La répétition de l’exemple", en="The rehearsal of the example")
@pytest.mark.hint(
    fr="L’entraînement s’arrête après l’époque 5 et rend le modèle de l’époque 3.",
    en="Training stops after epoch 5 and gives back the model of epoch 3.",
)
def test_the_rehearsal_of_the_example(student):
    done = student.rehearse([*TRAIN, 0.1, 0.1], [*VALIDATION, 0.4, 0.3], patience=2)
    expect_equal(done["last"], 5, name=Text(fr="la dernière époque", en="the last epoch"))
    expect_equal(
        done["weight"],
        3.0,
        name=Text(fr="l’époque que contient model", en="the epoch that model holds"),
    )
