import numpy as np
import pytest

from graders.expect import expect_array, expect_close

# Sums of some thirty products, in single precision.
NEAR = 1e-4

FLIPPED = pytest.mark.mistake(
    "kernel-flipped",
    fr="Vous retournez le noyau",
    en="You flip the kernel",
    hint_fr="Le noyau s’applique tel quel : c’est une corrélation croisée, sans demi-tour.",
    hint_en="The kernel is used as it stands: a cross-correlation, without a half turn.",
)
BIAS_FORGOTTEN = pytest.mark.mistake(
    "bias-forgotten",
    fr="Vous oubliez le biais",
    en="You forget the bias",
    hint_fr="Chaque filtre ajoute son biais à toute sa carte.",
    hint_en="Each filter adds its bias to the whole of its map.",
)


def maps(image, kernels, stride=1, padding=0):
    """Return the sums of each filter over each channel, (F, C, H', W'). A pair pads each side."""
    before, after = np.broadcast_to(padding, 2)
    padded = np.pad(np.asarray(image, dtype=float), ((0, 0), (before, after), (before, after)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, kernels.shape[2:], axis=(1, 2))
    sums = np.einsum("cijab,fcab->fcij", windows, np.asarray(kernels, dtype=float))
    return sums[:, :, ::stride, ::stride]


def layer(image, kernels, bias=None, **options):
    """Return the layer's output, (F, H', W')."""
    found = maps(image, kernels, **options).sum(axis=1)
    return found if bias is None else found + np.asarray(bias, dtype=float)[:, None, None]


def compare(answer, expected, mistake, wrong, near=NEAR):
    """Hold the answer against what is right, and name the mistake that leads to it, if one does."""
    found = expect_array(answer, finite=False)
    for slug, grids in wrong.items():
        for grid in grids:
            same = found.shape == grid.shape and np.allclose(found, grid, atol=near)
            if same and not (grid.shape == expected.shape and np.allclose(grid, expected)):
                mistake(slug)
    expect_close(found, expected, atol=near)


@pytest.mark.points(1.5)
@pytest.mark.title(fr="Un canal, un filtre", en="One channel, one filter")
@pytest.mark.hint(
    fr="La sortie garde ses trois axes : une carte, des lignes, des colonnes.",
    en="The output keeps its three axes: one map, rows, columns.",
)
@FLIPPED
@pytest.mark.mistake(
    "axes-swapped",
    fr="Vous échangez les lignes et les colonnes",
    en="You swap rows and columns",
    hint_fr="Une forme se lit (canaux, hauteur, largeur), à l’entrée comme à la sortie.",
    hint_en="A shape reads (channels, height, width), on the way in and on the way out.",
)
def test_one_channel_and_one_filter(student, rng, mistake):
    for height, width, sides in ((5, 7, (3, 3)), (6, 4, (2, 3)), (4, 8, (1, 5)), (3, 2, (3, 2))):
        image = rng.normal(size=(1, height, width)).round(2)
        kernels = rng.normal(size=(1, 1, *sides)).round(2)
        expected = layer(image, kernels)
        wrong = {
            "kernel-flipped": [
                layer(image, kernels[..., ::-1, ::-1]),
                layer(image, kernels[..., ::-1, :]),
                layer(image, kernels[..., ::-1]),
            ],
            "axes-swapped": [expected.transpose(0, 2, 1)],
        }
        compare(student.conv2d(image, kernels, stride=1, padding=0), expected, mistake, wrong)


@pytest.mark.points(2)
@pytest.mark.title(fr="Plusieurs canaux, plusieurs filtres", en="Several channels and filters")
@pytest.mark.hint(
    fr="Pour C canaux et F filtres, la sortie a F cartes, quel que soit C.",
    en="With C channels and F filters the output has F maps, whatever C is.",
)
@pytest.mark.mistake(
    "channels-not-summed",
    fr="Vous n’additionnez pas les canaux",
    en="You do not add up the channels",
    hint_fr="Un filtre a un noyau par canal, mais une seule carte : la somme de tous les canaux.",
    hint_en="A filter has a kernel for each channel, but one map: the sum over all channels.",
)
@pytest.mark.mistake(
    "one-kernel-for-all-channels",
    fr="Vous appliquez le même noyau à tous les canaux",
    en="You apply the same kernel to all channels",
    hint_fr="Le filtre f a pour le canal c le noyau kernels[f, c].",
    hint_en="For channel c, filter f has the kernel kernels[f, c].",
)
@pytest.mark.mistake(
    "channels-averaged",
    fr="Vous prenez la moyenne des canaux",
    en="You take the mean of the channels",
    hint_fr="Les sommes de chaque canal s’additionnent, sans être divisées.",
    hint_en="The sums of the channels are added up, and not divided.",
)
def test_several_channels_and_filters(student, rng, mistake):
    for channels, filters in ((3, 2), (2, 5), (4, 1), (3, 3)):
        image = rng.normal(size=(channels, 5, 6)).round(2)
        kernels = rng.normal(size=(filters, channels, 3, 2)).round(2)
        apart = maps(image, kernels)
        expected = apart.sum(axis=1)
        paired = [apart[range(filters), range(filters)]] if channels == filters else []
        wrong = {
            "channels-not-summed": [
                apart,
                apart.reshape(-1, *apart.shape[2:]),
                apart.sum(axis=0),
                *apart.swapaxes(0, 1),
                *paired,
            ],
            "one-kernel-for-all-channels": [
                layer(image, np.repeat(kernels[:, c : c + 1], channels, axis=1))
                for c in range(channels)
            ],
            "channels-averaged": [apart.mean(axis=1)],
        }
        bias = np.zeros(filters)
        compare(student.conv2d(image, kernels, bias), expected, mistake, wrong)


@pytest.mark.points(1.5)
@pytest.mark.title(fr="Un biais par filtre", en="One bias for each filter")
@pytest.mark.hint(
    fr="Le biais s’ajoute une fois à chaque pixel de la sortie. Et sans biais ?",
    en="The bias is added once to each pixel of the output. And if there is none?",
)
@pytest.mark.mistake(
    "bias-per-pixel",
    fr="Vous ajoutez le biais à chaque produit",
    en="You add the bias to each product",
    hint_fr="Le biais s’ajoute une fois, quand la somme sur les canaux et le noyau est finie.",
    hint_en="The bias is added once, when the sum over channels and kernel is finished.",
)
@pytest.mark.mistake(
    "bias-on-the-wrong-axis",
    fr="Votre biais suit les colonnes ou les lignes, et non les filtres",
    en="Your bias goes along columns or rows, not along filters",
    hint_fr="Le biais de forme (F,) va avec le premier axe de la sortie : bias[:, None, None].",
    hint_en="A bias of shape (F,) goes with the first axis of the output: bias[:, None, None].",
)
@BIAS_FORGOTTEN
def test_one_bias_for_each_filter(student, rng, mistake):
    image = rng.normal(size=(3, 5, 6)).round(2)
    # As many filters as rows, or columns: an array on the wrong axis fits there as well.
    for filters, (height, width) in ((4, (2, 3)), (4, (4, 3)), (2, (2, 2))):
        kernels = rng.normal(size=(filters, 3, height, width)).round(2)
        bias = rng.uniform(1, 3, size=filters).round(2)
        bare = layer(image, kernels)
        counts = (height * width, 3, 3 * height * width, bare[0].size)
        shapes = [shape for shape in ((1, 1, -1), (1, -1, 1)) if fits(bias.reshape(shape), bare)]
        wrong = {
            "bias-per-pixel": [layer(image, kernels, bias * count) for count in counts],
            "bias-on-the-wrong-axis": [bare + bias.reshape(shape) for shape in shapes],
            "bias-forgotten": [bare],
        }
        answer = student.conv2d(image, kernels, bias=bias)
        compare(answer, layer(image, kernels, bias), mistake, wrong)
    expect_close(student.conv2d(image, kernels), layer(image, kernels), atol=NEAR)
    expect_close(student.conv2d(image, kernels, bias=None), layer(image, kernels), atol=NEAR)


def fits(array, other):
    return all(side in (1, wide) for side, wide in zip(array.shape, other.shape, strict=True))


@pytest.mark.points(2)
@pytest.mark.title(fr="Le pas et le remplissage", en="Stride and padding")
@pytest.mark.hint(
    fr="Des zéros des quatre côtés d’abord ; le pas ensuite, dans les deux directions.",
    en="First zeros on all four sides; then the stride, in both directions.",
)
@pytest.mark.mistake(
    "stride-ignored",
    fr="Vous ignorez le pas",
    en="You ignore the stride",
    hint_fr="Le noyau avance de S pixels à la fois, vers la droite et vers le bas.",
    hint_en="The kernel moves on by S pixels at a time, to the right and downwards.",
)
@pytest.mark.mistake(
    "padding-ignored",
    fr="Vous ignorez le remplissage",
    en="You ignore the padding",
    hint_fr="P lignes de zéros de chaque côté : l’image remplie mesure H + 2P sur W + 2P.",
    hint_en="P lines of zeros on each side: the padded image measures H + 2P by W + 2P.",
)
@pytest.mark.mistake(
    "padding-on-one-side",
    fr="Vous ne remplissez que d’un côté",
    en="You pad on one side only",
    hint_fr="Le remplissage s’ajoute en haut et en bas, à gauche et à droite.",
    hint_en="Padding is added at the top and the bottom, on the left and on the right.",
)
@pytest.mark.mistake(
    "padding-not-zero",
    fr="Vous ne remplissez pas avec des zéros",
    en="You do not pad with zeros",
    hint_fr="Un pixel ajouté vaut 0, et non la valeur de son voisin ou du biais.",
    hint_en="A pixel that was added is 0, and not what its neighbour or the bias is.",
)
@FLIPPED
def test_stride_and_padding(student, rng, mistake):
    for height, width, sides, stride, padding in (
        (5, 7, (3, 3), 1, 1),
        (6, 9, (3, 2), 2, 0),
        (7, 6, (3, 3), 2, 1),
        (8, 11, (2, 4), 3, 2),
        (4, 5, (1, 2), 4, 1),
        (2, 2, (5, 4), 1, 2),
    ):
        image = rng.uniform(1, 3, size=(2, height, width)).round(2)
        kernels = rng.normal(size=(3, 2, *sides)).round(2)
        bias = rng.normal(size=3).round(2)
        whole = {"stride": stride, "padding": padding}
        room = min(height - sides[0], width - sides[1])
        wrong = {
            "stride-ignored": [layer(image, kernels, bias, padding=padding)],
            "kernel-flipped": [layer(image, kernels[..., ::-1, ::-1], bias, **whole)],
            "padding-not-zero": [
                layer(np.pad(image, margins(padding), mode=mode), kernels, bias, stride=stride)
                for mode in ("edge", "symmetric")
            ],
        }
        if room >= 0:
            wrong["padding-ignored"] = [layer(image, kernels, bias, stride=stride)]
        if room + padding >= 0:
            wrong["padding-on-one-side"] = [
                layer(image, kernels, bias, stride=stride, padding=sides)
                for sides in ((padding, 0), (0, padding))
            ]
        answer = student.conv2d(image, kernels, bias, stride=stride, padding=padding)
        compare(answer, layer(image, kernels, bias, **whole), mistake, wrong)


def margins(padding):
    return ((0, 0), (padding, padding), (padding, padding))


@pytest.mark.points(1)
@pytest.mark.title(fr="Une couche entière, des pixels entiers", en="A whole layer, whole numbers")
@pytest.mark.hint(
    fr="Le type de l’image ne doit ni couper ni borner les sommes.",
    en="The image's type must neither cut nor bound the sums.",
)
@pytest.mark.mistake(
    "cut-to-integers",
    fr="Vos résultats sont coupés à des entiers",
    en="Your results are cut to whole numbers",
    hint_fr="Un tableau créé avec le type de l’image ne peut garder de décimales.",
    hint_en="An array made with the image's type can't keep decimals.",
)
@FLIPPED
@BIAS_FORGOTTEN
def test_a_whole_layer_on_whole_numbers(student, rng, mistake):
    for dtype, kind in ((np.uint8, np.float64), (np.int64, np.float32), (np.uint8, np.int64)):
        image = rng.integers(0, 256, size=(3, 12, 10)).astype(dtype)
        kernels = rng.integers(-8, 9, size=(4, 3, 3, 3)).astype(kind)
        bias = rng.integers(-3, 4, size=4).astype(kind)
        if kind is not np.int64:
            kernels, bias = kernels / 8, bias + 0.5
        expected = layer(image, kernels, bias, stride=2, padding=1)
        answer = expect_array(student.conv2d(image, kernels, bias, 2, 1), like=expected)
        if kind is not np.int64 and np.array_equal(answer, np.round(answer)):
            mistake("cut-to-integers")
        wrong = {
            "kernel-flipped": [layer(image, kernels[..., ::-1, ::-1], bias, stride=2, padding=1)],
            "bias-forgotten": [layer(image, kernels, stride=2, padding=1)],
        }
        compare(answer, expected, mistake, wrong, near=2e-3)
