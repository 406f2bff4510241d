from dataclasses import dataclass

import numpy as np
import pytest

from graders.expect import expect_array, expect_close, expect_number

NEAR = {"rtol": 1e-4, "atol": 1e-4}
SHAPES = (((3, 7, 9), (2, 3)), ((1, 6, 5), (3, 3)), ((5, 4, 8), (1, 2)))

MISSING_MEAN = pytest.mark.mistake(
    "missing-1-over-n",
    fr="Vous ne divisez pas par tout le nombre de pixels",
    en="You do not divide by the whole number of pixels",
    hint_fr="La moyenne porte sur les pixels de toutes les images : n = N × H’ × W’.",
    hint_en="The mean is over the pixels of all the images: n = N × H' × W'.",
)
SIGN = pytest.mark.mistake(
    "sign",
    fr="Vous vous trompez de signe",
    en="Your sign is the wrong one",
    hint_fr="L’écart est prédiction moins cible, et la descente retranche le gradient.",
    hint_en="The error is prediction minus target, and descent takes the gradient away.",
)
BIAS_NOT_UPDATED = pytest.mark.mistake(
    "bias-not-updated",
    fr="Vous laissez le biais de côté",
    en="You leave the bias out",
    hint_fr="Le biais est un paramètre comme un autre : il a sa dérivée, et il avance aussi.",
    hint_en="The bias is a parameter like any other: it has a slope, and it moves too.",
)


@dataclass
class Problem:
    """Images, what is wanted of them, and a filter that does not do it yet."""

    images: np.ndarray
    targets: np.ndarray
    kernel: np.ndarray
    bias: float

    @property
    def given(self):
        return self.images, self.targets, self.kernel, self.bias

    @property
    def error(self):
        rows, columns = self.targets.shape[1:]
        seen = (
            value * self.images[:, u : u + rows, v : v + columns]
            for (u, v), value in np.ndenumerate(self.kernel)
        )
        return sum(seen) + self.bias - self.targets

    @property
    def loss(self):
        return np.square(self.error).mean()

    @property
    def slopes(self):
        """Return the gradient of the loss: the kernel's and the bias's."""
        error, slope = self.error, np.empty_like(self.kernel)
        rows, columns = error.shape[1:]
        for u, v in np.ndindex(slope.shape):
            slope[u, v] = 2 * (error * self.images[:, u : u + rows, v : v + columns]).mean()
        return slope, 2 * error.mean()

    def moved(self, kernel, bias):
        return Problem(self.images, self.targets, kernel, bias)

    @property
    def divisors(self):
        """Return how many times too large a result is that divides by too little, or nothing."""
        count, rows, columns = self.targets.shape
        return {count * rows * columns, rows * columns, count} - {1}


def draw(rng, shape, size):
    """Return a problem whose filter and bias are both far off."""
    count, height, width = shape
    rows, columns = height - size[0] + 1, width - size[1] + 1
    return Problem(
        images=rng.normal(size=shape).round(2),
        targets=rng.normal(loc=3, size=(count, rows, columns)).round(2),
        kernel=rng.normal(size=size).round(2),
        bias=round(rng.uniform(-1, 1), 2),
    )


def pair(answer, kernel):
    """Return the answer's array, of the kernel's shape, and its number."""
    assert isinstance(answer, list | tuple), "expected a pair: return kernel_part, bias_part"
    assert len(answer) == 2, f"expected a pair, got {len(answer)} values"
    array = expect_array(answer[0], like=kernel, name="the kernel's part")
    return array, expect_number(answer[1], name="the bias's part")


def suspect(mistake, answer, wrong):
    """Name the mistake whose result the answer is, if it is one's."""
    for slug, results in wrong.items():
        for kernel, bias in results:
            if np.allclose(answer[0], kernel, **NEAR) and np.allclose(answer[1], bias, **NEAR):
                mistake(slug)


def too_large(slopes, divisors):
    """Return the slopes with one or both of them too large."""
    kernel, bias = slopes
    for times in divisors:
        yield from ((times * kernel, bias), (kernel, times * bias), (times * kernel, times * bias))


@pytest.mark.points(1)
@pytest.mark.title(fr="La perte", en="The loss")
@pytest.mark.hint(
    fr="Combien de nombres y a-t-il dans targets ?", en="How many numbers does targets hold?"
)
@MISSING_MEAN
@pytest.mark.mistake(
    "halved",
    fr="Vous divisez encore par 2",
    en="You divide by 2 once more",
    hint_fr="Certains livres mettent 1/2 devant la perte ; ici, c’est la moyenne elle-même.",
    hint_en="Some books put a 1/2 before the loss; here it is the mean itself.",
)
def test_the_loss(student, rng, mistake):
    for shape, size in SHAPES:
        problem = draw(rng, shape, size)
        found = expect_number(student.loss(*problem.given), name="the loss")
        if any(np.isclose(found, times * problem.loss, 1e-4) for times in problem.divisors):
            mistake("missing-1-over-n")
        if np.isclose(found, problem.loss / 2, 1e-4):
            mistake("halved")
        expect_close(found, problem.loss, rtol=1e-4, name="the loss")


@pytest.mark.points(2.5)
@pytest.mark.title(fr="Le gradient", en="The gradient")
@pytest.mark.hint(
    fr="Comparez chaque nombre à ce que donne finite_differences : le rapport dit l’erreur.",
    en="Compare each number with what finite_differences gives: the ratio tells the error.",
)
@MISSING_MEAN
@SIGN
@BIAS_NOT_UPDATED
@pytest.mark.mistake(
    "factor-two-forgotten",
    fr="Vous oubliez le 2 de la dérivée d’un carré",
    en="You forget the 2 in the slope of a square",
    hint_fr="La dérivée de E² est 2E.",
    hint_en="The slope of E² is 2E.",
)
@pytest.mark.mistake(
    "kernel-flipped",
    fr="Votre gradient est retourné",
    en="Your gradient is turned around",
    hint_fr="À la position (u, v) du gradient va le pixel que le noyau y recouvre, sans retour.",
    hint_en="At (u, v) of the gradient belongs the pixel that the kernel covers there, unflipped.",
)
def test_the_gradient(student, rng, mistake):
    for shape, size in SHAPES:
        problem = draw(rng, shape, size)
        kernel, bias = problem.slopes
        answer = pair(student.gradients(*problem.given), problem.kernel)
        wrong = {
            "missing-1-over-n": too_large((kernel, bias), problem.divisors),
            "sign": [(-kernel, -bias)],
            "bias-not-updated": [(kernel, 0)],
            "factor-two-forgotten": [
                (kernel / 2, bias / 2),
                (kernel / 2, bias),
                (kernel, bias / 2),
            ],
            "kernel-flipped": [(kernel[::-1, ::-1], bias)],
        }
        suspect(mistake, answer, wrong)
        expect_close(answer[0], kernel, **NEAR, name="the kernel's gradient")
        expect_close(answer[1], bias, **NEAR, name="the bias's gradient")


@pytest.mark.points(0.5)
@pytest.mark.title(
    fr="Votre gradient est celui de votre perte", en="Your gradient is that of your loss"
)
@pytest.mark.hint(
    fr="Déplacez un paramètre dans les deux sens : votre perte varie autrement que prévu.",
    en="Move a parameter both ways: your loss does not change as your gradient says.",
)
def test_the_gradient_is_that_of_the_loss(student, rng):
    problem = draw(rng, (2, 5, 6), (2, 2))
    kernel, bias = pair(student.gradients(*problem.given), problem.kernel)
    h = 0.25

    def slope(kernel_move, bias_move):
        ends = (
            problem.moved(problem.kernel + way * kernel_move, problem.bias + way * bias_move)
            for way in (1, -1)
        )
        ahead, behind = (expect_number(student.loss(*end.given), name="the loss") for end in ends)
        return (ahead - behind) / (2 * h)

    found = np.zeros_like(kernel, dtype=float)
    for place in np.ndindex(kernel.shape):
        move = np.zeros_like(problem.kernel)
        move[place] = h
        found[place] = slope(move, 0)
    assert np.abs(found).max() > 0, "your loss does not depend on the kernel"
    expect_close(kernel, found, rtol=1e-3, atol=1e-3, name="the kernel's gradient")
    expect_close(bias, slope(0, h), rtol=1e-3, atol=1e-3, name="the bias's gradient")


@pytest.mark.points(1.5)
@pytest.mark.title(fr="Le contrôle par différences finies", en="The check by finite differences")
@pytest.mark.hint(
    fr="Chaque paramètre revient à sa place avant que le suivant ne bouge.",
    en="Each parameter is back in its place before the next one moves.",
)
@pytest.mark.mistake(
    "one-sided-difference",
    fr="Vos différences ne sont pas centrées",
    en="Your differences are not central",
    hint_fr="Il faut la perte des deux côtés du point, à +h et à -h.",
    hint_en="It takes the loss on both sides of the point, at +h and at -h.",
)
@pytest.mark.mistake(
    "divided-by-h",
    fr="Vous divisez par h",
    en="You divide by h",
    hint_fr="Entre +h et -h, la distance est 2h.",
    hint_en="From +h to -h the distance is 2h.",
)
@BIAS_NOT_UPDATED
def test_the_check_by_finite_differences(student, rng, mistake):
    for (shape, size), h in zip(SHAPES, (0.5, 0.1, 1.0), strict=True):
        problem = draw(rng, shape, size)
        kernel, bias = problem.slopes
        answer = pair(student.finite_differences(*problem.given, h=h), problem.kernel)
        rows, columns = problem.targets.shape[1:]
        # The loss is a parabola in each parameter: half its curvature is what one side adds.
        bend = np.empty_like(kernel)
        for u, v in np.ndindex(size):
            bend[u, v] = np.square(problem.images[:, u : u + rows, v : v + columns]).mean()
        wrong = {
            "one-sided-difference": [(kernel + way * h * bend, bias + way * h) for way in (1, -1)],
            "divided-by-h": [(2 * kernel, 2 * bias)],
            "bias-not-updated": [(kernel, 0)],
        }
        suspect(mistake, answer, wrong)
        expect_close(answer[0], kernel, rtol=1e-3, atol=1e-3, name="the kernel's differences")
        expect_close(answer[1], bias, rtol=1e-3, atol=1e-3, name="the bias's difference")


@pytest.mark.points(2.5)
@pytest.mark.title(fr="Un pas de descente", en="A step of descent")
@pytest.mark.hint(
    fr="Un seul pas, de taux rate, à l’opposé du gradient, pour le noyau et pour le biais.",
    en="A single step of rate rate, away from the gradient, for the kernel and for the bias.",
)
@MISSING_MEAN
@SIGN
@BIAS_NOT_UPDATED
@pytest.mark.mistake(
    "one-after-the-other",
    fr="Vous calculez la seconde dérivée après avoir déjà bougé",
    en="You take the second slope after having moved already",
    hint_fr="Les deux dérivées se prennent au point de départ, avant tout mouvement.",
    hint_en="Both slopes are taken at the point of departure, before anything moves.",
)
def test_a_step_of_descent(student, rng, mistake):
    for (shape, size), rate in zip(SHAPES, (0.1, 0.02, 0.3), strict=True):
        problem = draw(rng, shape, size)
        kernel, bias = problem.kernel, problem.bias
        slopes = problem.slopes
        down = (kernel - rate * slopes[0], bias - rate * slopes[1])
        answer = pair(student.descent_step(*problem.given, rate=rate), kernel)
        late_bias = problem.moved(down[0], bias).slopes[1]
        late_kernel = problem.moved(kernel, down[1]).slopes[0]
        large = too_large(slopes, problem.divisors)
        wrong = {
            "missing-1-over-n": [(kernel - rate * k, bias - rate * b) for k, b in large],
            "sign": [(kernel + rate * slopes[0], bias + rate * slopes[1])],
            "bias-not-updated": [(down[0], bias)],
            "one-after-the-other": [
                (down[0], bias - rate * late_bias),
                (kernel - rate * late_kernel, down[1]),
            ],
        }
        suspect(mistake, answer, wrong)
        expect_close(answer[0], down[0], **NEAR, name="the new kernel")
        expect_close(answer[1], down[1], **NEAR, name="the new bias")
