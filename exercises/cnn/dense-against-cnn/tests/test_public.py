import numpy as np
import pytest

from graders.expect import expect, expect_array, expect_number

SHARES = ("in_place", "shifted")


@pytest.mark.points(0.5)
@pytest.mark.title(fr="Une classe par image", en="A class per image")
@pytest.mark.hint(
    fr="Pour N images, chaque fonction renvoie N entiers de 0 à 9, de forme (N,).",
    en="For N images, each function returns N whole numbers from 0 to 9, of shape (N,).",
)
def test_a_class_per_image(student, rng):
    for predict in (student.predict_dense, student.predict_cnn):
        for count in (1, 7):
            images = rng.integers(0, 256, size=(count, 28, 28), dtype=np.uint8)
            classes = expect_array(predict(images), shape=(count,), kinds="iu")
            expect(
                set(classes.tolist()) <= set(range(10)),
                fr="une classe n’est pas de 0 à 9",
                en="a class is not one of 0 to 9",
            )


@pytest.mark.points(0.5)
@pytest.mark.title(fr="Le tableau est complet", en="The report is complete")
@pytest.mark.hint(
    fr="Quatre nombres par réseau, sous leurs noms ; une précision est entre 0 et 1.",
    en="Four numbers per network, under their names; an accuracy is between 0 and 1.",
)
def test_the_report_is_complete(student):
    report = student.get("report")
    for network in ("dense", "cnn"):
        row = report.get(network) if isinstance(report, dict) else None
        expect(
            isinstance(row, dict),
            fr=f"report n’a pas de dictionnaire sous {network!r}",
            en=f"report has no dict under {network!r}",
        )
        for name in ("parameters", *SHARES, "fall"):
            expect(
                name in row,
                fr=f"report[{network!r}] n’a pas de {name!r}",
                en=f"report[{network!r}] has no {name!r}",
            )
            figure = expect_number(row[name], name=f"report[{network!r}][{name!r}]")
            expect(
                name not in SHARES or 0 <= figure <= 1,
                fr=f"{name} n’est pas entre 0 et 1",
                en=f"{name} is not between 0 and 1",
            )
