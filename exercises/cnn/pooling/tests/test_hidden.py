import numpy as np
import pytest

from graders.expect import expect_close

POOLS = {"max_pool2d": np.max, "mean_pool2d": np.mean, "sum_pool2d": np.sum}

AXES_SWAPPED = pytest.mark.mistake(
    "axes-swapped",
    fr="Vous échangez les lignes et les colonnes",
    en="You swap rows and columns",
    hint_fr="La forme d’une image est (hauteur, largeur), celle de la sortie aussi.",
    hint_en="An image has shape (height, width), and so has the output.",
)
EDGE_IGNORED = pytest.mark.mistake(
    "edge-ignored",
    fr="Vous abandonnez la fenêtre partielle",
    en="You drop the partial window",
    hint_fr='Avec edge="partial", une fenêtre qui dépasse garde les pixels présents.',
    hint_en='With edge="partial" a window over the edge keeps the pixels that are there.',
)


def pooled(image, size, stride, edge, summary):
    """Return the pooling of the image. Missing pixels are NaN, and left out of each window."""
    count = np.floor if edge == "drop" else np.ceil
    rows, columns = (int(count((side - size) / stride)) + 1 for side in image.shape)
    room = (rows * stride + size, columns * stride + size)
    wide = np.full(np.maximum(room, image.shape), np.nan)
    wide[: image.shape[0], : image.shape[1]] = image
    output = np.empty((rows, columns))
    for i, j in np.ndindex(rows, columns):
        window = wide[i * stride : i * stride + size, j * stride : j * stride + size]
        output[i, j] = summary(window[~np.isnan(window)])
    return output


def suspect(mistake, answer, wrong):
    """Name the mistake whose result the answer is, if it is one's."""
    if not isinstance(answer, np.ndarray) or answer.dtype.kind not in "biuf":
        return
    for slug, grid in wrong.items():
        if answer.shape == grid.shape and np.allclose(answer, grid):
            mistake(slug)


@pytest.mark.points(2)
@pytest.mark.title(
    fr="Une fenêtre qui dépasse est abandonnée", en="A window over the edge is dropped"
)
@pytest.mark.hint(
    fr="Combien de fenêtres entières tiennent dans une largeur de 7 si elles ont 3 de côté ?",
    en="How many whole windows of side 3 fit into a width of 7?",
)
@pytest.mark.mistake(
    "ceil-for-floor",
    fr="Vous gardez les fenêtres qui dépassent du bord",
    en="You keep the windows that hang over the edge",
    hint_fr='Avec edge="drop", le nombre de fenêtres s’arrondit vers le bas.',
    hint_en='With edge="drop" the number of windows is rounded down.',
)
@AXES_SWAPPED
def test_windows_over_the_edge_are_dropped(student, rng, mistake):
    for size, stride, height, width in ((2, 2, 7, 9), (3, 2, 8, 12), (3, 3, 10, 7)):
        image = rng.normal(size=(height, width)).round(2)
        for name, summary in POOLS.items():
            expected = pooled(image, size, stride, "drop", summary)
            answer = student.call(name, image, size=size, stride=stride, edge="drop")
            kept = pooled(image, size, stride, "partial", summary)
            suspect(mistake, answer, {"ceil-for-floor": kept, "axes-swapped": expected.T})
            expect_close(answer, expected)


@pytest.mark.points(2)
@pytest.mark.title(
    fr="Le maximum au bord d’une image négative", en="The maximum at the edge of a negative image"
)
@pytest.mark.hint(
    fr="Un pixel qui manque n’est pas un pixel nul.", en="A missing pixel is not a zero."
)
@pytest.mark.mistake(
    "zero-padding-under-negatives",
    fr="Vous complétez l’image par des zéros",
    en="You fill the image up with zeros",
    hint_fr="Sous des valeurs négatives, un zéro ajouté devient le maximum de la fenêtre.",
    hint_en="Next to negative values, a zero that was added becomes the window's maximum.",
)
@EDGE_IGNORED
def test_the_maximum_at_the_edge_of_a_negative_image(student, rng, mistake):
    for size, stride, height, width in ((2, 2, 5, 7), (3, 2, 6, 8), (4, 3, 6, 9)):
        image = -rng.uniform(1, 9, size=(height, width)).round(2)
        expected = pooled(image, size, stride, "partial", np.max)
        answer = student.max_pool2d(image, size=size, stride=stride, edge="partial")
        grown = [(n - 1) * stride + size for n in expected.shape]
        filled = np.zeros(grown)
        filled[:height, :width] = image
        wrong = {
            "zero-padding-under-negatives": pooled(filled, size, stride, "drop", np.max),
            "edge-ignored": pooled(image, size, stride, "drop", np.max),
        }
        suspect(mistake, answer, wrong)
        expect_close(answer, expected)


@pytest.mark.points(2)
@pytest.mark.title(fr="La moyenne et la somme au bord", en="The mean and the sum at the edge")
@pytest.mark.hint(
    fr="Par combien de pixels faut-il diviser, dans un coin de l’image ?",
    en="How many pixels are there to divide by, in a corner of the image?",
)
@pytest.mark.mistake(
    "full-window-mean",
    fr="Vous divisez toujours par la fenêtre entière",
    en="You always divide by the whole window",
    hint_fr="La moyenne d’une fenêtre partielle ne porte que sur les pixels présents.",
    hint_en="The mean of a partial window is taken over the pixels that are there.",
)
@EDGE_IGNORED
def test_the_mean_and_the_sum_at_the_edge(student, rng, mistake):
    for size, stride, height, width in ((2, 2, 7, 5), (3, 2, 8, 6), (4, 4, 9, 6)):
        image = rng.uniform(1, 9, size=(height, width)).round(2)
        mean, total = (pooled(image, size, stride, "partial", f) for f in (np.mean, np.sum))
        answer = student.mean_pool2d(image, size=size, stride=stride, edge="partial")
        wrong = {
            "full-window-mean": total / size**2,
            "edge-ignored": pooled(image, size, stride, "drop", np.mean),
        }
        suspect(mistake, answer, wrong)
        expect_close(answer, mean)
        answer = student.sum_pool2d(image, size=size, stride=stride, edge="partial")
        suspect(mistake, answer, {"edge-ignored": pooled(image, size, stride, "drop", np.sum)})
        expect_close(answer, total)


@pytest.mark.points(2)
@pytest.mark.title(fr="Des fenêtres qui se chevauchent", en="Windows that overlap")
@pytest.mark.hint(
    fr="De combien de pixels la fenêtre avance-t-elle ?",
    en="By how many pixels does the window move?",
)
@pytest.mark.mistake(
    "stride-ignored",
    fr="Votre fenêtre avance toujours de sa propre taille",
    en="Your window always moves by its own size",
    hint_fr="La fenêtre avance de stride pixels, qui peut être plus petit que size.",
    hint_en="The window moves by stride pixels, which may be fewer than size.",
)
@AXES_SWAPPED
def test_windows_that_overlap(student, rng, mistake):
    for size, stride, height, width in ((2, 1, 4, 6), (3, 1, 6, 9), (4, 2, 8, 12)):
        image = rng.normal(size=(height, width)).round(2)
        for name, summary in POOLS.items():
            expected = pooled(image, size, stride, "drop", summary)
            answer = student.call(name, image, size=size, stride=stride, edge="drop")
            apart = pooled(image, size, size, "drop", summary)
            suspect(mistake, answer, {"stride-ignored": apart, "axes-swapped": expected.T})
            expect_close(answer, expected)
