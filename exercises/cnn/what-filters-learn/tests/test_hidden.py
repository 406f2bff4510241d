import numpy as np
import pytest

from graders.expect import expect_array, expect_close

KERNEL_FLIPPED = pytest.mark.mistake(
    "kernel-flipped",
    fr="Vous retournez les filtres",
    en="You flip the filters",
    hint_fr="La convolution d’un réseau ne retourne pas son noyau : poids et pixels se multiplient "
    "à la même place.",
    hint_en="A network's convolution does not flip its kernel: weights and pixels are multiplied "
    "place by place.",
)
TRAINED = 0.8


def check(mistake, answer, expected, wrong, *, atol=1e-5):
    """Compare, and name the mistake whose result the answer is."""
    array = expect_array(answer, finite=False)
    if array.shape != expected.shape or not np.allclose(array, expected, atol=atol):
        for slug, grid in wrong.items():
            same = array.shape == grid.shape
            if same and np.allclose(array, grid, atol=atol, equal_nan=True):
                mistake(slug)
    expect_close(array, expected, atol=atol)


def scaled(filters, largest):
    """Return the filters with 0 in the middle and `largest` at the end of the greys."""
    with np.errstate(invalid="ignore"):
        return 0.5 + filters / (2 * largest)


def own_scale(filters):
    largest = np.array([np.max(np.abs(one)) or 1.0 for one in filters])
    return scaled(filters, largest[:, None, None])


def mosaic(tiles, columns, *, gap=1, by_column=False):
    """Return the tiles side by side on white, in reading order or column by column."""
    count, size = len(tiles), len(tiles[0])
    rows = -(-count // columns)
    step = size + gap
    grid = np.ones((rows * step - gap, columns * step - gap))
    for place in range(count):
        row, column = (place % rows, place // rows) if by_column else divmod(place, columns)
        grid[row * step : row * step + size, column * step : column * step + size] = tiles[place]
    return grid


def responses(images, filters):
    """Return how each filter responds everywhere: images (N, H, W) to (N, F, H', W')."""
    size = filters.shape[-1]
    high, wide = images.shape[1] - size + 1, images.shape[2] - size + 1
    output = np.zeros((len(images), len(filters), high, wide))
    for i, j in np.ndindex(size, size):
        part = images[:, None, i : i + high, j : j + wide]
        output += filters[None, :, i, j, None, None] * part
    return output


def liked(images, filters, scores):
    """Return the window of each filter's highest score."""
    size, found = filters.shape[-1], []
    for one in range(len(filters)):
        place, row, column = np.unravel_index(scores[:, one].argmax(), scores[:, one].shape)
        found.append(images[place, row : row + size, column : column + size])
    return np.stack(found)


@pytest.mark.points(1.5)
@pytest.mark.title(fr="Les filtres avant et après", en="The filters before and after")
@pytest.mark.hint(
    fr="Gardez une copie des poids avant d’entraîner, puis une autre après.",
    en="Keep a copy of the weights before you train, then another one after.",
)
@pytest.mark.mistake(
    "before-is-after",
    fr="Vos filtres d’avant ont changé avec ceux d’après",
    en="Your filters from before changed along with those from after",
    hint_fr="detach() et numpy() partagent la mémoire du réseau : il faut une copie, par clone().",
    hint_en="detach() and numpy() share the network's memory: take a copy, by clone().",
)
@pytest.mark.mistake(
    "not-trained",
    fr="Le réseau n’est pas entraîné",
    en="The network is not trained",
    hint_fr="Appelez train() entre les deux copies, et gardez le réseau qu’elle a entraîné.",
    hint_en="Call train() between the two copies, and keep the network that it has trained.",
)
@pytest.mark.mistake(
    "others-filters",
    fr="after ne contient pas les filtres du réseau",
    en="after does not hold the network's filters",
    hint_fr="after est model[0].weight, sans l’axe du canal, une fois l’entraînement terminé.",
    hint_en="after is model[0].weight, without the axis of the channel, once training is over.",
)
def test_the_filters_before_and_after(student, hidden, rng, mistake):
    held = hidden.load("mnist_hidden.npz")
    chosen = rng.choice(len(held["images"]), size=500, replace=False)
    classes = expect_array(student.predict(held["images"][chosen]), shape=(500,), kinds="iu")
    if np.mean(classes == held["labels"][chosen]) < TRAINED:
        mistake("not-trained")
        pytest.fail("too few digits are recognised")
    weight = next((one for one in student.tensors("model").values() if one.ndim == 4), None)
    if weight is None:
        pytest.fail("model has no convolution")
    after = expect_array(student.get("after"), like=weight[:, 0], name="after")
    if not np.allclose(after, weight[:, 0], atol=1e-6):
        mistake("others-filters")
    expect_close(after, weight[:, 0], name="after")
    before = expect_array(student.get("before"), like=weight[:, 0], name="before")
    if np.allclose(before, after):
        mistake("before-is-after")
        pytest.fail("before and after are the same")
    together = [np.corrcoef(b.ravel(), a.ravel())[0, 1] for b, a in zip(before, after, strict=True)]
    assert np.mean(together) > 0.2, "before does not hold the filters that training started from"


@pytest.mark.points(2)
@pytest.mark.title(fr="Des filtres à leur échelle", en="Filters on their own scale")
@pytest.mark.hint(
    fr="Divisez chaque filtre par le double de son plus grand poids en valeur absolue.",
    en="Divide each filter by twice its largest weight in absolute value.",
)
@pytest.mark.mistake(
    "zero-not-grey",
    fr="Un poids nul n’est plus gris",
    en="A weight of zero is no longer grey",
    hint_fr="Du minimum au maximum, le zéro tombe n’importe où : le signe des poids se perd.",
    hint_en="From minimum to maximum, zero falls anywhere: the sign of the weights is lost.",
)
@pytest.mark.mistake(
    "one-scale-for-all",
    fr="Vous donnez à tous les filtres la même échelle",
    en="You give all filters the same scale",
    hint_fr="Un filtre aux poids faibles serait uniformément gris : à chacun son maximum.",
    hint_en="A filter of small weights would be grey all over: to each its own maximum.",
)
@pytest.mark.mistake(
    "divided-by-zero",
    fr="Vous divisez par zéro",
    en="You divide by zero",
    hint_fr="Un filtre dont tous les poids sont nuls est gris partout.",
    hint_en="A filter all of whose weights are zero is grey everywhere.",
)
def test_filters_on_their_own_scale(student, rng, mistake):
    for count, size, dead in ((5, 3, None), (12, 5, None), (4, 4, 2)):
        filters = rng.normal(size=(count, size, size)) * 10 ** rng.uniform(
            -3, 1, size=(count, 1, 1)
        )
        filters = filters + np.abs(filters).max(axis=(1, 2), keepdims=True) * 0.2
        if dead is not None:
            filters[dead] = 0
        low, high = (f(filters, axis=(1, 2), keepdims=True) for f in (np.min, np.max))
        each = np.abs(filters).max(axis=(1, 2), keepdims=True)
        wrong = {
            "zero-not-grey": (filters - low) / np.where(high > low, high - low, 1),
            "one-scale-for-all": scaled(filters, each.max()),
            "divided-by-zero": scaled(filters, each),
        }
        answer = student.normalise(filters)
        if dead is not None and not np.isfinite(expect_array(answer, finite=False)).all():
            mistake("divided-by-zero")
        check(mistake, answer, own_scale(filters), wrong)


@pytest.mark.points(1.5)
@pytest.mark.title(fr="La mosaïque", en="The mosaic")
@pytest.mark.hint(
    fr="Un pixel blanc entre deux filtres, aucun autour ; une case vide est blanche.",
    en="One white pixel between two filters, none around; an empty cell is white.",
)
@pytest.mark.mistake(
    "column-order",
    fr="Vous remplissez la mosaïque colonne par colonne",
    en="You fill the mosaic column by column",
    hint_fr="Les filtres se suivent comme un texte : une rangée entière, puis la suivante.",
    hint_en="Filters follow like text: a whole row, then the next.",
)
@pytest.mark.mistake(
    "gap-forgotten",
    fr="Vos filtres se touchent",
    en="Your filters touch",
    hint_fr="Deux filtres voisins sont séparés par un pixel blanc.",
    hint_en="Two neighbouring filters are one white pixel apart.",
)
@pytest.mark.mistake(
    "not-normalised",
    fr="Vous montrez les poids tels quels",
    en="You show the weights as they are",
    hint_fr="La mosaïque montre les filtres normalisés.",
    hint_en="The mosaic shows the normalised filters.",
)
def test_the_mosaic(student, rng, mistake):
    for count, size, columns in ((6, 3, 3), (7, 4, 3), (12, 5, 4), (3, 2, 5), (4, 3, 1)):
        filters = rng.normal(size=(count, size, size)).round(3)
        tiles = own_scale(filters)
        wrong = {
            "column-order": mosaic(tiles, columns, by_column=True),
            "gap-forgotten": mosaic(tiles, columns, gap=0),
            "not-normalised": mosaic(filters, columns),
        }
        answer = student.filter_grid(filters, columns=columns)
        check(mistake, answer, mosaic(tiles, columns), wrong)


@pytest.mark.points(2)
@pytest.mark.title(fr="Les cartes de caractéristiques", en="The feature maps")
@pytest.mark.hint(
    fr="La somme des produits, plus le biais du filtre, puis ReLU.",
    en="The sum of products, plus the filter's bias, then ReLU.",
)
@KERNEL_FLIPPED
@pytest.mark.mistake(
    "relu-forgotten",
    fr="Vous oubliez ReLU",
    en="You forget ReLU",
    hint_fr="Une carte de caractéristiques n’a pas de valeur négative.",
    hint_en="A feature map has no negative value.",
)
@pytest.mark.mistake(
    "bias-forgotten",
    fr="Vous oubliez le biais",
    en="You forget the bias",
    hint_fr="Chaque filtre ajoute son biais partout, avant ReLU.",
    hint_en="Each filter adds its bias everywhere, before ReLU.",
)
@pytest.mark.mistake(
    "bias-after-relu",
    fr="Vous ajoutez le biais après ReLU",
    en="You add the bias after ReLU",
    hint_fr="Le biais décide de ce que ReLU laisse passer : il vient avant.",
    hint_en="The bias decides what ReLU lets through: it comes before.",
)
def test_the_feature_maps(student, rng, mistake):
    for count, size, height, width in ((4, 3, 8, 11), (2, 5, 12, 9), (3, 2, 6, 6)):
        image = rng.uniform(size=(height, width))
        filters, bias = rng.normal(size=(count, size, size)), rng.normal(size=count)
        plain, shifts = responses(image[None], filters)[0], bias[:, None, None]
        flipped = responses(image[None], filters[:, ::-1, ::-1])[0]
        wrong = {
            "relu-forgotten": plain + shifts,
            "bias-forgotten": np.maximum(plain, 0),
            "bias-after-relu": np.maximum(plain, 0) + shifts,
            "kernel-flipped": np.maximum(flipped + shifts, 0),
        }
        answer = student.feature_maps(image, filters, bias=bias)
        check(mistake, answer, np.maximum(plain + shifts, 0), wrong)


@pytest.mark.points(2)
@pytest.mark.title(fr="Le motif préféré de chaque filtre", en="Each filter's favourite pattern")
@pytest.mark.hint(
    fr="Le maximum se cherche dans toutes les images à la fois, filtre par filtre.",
    en="The maximum is sought in all images at once, filter by filter.",
)
@KERNEL_FLIPPED
@pytest.mark.mistake(
    "one-image-only",
    fr="Vous ne cherchez que dans une image",
    en="You search one image only",
    hint_fr="Comparez les réponses à toutes les images avant de choisir.",
    hint_en="Compare the responses to all images before you choose.",
)
@pytest.mark.mistake(
    "absolute-response",
    fr="Vous prenez la plus grande réponse en valeur absolue",
    en="You take the largest response in absolute value",
    hint_fr="Une réponse très négative dit le contraire du filtre : ReLU l’efface.",
    hint_en="A very negative response says the contrary of the filter: ReLU wipes it out.",
)
@pytest.mark.mistake(
    "least-liked",
    fr="Vous prenez la plus petite réponse",
    en="You take the smallest response",
    hint_fr="Le motif préféré est celui de la réponse la plus grande.",
    hint_en="The favourite pattern is that of the largest response.",
)
def test_each_filters_favourite_pattern(student, rng, mistake):
    for count, size, shape in ((4, 3, (6, 9, 7)), (8, 5, (5, 10, 14)), (6, 2, (9, 5, 6))):
        images, filters = rng.uniform(size=shape), rng.normal(size=(count, size, size))
        scores = responses(images, filters)
        flipped = responses(images, filters[:, ::-1, ::-1])
        wrong = {
            "one-image-only": liked(images, filters, scores[:1]),
            "absolute-response": liked(images, filters, np.abs(scores)),
            "least-liked": liked(images, filters, -scores),
            "kernel-flipped": liked(images, filters, flipped),
        }
        check(mistake, student.favourites(images, filters), liked(images, filters, scores), wrong)
