import numpy as np
import pytest

from graders.expect import expect_array, expect_close, expect_equal

KERNELS = {
    "blur": [[1, 1, 1], [1, 1, 1], [1, 1, 1]],
    "gaussian": [[1, 2, 1], [2, 4, 2], [1, 2, 1]],
    "sobel_x": [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]],
    "sobel_y": [[-1, -2, -1], [0, 0, 0], [1, 2, 1]],
    "sharpen": [[0, -1, 0], [-1, 5, -1], [0, -1, 0]],
    "outline": [[-1, -1, -1], [-1, 8, -1], [-1, -1, -1]],
    "identity": [[0, 0, 0], [0, 1, 0], [0, 0, 0]],
}
# Sums of pixels up to 255, in single precision.
NEAR = 2e-3

BORDER_LOST = pytest.mark.mistake(
    "border-lost",
    fr="Vous perdez le bord de l’image",
    en="You lose the border of the image",
    hint_fr="Le noyau se centre aussi sur les pixels du bord : la taille ne change pas.",
    hint_en="The kernel is centred on the pixels of the border too: the size does not change.",
)
BORDER_BLACK = pytest.mark.mistake(
    "border-black",
    fr="Vous entourez l’image de zéros",
    en="You surround the image with zeros",
    hint_fr="Un pixel qui manque n’est pas noir : il vaut son plus proche voisin.",
    hint_en="A missing pixel is not black: it is worth its nearest neighbour.",
)


def normalised(name):
    kernel = np.array(KERNELS[name])
    return kernel / (kernel.sum() or 1)


def filtered(image, kernel, **border):
    """Return the image under the kernel, continued beyond its border as np.pad can."""
    margins = [(side // 2, side // 2) for side in kernel.shape]
    wide = np.pad(np.asarray(image, dtype=float), margins, **border or {"mode": "edge"})
    return within(wide, kernel)


def within(image, kernel):
    """Return the sums at the places where the kernel lies within the image."""
    windows = np.lib.stride_tricks.sliding_window_view(image, kernel.shape)
    return np.einsum("ijab,ab->ij", windows, kernel)


def framed(image, inside):
    """Return the image with its middle replaced, the border as it was."""
    down, across = (np.array(image.shape) - inside.shape) // 2
    whole = image.astype(float)
    whole[down : down + inside.shape[0], across : across + inside.shape[1]] = inside
    return whole


def compare(answer, expected, mistake, wrong):
    """Hold the answer against what is right, and name the mistake that leads to it, if one does."""
    found = expect_array(answer, finite=False)
    for slug, grids in wrong.items():
        for grid in grids:
            same = found.shape == grid.shape and np.allclose(found, grid, atol=NEAR)
            if same and not (grid.shape == expected.shape and np.allclose(grid, expected)):
                mistake(slug)
    expect_close(found, expected, atol=NEAR)


@pytest.mark.points(1)
@pytest.mark.title(fr="La somme du noyau", en="The kernel's sum")
@pytest.mark.hint(
    fr="Après normalisation, la somme vaut 1 ; si elle était nulle, rien ne change.",
    en="Once normalised, the sum is 1; if it was zero, nothing changes.",
)
@pytest.mark.mistake(
    "kernel-not-normalised",
    fr="Vous rendez le noyau tel quel",
    en="You return the kernel as it is",
    hint_fr="Divisez chaque coefficient par la somme de tous.",
    hint_en="Divide each weight by the sum of all of them.",
)
@pytest.mark.mistake(
    "divided-by-the-wrong-sum",
    fr="Vous ne divisez pas par la somme des coefficients",
    en="You do not divide by the sum of the weights",
    hint_fr="Ni leur nombre, ni leur maximum, ni la somme de leurs valeurs absolues.",
    hint_en="Not by their number, their maximum, or the sum of their absolute values.",
)
def test_the_sum_of_the_kernel(student, rng, mistake):
    for shape in ((3, 3), (5, 3), (2, 6)):
        drawn = rng.integers(-4, 5, size=shape)
        drawn[0, 0] += 7 - drawn.sum()
        zero = drawn.copy()
        zero[-1, -1] -= 7
        for kernel in (drawn, -drawn, zero):
            total = kernel.sum()
            others = (kernel.size, kernel.max(), np.abs(kernel).sum(), np.sqrt((kernel**2).sum()))
            wrong = {
                "divided-by-the-wrong-sum": [kernel / other for other in others],
                "kernel-not-normalised": [kernel],
            }
            expected = kernel / total if total else kernel
            compare(student.normalise(kernel), expected, mistake, wrong)


@pytest.mark.points(3)
@pytest.mark.title(fr="N’importe quel noyau, jusqu’au bord", en="Any kernel, up to the border")
@pytest.mark.hint(
    fr="Prolongez l’image avant d’appliquer le noyau, puis comparez les formes.",
    en="Continue the image before you apply the kernel, then compare the shapes.",
)
@BORDER_LOST
@BORDER_BLACK
@pytest.mark.mistake(
    "border-mirrored",
    fr="Vous prolongez l’image autrement que par son bord",
    en="You do not continue the image by its border",
    hint_fr="À deux pixels du bord aussi, c’est le pixel du bord que l’on répète.",
    hint_en="Two pixels from the border, too, it is the border's pixel that is repeated.",
)
@pytest.mark.mistake(
    "kernel-flipped",
    fr="Vous retournez le noyau",
    en="You flip the kernel",
    hint_fr="Le noyau s’applique tel quel, sans demi-tour.",
    hint_en="The kernel is used as it stands, without a half turn.",
)
@pytest.mark.mistake(
    "kernel-normalised-twice",
    fr="Vous normalisez le noyau dans apply_kernel",
    en="You normalise the kernel in apply_kernel",
    hint_fr="apply_kernel prend le noyau tel qu’on le lui donne.",
    hint_en="apply_kernel takes the kernel as it is given.",
)
def test_any_kernel_up_to_the_border(student, rng, mistake):
    for height, width, shape in ((6, 9, (3, 3)), (8, 7, (5, 3)), (5, 11, (1, 5)), (4, 3, (5, 5))):
        image = rng.uniform(0, 255, size=(height, width)).round(1)
        kernel = rng.integers(-4, 5, size=shape)
        kernel[0, 0] += 3 - kernel.sum()
        lost = [within(image, kernel)] if height >= shape[0] and width >= shape[1] else []
        frames = [framed(ground, lost[0]) for ground in (0 * image, image) if lost]
        mirrors = [filtered(image, kernel, mode=mode) for mode in ("reflect", "symmetric", "wrap")]
        wrong = {
            "border-lost": lost + frames,
            "border-black": [filtered(image, kernel, mode="constant")],
            "border-mirrored": mirrors,
            "kernel-flipped": [filtered(image, kernel[::-1, ::-1])],
            "kernel-normalised-twice": [filtered(image, kernel / kernel.sum())],
        }
        compare(student.apply_kernel(image, kernel), filtered(image, kernel), mistake, wrong)


@pytest.mark.points(2)
@pytest.mark.title(fr="Une photo aux pixels entiers", en="A photograph of whole numbers")
@pytest.mark.hint(
    fr="Calculez avec des nombres réels, et avec le noyau normalisé.",
    en="Compute with real numbers, and with the normalised kernel.",
)
@pytest.mark.mistake(
    "kernel-not-normalised",
    fr="Vous appliquez le noyau sans le normaliser",
    en="You apply the kernel without normalising it",
    hint_fr="Un flou ne doit pas éclaircir l’image : que vaut la somme des coefficients ?",
    hint_en="A blur must not make the image brighter: what is the sum of the weights?",
)
@pytest.mark.mistake(
    "cut-to-integers",
    fr="Vos résultats sont coupés à des entiers",
    en="Your results are cut to whole numbers",
    hint_fr="Un tableau créé avec le type uint8 de l’image ne peut garder de décimales.",
    hint_en="An array made with the image's type, uint8, can't keep decimals.",
)
@pytest.mark.mistake(
    "clipped",
    fr="Vous ramenez le résultat entre 0 et 255",
    en="You bring the result back between 0 and 255",
    hint_fr="Un contour peut être négatif : ne bornez pas le résultat.",
    hint_en="An edge may be negative: do not bound the result.",
)
@BORDER_LOST
@BORDER_BLACK
def test_a_photograph_of_whole_numbers(student, rng, mistake):
    for name, weights in KERNELS.items():
        image = rng.integers(0, 256, size=(7, 10), dtype=np.uint8)
        expected = filtered(image, normalised(name))
        answer = expect_array(student.filter_image(image, name), finite=False)
        whole = np.array_equal(answer, np.round(answer))
        # Nine ninths may fall just short of a whole number, and then be cut to the one below.
        if whole and answer.shape == expected.shape and np.abs(answer - expected).max() < 1.001:
            mistake("cut-to-integers")
        wrong = {
            "kernel-not-normalised": [filtered(image, np.array(weights))],
            "clipped": [np.clip(expected, 0, 255), np.abs(expected)],
            "border-lost": [within(image, normalised(name))],
            "border-black": [filtered(image, normalised(name), mode="constant")],
        }
        compare(answer, expected, mistake, wrong)


def effects(rng, name):
    """Return what the kernel does to a plain area, to grain, and to edges of both directions."""
    kernel = normalised(name)
    plain = np.full((12, 12), rng.uniform(50, 200))
    step = np.where(np.arange(12) < 6, 40.0, 180.0) * np.ones((12, 1))
    grain = plain + rng.normal(0, 9, size=plain.shape)
    return {
        "plain": filtered(plain, kernel).mean() / plain.mean(),
        "grain": filtered(grain, kernel).std() / grain.std(),
        "vertical": np.ptp(filtered(step, kernel)) / np.ptp(step),
        "horizontal": np.ptp(filtered(step.T, kernel)) / np.ptp(step),
    }


JOBS = {
    "noise": lambda e: np.isclose(e["plain"], 1) and e["grain"] < 0.7,
    "detail": lambda e: np.isclose(e["plain"], 1) and min(e["vertical"], e["horizontal"]) > 1.1,
    "posts": lambda e: e["vertical"] > 1 and np.isclose(e["horizontal"], 0, atol=1e-9),
    "horizon": lambda e: e["horizontal"] > 1 and np.isclose(e["vertical"], 0, atol=1e-9),
    "shapes": lambda e: (
        np.isclose(e["plain"], 0, atol=1e-9) and min(e["vertical"], e["horizontal"]) > 1
    ),
}


@pytest.mark.points(2)
@pytest.mark.title(fr="Le bon noyau pour chaque travail", en="The right kernel for each job")
@pytest.mark.hint(
    fr="Essayez chaque noyau sur l’image du carnet, puis sur une image uniforme.",
    en="Try each kernel on the notebook's image, then on a plain one.",
)
@pytest.mark.mistake(
    "directions-swapped",
    fr="Vous confondez les deux directions",
    en="You mix up the two directions",
    hint_fr="Un contour vertical est un changement de gauche à droite.",
    hint_en="A vertical edge is a change from left to right.",
)
@pytest.mark.mistake(
    "detail-for-edges",
    fr="Vous confondez rendre net et ne garder que les contours",
    en="You mix up sharpening and keeping nothing but edges",
    hint_fr="Que devient une zone uniforme dans chacun des deux cas ?",
    hint_en="What becomes of a plain area in each of the two?",
)
def test_the_right_kernel_for_each_job(student, rng, mistake, credit):
    chosen = {job: student.choose_kernel(job) for job in JOBS}
    names = [name for name in chosen.values() if isinstance(name, str)]
    if chosen["posts"] == "sobel_y" and chosen["horizon"] == "sobel_x":
        mistake("directions-swapped")
    elif chosen["detail"] == "outline" and chosen["shapes"] == "sharpen":
        mistake("detail-for-edges")
    known = {name: effects(rng, name) for name in names if name in KERNELS}
    done = [job for job, name in chosen.items() if name in known and JOBS[job](known[name])]
    credit(len(done) / len(JOBS))
    expect_equal(len(done), len(JOBS), name="the number of jobs done")
