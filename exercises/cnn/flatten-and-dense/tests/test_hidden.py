import numpy as np
import pytest

from graders.expect import expect_close

ROWS_NOT_ONE = pytest.mark.mistake(
    "rows-not-one",
    fr="Vos lignes n’ont pas 1 pour somme",
    en="Your rows do not add up to 1",
    hint_fr="Chaque ligne du tableau est une image : c’est sur elle seule que porte la somme.",
    hint_en="Each row of the array is an image, and the sum runs over that image alone.",
)
COLUMN_ORDER = pytest.mark.mistake(
    "column-order",
    fr="Vous lisez les cartes par colonnes",
    en="You read the maps by columns",
    hint_fr="Dans chaque carte, on lit la première ligne entière avant de passer à la deuxième.",
    hint_en="Within a map, read the whole of the first row before you go on to the second.",
)


def probabilities(scores):
    """Return the softmax of each row, by the logarithm of the sum."""
    return np.exp(scores - np.logaddexp.reduce(scores, axis=1)[:, None])


def read(maps, *axes):
    """Return the maps as vectors, their axes after the first taken in the given order."""
    return maps.transpose(0, *axes).reshape(len(maps), -1)


def numbers(answer):
    """Return whether the answer is an array of numbers, which a mistake can be told from."""
    return isinstance(answer, np.ndarray) and answer.dtype.kind in "biuf"


def suspect(mistake, answer, wrong):
    """Name the mistake whose result the answer is, if it is one's."""
    for slug, value in wrong.items():
        if numbers(answer) and answer.shape == value.shape and np.allclose(answer, value, 1e-4):
            mistake(slug)


def suspect_sums(mistake, answer, shape):
    """Name the mistake of rows that are numbers, of the right shape, and add up to something."""
    finite = numbers(answer) and answer.shape == shape and np.isfinite(answer).all()
    if finite and not np.allclose(answer.sum(axis=1), 1, atol=1e-3):
        mistake("rows-not-one")


@pytest.mark.points(1.5)
@pytest.mark.title(fr="L’ordre de la mise à plat", en="The order of flattening")
@pytest.mark.hint(
    fr="Une ligne par image ; la première carte d’abord, et sa première ligne d’abord.",
    en="One row per image; the first map comes first, and so does its first row.",
)
@COLUMN_ORDER
@pytest.mark.mistake(
    "channels-interleaved",
    fr="Vous mêlez les cartes pixel par pixel",
    en="You interleave the maps pixel by pixel",
    hint_fr="L’axe des cartes vient avant ceux des pixels : une carte entière, puis la suivante.",
    hint_en="The axis of the maps comes before those of the pixels: a whole map, then the next.",
)
@pytest.mark.mistake(
    "batch-merged",
    fr="Vous fondez tout le lot en un seul vecteur",
    en="You merge the whole batch into one vector",
    hint_fr="Le premier axe compte les images : il doit rester.",
    hint_en="The first axis counts the images, and it has to stay.",
)
def test_the_order_of_flattening(student, rng, mistake):
    for shape in ((1, 3, 4, 5), (4, 2, 5, 3), (3, 4, 4, 4)):
        maps = rng.normal(size=shape).round(3)
        answer = student.flatten(maps)
        for axes in ((1, 3, 2), (3, 2, 1), (3, 1, 2)):
            suspect(mistake, answer, {"column-order": read(maps, *axes)})
        suspect(mistake, answer, {"channels-interleaved": read(maps, 2, 3, 1)})
        if numbers(answer) and answer.ndim == 1 and answer.size == maps.size:
            mistake("batch-merged")
        expect_close(answer, read(maps, 1, 2, 3))


@pytest.mark.points(1.5)
@pytest.mark.title(fr="Les scores de la couche dense", en="The scores of the dense layer")
@pytest.mark.hint(
    fr="weights a une ligne par neurone, et chaque neurone un seul biais.",
    en="weights has a row per neuron, and each neuron has a single bias.",
)
@pytest.mark.mistake(
    "weights-transposed",
    fr="Vous lisez les poids par colonnes",
    en="You read the weights by columns",
    hint_fr="Les poids d’un neurone sont une ligne de weights : avec @, il faut la transposée.",
    hint_en="The weights of a neuron are a row of weights: with @ it takes the transpose.",
)
@pytest.mark.mistake(
    "bias-forgotten",
    fr="Vous oubliez le biais",
    en="You forget the bias",
    hint_fr="Chaque score se termine par l’ajout du biais de son neurone.",
    hint_en="Each score ends with the bias of its neuron being added.",
)
@pytest.mark.mistake(
    "bias-per-image",
    fr="Vous ajoutez un biais par image",
    en="You add one bias per image",
    hint_fr="Le biais appartient au neurone : il est le même pour toutes les images du lot.",
    hint_en="The bias belongs to the neuron: it is the same for all images of the batch.",
)
def test_the_scores_of_the_dense_layer(student, rng, mistake):
    # A square case first: only there do the wrong ways give an answer at all.
    for count, length, neurons in ((5, 5, 5), (1, 7, 3), (6, 4, 1), (3, 60, 10)):
        vectors = rng.normal(size=(count, length)).round(3)
        weights = rng.normal(size=(neurons, length)).round(3)
        bias = rng.uniform(1, 5, size=neurons).round(3)
        sums = np.einsum("nd,md->nm", vectors, weights)
        answer = student.dense(vectors, weights, bias)
        suspect(mistake, answer, {"bias-forgotten": sums})
        if count == neurons == length:
            wrong = {
                "weights-transposed": vectors @ weights + bias,
                "bias-per-image": sums + bias[:, None],
            }
            suspect(mistake, answer, wrong)
        expect_close(answer, sums + bias, rtol=1e-4, atol=1e-4)


@pytest.mark.points(1.5)
@pytest.mark.title(fr="Des probabilités, image par image", en="Probabilities, image by image")
@pytest.mark.hint(
    fr="Quel axe du tableau énumère les classes d’une même image ?",
    en="Which axis of the array runs over the classes of one image?",
)
@ROWS_NOT_ONE
@pytest.mark.mistake(
    "exponential-forgotten",
    fr="Vous divisez les scores eux-mêmes",
    en="You divide the scores themselves",
    hint_fr="Un score peut être négatif, une probabilité non : l’exponentielle vient d’abord.",
    hint_en="A score may be negative, a probability may not: the exponential comes first.",
)
def test_probabilities_image_by_image(student, rng, mistake):
    for count, classes in ((6, 3), (4, 4), (1, 10), (5, 1)):
        scores = rng.normal(scale=2, size=(count, classes)).round(3)
        answer = student.softmax(scores)
        suspect_sums(mistake, answer, scores.shape)
        suspect(mistake, answer, {"exponential-forgotten": scores / scores.sum(1, keepdims=True)})
        expect_close(answer, probabilities(scores), rtol=1e-4)


@pytest.mark.points(2.5)
@pytest.mark.title(fr="Des scores immenses", en="Huge scores")
@pytest.mark.hint(
    fr="Après soustraction, le plus grand score de chaque image devrait valoir 0.",
    en="Once the number is taken off, the largest score of each image should be 0.",
)
@pytest.mark.mistake(
    "overflow",
    fr="Vos exponentielles débordent",
    en="Your exponentials overflow",
    hint_fr="Retranchez aux scores de chaque image leur maximum, avant l’exponentielle.",
    hint_en="Take from the scores of each image their maximum, before the exponential.",
)
@pytest.mark.mistake(
    "global-maximum",
    fr="Vous retranchez le même nombre à tout le lot",
    en="You take the same number from the whole batch",
    hint_fr="Une image aux scores bien plus faibles que les autres n’a plus que des zéros : "
    "le maximum se prend image par image.",
    hint_en="An image whose scores are far below the others' is left with zeros alone: "
    "the maximum is that of each image.",
)
@ROWS_NOT_ONE
def test_huge_scores(student, rng, mistake):
    # Whole numbers: float32 holds them exactly, however large.
    small = rng.integers(-6, 7, size=(5, 4)).astype(float)
    apart = rng.permutation([3000.0, 900.0, 0.0, -900.0, -3000.0])[:, None]
    wide = np.tile([0.0, 1000.0, -2000.0, 999.0], (5, 1)) + small
    cases = (
        (small + 1000, "overflow"),
        (small - 1000, "overflow"),
        (wide, "overflow"),
        (small + apart, "global-maximum"),
    )
    for scores, slug in cases:
        answer = student.softmax(scores)
        suspect_sums(mistake, answer, scores.shape)
        if numbers(answer) and not np.isfinite(answer).all():
            mistake(slug)
        expect_close(answer, probabilities(scores), rtol=1e-4)


@pytest.mark.points(1)
@pytest.mark.title(fr="La tête entière", en="The whole head")
@pytest.mark.hint(
    fr="classify ne fait qu’enchaîner vos trois fonctions.",
    en="classify does no more than call your three functions in turn.",
)
@COLUMN_ORDER
@pytest.mark.mistake(
    "softmax-forgotten",
    fr="Vous rendez les scores, sans softmax",
    en="You return the scores, without softmax",
    hint_fr="La dernière étape change les scores en probabilités.",
    hint_en="The last move turns the scores into probabilities.",
)
def test_the_whole_head(student, rng, mistake):
    for shape, classes in (((4, 3, 2, 5), 6), ((1, 2, 3, 3), 10)):
        maps = rng.normal(size=shape).round(3)
        weights = rng.normal(scale=0.5, size=(classes, int(np.prod(shape[1:])))).round(3)
        bias = rng.normal(size=classes).round(3)
        scores = read(maps, 1, 2, 3) @ weights.T + bias
        answer = student.classify(maps, weights, bias)
        suspect(mistake, answer, {"softmax-forgotten": scores})
        for axes in ((1, 3, 2), (3, 2, 1), (3, 1, 2)):
            by_columns = read(maps, *axes) @ weights.T + bias
            suspect(mistake, answer, {"column-order": probabilities(by_columns)})
        expect_close(answer, probabilities(scores), rtol=1e-3)
