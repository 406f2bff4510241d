import numpy as np
import pytest

from graders.expect import expect, expect_array, expect_close, expect_equal
from graders.report import Text


@pytest.mark.points(1)
@pytest.mark.title(fr="Dix images en lots de 4", en="Ten images in batches of 4")
@pytest.mark.hint(
    fr="La réponse est une liste de couples (images, étiquettes), de 4, 4 et 2 images.",
    en="The answer is a list of pairs (images, labels), of 4, 4 and 2 images.",
)
def test_ten_images_in_batches_of_four(student):
    numbers = np.arange(10)
    batches = student.mini_batches(numbers.reshape(10, 1, 1), numbers, size=4, seed=3)
    expect(
        isinstance(batches, list | tuple),
        fr="attendu\u00a0: une liste de lots",
        en="expected a list of batches",
    )
    sizes, seen = [], []
    for batch in batches:
        expect(
            isinstance(batch, list | tuple) and len(batch) == 2,
            fr="un lot est un couple\u00a0: (images, labels)",
            en="a batch is a pair: (images, labels)",
        )
        labels = expect_array(
            batch[1], shape=(None,), name=Text(fr="les étiquettes d’un lot", en="a batch's labels")
        )
        images = expect_array(
            batch[0],
            shape=(len(labels), 1, 1),
            name=Text(fr="les images d’un lot", en="a batch's images"),
        )
        expect_close(
            images.ravel(), labels, name=Text(fr="les images d’un lot", en="a batch's images")
        )
        sizes.append(len(labels))
        seen += labels.tolist()
    expect_equal(
        sizes, [4, 4, 2], name=Text(fr="les tailles des lots", en="the sizes of the batches")
    )
    expect_equal(
        sorted(seen), list(range(10)), name=Text(fr="les images, triées", en="the images, sorted")
    )


@pytest.mark.points(1)
@pytest.mark.title(fr="Le pas de l’énoncé", en="The statement's step")
@pytest.mark.hint(
    fr="Trois images, un seul lot, une seule époque : un pas, quel que soit le mélange.",
    en="Three images, one batch, one epoch: a single step, whatever the shuffle.",
)
def test_the_statements_step(student):
    images = np.array([[[1.0, 2.0]], [[3.0, 0.0]], [[1.0, 1.0]]])
    start = np.zeros((2, 2)), np.zeros(2)
    chance = {"size": 3, "rate": 0.6, "epochs": 1, "seed": 0}
    answer = student.train(images, np.array([0, 1, 0]), *start, **chance)
    expect(
        isinstance(answer, list | tuple) and len(answer) == 2,
        fr="attendu\u00a0: un couple, return weights, bias",
        en="expected a pair: return weights, bias",
    )
    expect_close(
        answer[0], np.array([[-0.1, 0.3], [0.1, -0.3]]), name=Text(fr="les poids", en="the weights")
    )
    expect_close(answer[1], np.array([0.1, -0.1]), name=Text(fr="le biais", en="the bias"))
