import numpy as np
import pytest

from graders.expect import expect_array, expect_close, expect_number

# Sums of some thirty products, in single precision.
NEAR = 1e-4

FLIPPED = pytest.mark.mistake(
    "kernel-flipped",
    fr="Vous retournez le noyau",
    en="You flip the kernel",
    hint_fr="Le noyau s’applique tel quel, sans demi-tour.",
    hint_en="The kernel is used as it stands, without a half turn.",
)


def spread(kernel, dilation):
    """Return the kernel with zeros between its weights."""
    wide = np.zeros(dilation * (np.array(kernel.shape) - 1) + 1)
    wide[::dilation, ::dilation] = kernel
    return wide


def convolved(image, kernel):
    """Return the sums of products at each place of the kernel within the image."""
    windows = np.lib.stride_tricks.sliding_window_view(image, kernel.shape)
    return np.einsum("ijab,ab->ij", windows, kernel)


def transposed(image, kernel, stride):
    """Return the full convolution of the image, spread by the stride, with the turned kernel."""
    margins = [(side - 1, side - 1) for side in kernel.shape]
    return convolved(np.pad(spread(image, stride), margins), kernel[::-1, ::-1])


def compare(answer, expected, mistake, wrong):
    """Hold the answer against what is right, and name the mistake that leads to it, if one does."""
    found = expect_array(answer, finite=False)
    for slug, grids in wrong.items():
        for grid in grids:
            same = found.shape == np.shape(grid) and np.allclose(found, grid, atol=NEAR)
            if same and not (np.shape(grid) == np.shape(expected) and np.allclose(grid, expected)):
                mistake(slug)
    expect_close(found, expected, atol=NEAR)


@pytest.mark.points(2)
@pytest.mark.title(fr="Dilatée, quelle que soit la dilatation", en="Dilated, by any dilation")
@pytest.mark.hint(
    fr="La sortie a H - D(K - 1) lignes : vérifiez d’abord sa forme.",
    en="The output has H - D(K - 1) rows: check its shape first.",
)
@pytest.mark.mistake(
    "dilation-off-by-one",
    fr="Votre dilatation est décalée de un",
    en="Your dilation is off by one",
    hint_fr="Une dilatation de 1 ne saute aucun pixel, une dilatation de 2 en saute un.",
    hint_en="A dilation of 1 skips no pixel, a dilation of 2 skips one.",
)
@pytest.mark.mistake(
    "stride-for-dilation",
    fr="Vous déplacez le noyau de D pixels au lieu de l’écarter",
    en="You move the kernel by D pixels instead of pulling it apart",
    hint_fr="La dilatation écarte les coefficients du noyau ; le noyau avance d’un pixel.",
    hint_en="Dilation pulls the kernel's weights apart; the kernel moves on by one pixel.",
)
@FLIPPED
def test_dilated_by_any_dilation(student, rng, mistake):
    for shape, sides, dilation in (
        ((9, 11), (3, 3), 2),
        ((8, 6), (3, 2), 1),
        ((10, 12), (2, 3), 3),
        ((9, 5), (3, 2), 4),
    ):
        image, kernel = rng.normal(size=shape).round(2), rng.normal(size=sides).round(2)
        expected = convolved(image, spread(kernel, dilation))
        others = [spread(kernel, other) for other in (dilation + 1, dilation - 1) if other]
        wrong = {
            "dilation-off-by-one": [
                convolved(image, other)
                for other in others
                if np.all(other.shape <= np.array(shape))
            ],
            "stride-for-dilation": [convolved(image, kernel)[::dilation, ::dilation]],
            "kernel-flipped": [convolved(image, spread(kernel[::-1, ::-1], dilation))],
        }
        answer = student.dilated_conv2d(image, kernel, dilation=dilation)
        compare(answer, expected, mistake, wrong)


def overwritten(image, kernel, stride):
    """Return what remains when each copy of the kernel replaces those before it."""
    output = np.zeros_like(transposed(image, kernel, stride))
    height, width = kernel.shape
    for (i, j), pixel in np.ndenumerate(image):
        output[i * stride :, j * stride :][:height, :width] = pixel * kernel
    return output


@pytest.mark.points(2.5)
@pytest.mark.title(fr="Transposée, taille et recouvrements", en="Transposed, size and overlaps")
@pytest.mark.hint(
    fr="Où commence la dernière copie du noyau, et où finit-elle ?",
    en="Where does the last copy of the kernel start, and where does it end?",
)
@pytest.mark.mistake(
    "transposed-size",
    fr="La sortie de votre transposée n’a pas la bonne taille",
    en="The output of your transposed convolution has the wrong size",
    hint_fr="La dernière copie commence en (H - 1)S et occupe encore K lignes.",
    hint_en="The last copy starts at (H - 1)S and takes up another K rows.",
)
@pytest.mark.mistake(
    "overlap-overwritten",
    fr="Vos copies se remplacent au lieu de s’additionner",
    en="Your copies replace each other instead of being added",
    hint_fr="Là où deux copies du noyau se recouvrent, leurs valeurs s’ajoutent.",
    hint_en="Where two copies of the kernel overlap, their values are added.",
)
@pytest.mark.mistake(
    "ordinary-convolution",
    fr="C’est la convolution ordinaire que vous calculez",
    en="It is the ordinary convolution that you compute",
    hint_fr="La transposée agrandit : chaque pixel de l’entrée dépose tout un noyau.",
    hint_en="The transposed one enlarges: each pixel of the input puts down a whole kernel.",
)
@FLIPPED
def test_transposed_size_and_overlaps(student, rng, mistake):
    for shape, sides, stride in (
        ((3, 4), (3, 3), 2),
        ((4, 2), (2, 3), 1),
        ((2, 5), (2, 2), 3),
        ((3, 3), (4, 2), 2),
        ((5, 1), (1, 3), 2),
    ):
        image, kernel = rng.normal(size=shape).round(2), rng.normal(size=sides).round(2)
        expected = transposed(image, kernel, stride)
        answer = expect_array(student.transposed_conv2d(image, kernel, stride=stride), finite=False)
        wrong = {
            "overlap-overwritten": [overwritten(image, kernel, stride)],
            "kernel-flipped": [transposed(image, kernel[::-1, ::-1], stride)],
        }
        if answer.ndim == 2 and answer.shape != expected.shape:
            mistake("transposed-size")
        if np.all(np.array(sides) <= shape):
            wrong["ordinary-convolution"] = [convolved(image, kernel)[::stride, ::stride]]
        compare(answer, expected, mistake, wrong)


@pytest.mark.points(2)
@pytest.mark.title(fr="Séparable, en deux temps", en="Separable, in two steps")
@pytest.mark.hint(
    fr="Après la première étape, il y a C cartes ; après la seconde, F.",
    en="After the first step there are C maps, after the second F.",
)
@pytest.mark.mistake(
    "pointwise-forgotten",
    fr="Vous oubliez de mélanger les canaux",
    en="You forget to mix the channels",
    hint_fr="La seconde étape multiplie, en chaque pixel, le vecteur des canaux par M.",
    hint_en="The second step multiplies, in each pixel, the vector of channels by M.",
)
@pytest.mark.mistake(
    "pointwise-transposed",
    fr="Vous mélangez les canaux par la transposée de M",
    en="You mix the channels by the transpose of M",
    hint_fr="M[f, c] est le poids du canal c dans la carte f.",
    hint_en="M[f, c] is the weight of channel c in map f.",
)
@pytest.mark.mistake(
    "one-kernel-for-all-channels",
    fr="Vous filtrez tous les canaux par le même noyau",
    en="You filter all channels by the same kernel",
    hint_fr="Le canal c a son propre noyau, depthwise[c].",
    hint_en="Channel c has a kernel of its own, depthwise[c].",
)
@pytest.mark.mistake(
    "channels-summed-first",
    fr="Vous additionnez les canaux dès la première étape",
    en="You add up the channels in the first step",
    hint_fr="En profondeur, les canaux restent séparés.",
    hint_en="Depthwise, the channels stay apart.",
)
@FLIPPED
def test_separable_in_two_steps(student, rng, mistake):
    for channels, filters in ((3, 3), (2, 5), (4, 1), (1, 2)):
        image = rng.normal(size=(channels, 6, 5)).round(2)
        depthwise = rng.normal(size=(channels, 3, 2)).round(2)
        pointwise = rng.normal(size=(filters, channels)).round(2)

        def mixed(kernels, matrix, image=image):
            maps = np.array([convolved(*pair) for pair in zip(image, kernels, strict=True)])
            return np.einsum("fc,cij->fij", matrix, maps)

        apart = mixed(depthwise, np.eye(channels))
        wrong = {
            "pointwise-forgotten": [apart],
            "one-kernel-for-all-channels": [mixed([depthwise[0]] * channels, pointwise)],
            "channels-summed-first": [
                np.einsum("fc,ij->fij", pointwise, apart.sum(axis=0)),
                apart.sum(axis=0),
            ],
            "kernel-flipped": [mixed(depthwise[:, ::-1, ::-1], pointwise)],
        }
        if channels == filters:
            wrong["pointwise-transposed"] = [mixed(depthwise, pointwise.T)]
        answer = student.separable_conv2d(image, depthwise, pointwise)
        compare(answer, mixed(depthwise, pointwise), mistake, wrong)


@pytest.mark.points(1.5)
@pytest.mark.title(fr="Ce que chacune économise", en="What each of them saves")
@pytest.mark.hint(
    fr="Comptez les coefficients des deux couches, puis soustrayez.",
    en="Count the weights of both layers, then subtract.",
)
@pytest.mark.mistake(
    "span-off",
    fr="Vous vous trompez sur l’étendue du noyau dilaté",
    en="You get the span of the dilated kernel wrong",
    hint_fr="Entre K coefficients il y a K - 1 intervalles, de D pixels chacun.",
    hint_en="Between K weights there are K - 1 gaps, of D pixels each.",
)
@pytest.mark.mistake(
    "transposed-size",
    fr="Vous vous trompez sur la taille de sortie de la transposée",
    en="You get the output size of the transposed convolution wrong",
    hint_fr="La dernière copie commence en (H - 1)S et occupe encore K lignes.",
    hint_en="The last copy starts at (H - 1)S and takes up another K rows.",
)
@pytest.mark.mistake(
    "second-step-not-counted",
    fr="Vous ne comptez qu’une des deux étapes de la séparable",
    en="You count only one of the two steps of the separable convolution",
    hint_fr="Il y a C noyaux en profondeur, et une matrice M de F lignes et C colonnes.",
    hint_en="There are C depthwise kernels, and a matrix M of F rows and C columns.",
)
def test_what_each_of_them_saves(student, rng, mistake):
    for _ in range(3):
        k, d, s, h, w, c, f = map(int, rng.integers(2, 9, size=7))
        dilated = expect_number(student.dilated_saving(k, d))
        spans = (d * k, (d + 1) * (k - 1) + 1, d * (k - 1), (k - 1) * d + k)
        compare(dilated, (d * (k - 1) + 1) ** 2 - k**2, mistake, {
            "span-off": [span**2 - k**2 for span in spans],
        })  # fmt: skip
        enlarged = expect_number(student.transposed_saving(h, w, k, s))
        rows, columns = (h - 1) * s + k, (w - 1) * s + k
        sizes = (
            h * s * w * s,
            (h + k - 1) * (w + k - 1),
            h * w,
            (rows - k + 1) * (columns - k + 1),
        )
        compare(enlarged, h * w * rows * columns - k**2, mistake, {
            "transposed-size": [h * w * size - k**2 for size in sizes],
        })  # fmt: skip
        separable = expect_number(student.separable_saving(c, f, k))
        compare(separable, f * c * k**2 - c * k**2 - f * c, mistake, {
            "second-step-not-counted": [f * c * k**2 - c * k**2, f * c * k**2 - f * c],
        })  # fmt: skip
    # A dilation of 1 saves nothing; a single filter makes the separable one the dearer.
    expect_close(expect_number(student.dilated_saving(k, 1)), 0)
    expect_close(expect_number(student.separable_saving(c, 1, k)), -c)
