import numpy as np
import pytest

from graders.expect import expect_array, expect_close

PATCH_ORDER = pytest.mark.mistake(
    "patch-order",
    fr="Vous parcourez les carreaux colonne par colonne",
    en="You walk through the patches column by column",
    hint_fr="Les carreaux se lisent comme un texte : toute une rangée, puis la suivante.",
    hint_en="Patches are read like text: a whole row of them, then the next row.",
)
CHANNELS_LAST = pytest.mark.mistake(
    "channels-last",
    fr="Vous mêlez les canaux, pixel par pixel",
    en="You interleave the channels, pixel by pixel",
    hint_fr="Une ligne donne tous les pixels du premier canal, puis tous ceux du deuxième.",
    hint_en="A row has all the pixels of the first channel, then all those of the second.",
)


def windows(image, size):
    """Return the whole patches in reading order, each of shape (C, size, size)."""
    height, width = image.shape[1:]
    return [
        image[:, top : top + size, left : left + size]
        for top in range(0, height - size + 1, size)
        for left in range(0, width - size + 1, size)
    ]


def flat(parts):
    return np.array([part.reshape(-1) for part in parts])


def split(image, size):
    return flat(windows(image, size))


def mosaic(parts, columns):
    """Return the image of the patches set side by side, `columns` in a row."""
    rows = [parts[first : first + columns] for first in range(0, len(parts), columns)]
    return np.concatenate([np.concatenate(row, axis=2) for row in rows], axis=1)


def check(mistake, answer, expected, wrong, *, atol=1e-6):
    """Compare, and name the mistake whose result the answer is."""
    array = expect_array(answer)
    if array.shape != expected.shape or not np.allclose(array, expected, atol=atol):
        for slug, grid in wrong.items():
            if array.shape == grid.shape and np.allclose(array, grid, atol=atol):
                mistake(slug)
    expect_close(array, expected, atol=atol)


@pytest.mark.points(2)
@pytest.mark.title(fr="Des carreaux dans l’ordre de la lecture", en="Patches in reading order")
@pytest.mark.hint(
    fr="Pour une image de 4 sur 6 et P = 2, où commence le deuxième carreau ?",
    en="For an image of 4 by 6 and P = 2, where does the second patch begin?",
)
@PATCH_ORDER
@pytest.mark.mistake(
    "runs-not-squares",
    fr="Vous coupez des segments de pixels, pas des carrés",
    en="You cut runs of pixels, not squares",
    hint_fr="reshape seul ne déplace aucun pixel : il faut séparer les axes, puis les transposer.",
    hint_en="reshape alone moves no pixel: split the axes, then transpose them.",
)
@pytest.mark.mistake(
    "pixel-order",
    fr="Vous lisez chaque carreau colonne par colonne",
    en="You read each patch column by column",
    hint_fr="Dans un carreau aussi, les pixels vont ligne par ligne.",
    hint_en="Within a patch, too, pixels go row by row.",
)
def test_patches_in_reading_order(student, rng, mistake):
    for size, height, width in ((2, 6, 8), (3, 6, 12), (4, 12, 8), (1, 3, 4), (5, 5, 5)):
        image = rng.normal(size=(1, height, width)).round(2)
        grid = np.arange(height // size * (width // size)).reshape(height // size, -1)
        expected = split(image, size)
        wrong = {
            "patch-order": expected[grid.T.reshape(-1)],
            "runs-not-squares": image.reshape(-1, size**2),
            "pixel-order": flat(part.transpose(0, 2, 1) for part in windows(image, size)),
        }
        check(mistake, student.split_patches(image, size=size), expected, wrong)


@pytest.mark.points(1.5)
@pytest.mark.title(
    fr="Plusieurs canaux, des pixels en trop", en="Several channels, pixels to spare"
)
@pytest.mark.hint(
    fr="Une ligne a C × P × P nombres, canal après canal. Les pixels en trop sont abandonnés.",
    en="A row has C × P × P numbers, channel after channel. Pixels to spare are dropped.",
)
@CHANNELS_LAST
@pytest.mark.mistake(
    "padded-edge",
    fr="Vous complétez le dernier carreau",
    en="You fill up the last patch",
    hint_fr="Les pixels qui ne remplissent pas un carreau entier ne comptent pas.",
    hint_en="Pixels that do not fill a whole patch do not count.",
)
def test_channels_and_pixels_to_spare(student, rng, mistake):
    for channels, size, height, width in ((3, 2, 4, 6), (2, 3, 8, 10), (4, 4, 9, 15), (3, 2, 5, 6)):
        image = rng.integers(0, 256, size=(channels, height, width), dtype=np.uint8)
        around = [(0, 0), (0, -height % size), (0, -width % size)]
        wrong = {
            "channels-last": flat(part.transpose(1, 2, 0) for part in windows(image, size)),
            "padded-edge": split(np.pad(image, around), size),
        }
        check(mistake, student.split_patches(image, size=size), split(image, size), wrong)


@pytest.mark.points(1.5)
@pytest.mark.title(fr="L’image recollée", en="The image joined again")
@pytest.mark.hint(
    fr="join_patches(split_patches(X, P), X.shape, P) doit rendre X.",
    en="join_patches(split_patches(X, P), X.shape, P) must give X.",
)
@PATCH_ORDER
@CHANNELS_LAST
def test_the_image_joined_again(student, rng, mistake):
    for channels, size, height, width in ((1, 2, 4, 6), (3, 3, 9, 6), (2, 4, 8, 12)):
        image = rng.normal(size=(channels, height, width)).round(2)
        rows, columns = height // size, width // size
        parts = windows(image, size)
        by_column = [parts[j * rows + i] for i in range(rows) for j in range(columns)]
        mixed = [part.reshape(size, size, channels).transpose(2, 0, 1) for part in parts]
        wrong = {
            "patch-order": mosaic(by_column, columns),
            "channels-last": mosaic(mixed, columns),
        }
        answer = student.join_patches(split(image, size), shape=image.shape, size=size)
        check(mistake, answer, image, wrong)


@pytest.mark.points(1.5)
@pytest.mark.title(fr="Jeton de classe et positions", en="Class token and positions")
@pytest.mark.hint(
    fr="Le jeton de classe est la ligne 0. La position s’ajoute à chacune des N + 1 lignes.",
    en="The class token is row 0. The position is added to each of the N + 1 rows.",
)
@pytest.mark.mistake(
    "class-token-last",
    fr="Vous mettez le jeton de classe à la fin",
    en="You put the class token last",
    hint_fr="Le jeton de classe est la première ligne ; les carreaux viennent ensuite.",
    hint_en="The class token is the first row; the patches come after it.",
)
@pytest.mark.mistake(
    "token-without-position",
    fr="Votre jeton de classe n’a pas de position",
    en="Your class token has no position",
    hint_fr="positions a N + 1 lignes : la première est celle du jeton de classe.",
    hint_en="positions has N + 1 rows: the first is that of the class token.",
)
@pytest.mark.mistake(
    "positions-shifted",
    fr="Vos carreaux prennent la position de leur voisin",
    en="Your patches take their neighbour's position",
    hint_fr="Une fois le jeton placé devant, le carreau i est à la ligne i + 1.",
    hint_en="Once the token stands in front, patch i is in row i + 1.",
)
def test_class_token_and_positions(student, rng, mistake):
    for count, length, depth in ((6, 4, 3), (4, 12, 8), (1, 3, 5)):
        patches = rng.uniform(size=(count, length))
        weight, bias = rng.normal(size=(length, depth)), rng.normal(size=depth)
        token, places = rng.normal(size=depth), rng.normal(size=(count + 1, depth))
        tokens = np.einsum("ni,id->nd", patches, weight) + bias
        wrong = {
            "class-token-last": np.vstack([tokens, token]) + places,
            "token-without-position": np.vstack([token, tokens + places[1:]]),
            "positions-shifted": np.vstack([token + places[-1], tokens + places[:-1]]),
        }
        answer = student.embed_patches(
            patches, weight=weight, bias=bias, class_token=token, positions=places
        )
        check(mistake, answer, np.vstack([token, tokens]) + places, wrong, atol=1e-4)


@pytest.mark.points(1.5)
@pytest.mark.title(fr="La projection est une convolution", en="The projection is a convolution")
@pytest.mark.hint(
    fr="Le noyau d est la colonne d de la matrice, mise en forme comme un carreau.",
    en="Kernel d is column d of the matrix, in the shape of a patch.",
)
@pytest.mark.mistake(
    "columns-not-taken",
    fr="Vous découpez la matrice sans en prendre les colonnes",
    en="You cut the matrix up without taking its columns",
    hint_fr="reshape lit la matrice ligne par ligne ; un noyau en est une colonne.",
    hint_en="reshape reads the matrix row by row; a kernel is one of its columns.",
)
@CHANNELS_LAST
def test_the_projection_is_a_convolution(student, rng, mistake):
    for channels, size, depth in ((1, 2, 3), (3, 2, 5), (2, 4, 7)):
        weight = rng.normal(size=(channels * size**2, depth)).round(2)
        columns = [weight[:, place] for place in range(depth)]
        expected = np.stack([column.reshape(channels, size, size) for column in columns])
        mixed = [column.reshape(size, size, channels).transpose(2, 0, 1) for column in columns]
        wrong = {
            "columns-not-taken": weight.reshape(depth, channels, size, size),
            "channels-last": np.stack(mixed),
        }
        answer = student.patch_kernels(weight, channels=channels, size=size)
        check(mistake, answer, expected, wrong)
