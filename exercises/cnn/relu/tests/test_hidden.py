import numpy as np
import pytest

from graders.expect import expect_array, expect_close

SHAPES = ((9,), (4, 5), (2, 3, 4), (2, 1, 3, 5))
NAMES = ("relu", "leaky_relu", "relu_derivative", "leaky_relu_derivative")
DEFAULT = 0.01

WRONG_SIDE = pytest.mark.mistake(
    "slope-on-the-wrong-side",
    fr="Vous mettez la pente du mauvais côté",
    en="You put the slope on the wrong side",
    hint_fr="Les nombres positifs passent tels quels ; slope s’applique aux négatifs.",
    hint_en="Positive numbers pass as they are; slope is for the negative ones.",
)
SIGN_LOST = pytest.mark.mistake(
    "sign-lost",
    fr="Vous changez le signe à gauche de zéro",
    en="You change the sign left of zero",
    hint_fr="À gauche de zéro, la ReLU à fuite est négative et croissante.",
    hint_en="Left of zero the leaky ReLU is negative and rises.",
)
SLOPE_IGNORED = pytest.mark.mistake(
    "slope-ignored",
    fr="Vous ignorez la pente que l’on vous donne",
    en="You ignore the slope that you are given",
    hint_fr="slope peut prendre d’autres valeurs que 0,01.",
    hint_en="slope may be something else than 0.01.",
)


def answers(x, slope):
    """Return what each of the four functions gives, by its name."""
    return {
        "relu": np.maximum(x, 0),
        "leaky_relu": np.maximum(x, 0) + slope * np.minimum(x, 0),
        "relu_derivative": np.heaviside(x, 0),
        "leaky_relu_derivative": np.heaviside(x, 0) + slope * np.heaviside(-x, 1),
    }


def call(student, name, x, slope):
    options = {"slope": slope} if name.startswith("leaky") else {}
    return student.call(name, x, **options)


def drawn(rng, shape):
    """Return numbers of both signs, none of them near zero."""
    return (rng.choice([-1, 1], size=shape) * rng.uniform(0.3, 9, size=shape)).round(2)


def compare(answer, expected, mistake, wrong):
    """Hold the answer against what is right, and name the mistake that leads to it, if one does."""
    found = expect_array(answer, finite=False)
    for slug, grids in wrong.items():
        for grid in grids:
            same = found.shape == grid.shape and np.allclose(found, grid)
            if same and not np.allclose(grid, expected):
                mistake(slug)
    expect_close(found, expected)


@pytest.mark.points(1)
@pytest.mark.title(fr="ReLU, quelle que soit la forme", en="ReLU, whatever the shape")
@pytest.mark.hint(
    fr="La sortie a la forme de l’entrée ; les positifs y restent, les négatifs deviennent 0.",
    en="The output has the input's shape; positive numbers stay, negative ones become 0.",
)
@pytest.mark.mistake(
    "absolute-value",
    fr="Vous prenez la valeur absolue",
    en="You take the absolute value",
    hint_fr="Un nombre négatif devient 0, et non son opposé.",
    hint_en="A negative number becomes 0, not its opposite.",
)
@pytest.mark.mistake(
    "negative-side-kept",
    fr="Vous gardez les négatifs, et non les positifs",
    en="You keep the negative numbers, not the positive ones",
    hint_fr="ReLU est le plus grand de x et de 0.",
    hint_en="ReLU is the larger of x and 0.",
)
def test_relu_whatever_the_shape(student, rng, mistake):
    for shape in SHAPES:
        x = drawn(rng, shape)
        wrong = {"absolute-value": [np.abs(x)], "negative-side-kept": [np.minimum(x, 0)]}
        compare(student.relu(x), np.maximum(x, 0), mistake, wrong)
    whole = rng.integers(-9, 10, size=(6, 7))
    compare(student.relu(whole), np.maximum(whole, 0), mistake, {})


@pytest.mark.points(2)
@pytest.mark.title(fr="La fuite, de toutes les pentes", en="Leaky, with any slope")
@pytest.mark.hint(
    fr="Essayez une pente de 0,5 : que devient -4 ? Et 4 ?",
    en="Try a slope of 0.5: what becomes of -4? And of 4?",
)
@WRONG_SIDE
@SIGN_LOST
@SLOPE_IGNORED
@pytest.mark.mistake(
    "cut-to-integers",
    fr="Vos résultats sont coupés à des entiers",
    en="Your results are cut to whole numbers",
    hint_fr="Un tableau créé avec le type entier de x ne peut garder de décimales.",
    hint_en="An array made with x's type, of whole numbers, can't keep decimals.",
)
def test_leaky_with_any_slope(student, rng, mistake):
    for shape, slope in zip(SHAPES, (*rng.uniform(0.05, 0.9, size=3).round(3), 0.0), strict=True):
        x = drawn(rng, shape)
        wrong = {
            "slope-on-the-wrong-side": [-answers(-x, slope)["leaky_relu"]],
            "sign-lost": [answers(x, -slope)["leaky_relu"]],
            "slope-ignored": [answers(x, DEFAULT)["leaky_relu"], np.maximum(x, 0)],
        }
        answer = student.leaky_relu(x, slope=slope)
        compare(answer, answers(x, slope)["leaky_relu"], mistake, wrong)
    whole = rng.integers(-9, 10, size=(6, 7))
    for slope, options in ((0.25, {"slope": 0.25}), (DEFAULT, {})):
        expected = answers(whole, slope)["leaky_relu"]
        cut = [np.trunc(expected), np.floor(expected), np.round(expected)]
        answer = student.leaky_relu(whole, **options)
        compare(answer, expected, mistake, {"cut-to-integers": cut})


@pytest.mark.points(2)
@pytest.mark.title(fr="Les dérivées, loin de zéro", en="The derivatives, away from zero")
@pytest.mark.hint(
    fr="Comparez avec (f(x + h) - f(x - h)) / 2h, pour un petit h.",
    en="Compare with (f(x + h) - f(x - h)) / 2h, for a small h.",
)
@WRONG_SIDE
@SIGN_LOST
@SLOPE_IGNORED
@pytest.mark.mistake(
    "function-for-derivative",
    fr="Vous renvoyez la fonction, et non sa dérivée",
    en="You return the function, not its derivative",
    hint_fr="À droite de zéro la courbe monte toujours de la même façon : quelle est sa pente ?",
    hint_en="Right of zero the curve always rises alike: what is its slope?",
)
def test_the_derivatives_away_from_zero(student, rng, mistake):
    for shape, slope in zip(SHAPES, (*rng.uniform(0.05, 0.9, size=3).round(3), 0.0), strict=True):
        x = drawn(rng, shape)
        expected = answers(x, slope)
        flat, leaky = expected["relu_derivative"], expected["leaky_relu_derivative"]
        wrong = {
            "slope-on-the-wrong-side": [1 - flat],
            "function-for-derivative": [expected["relu"]],
        }
        compare(student.relu_derivative(x), flat, mistake, wrong)
        wrong = {
            "slope-on-the-wrong-side": [answers(-x, slope)["leaky_relu_derivative"]],
            "sign-lost": [answers(x, -slope)["leaky_relu_derivative"]],
            "slope-ignored": [flat, answers(x, DEFAULT)["leaky_relu_derivative"]],
            "function-for-derivative": [expected["leaky_relu"], leaky * x],
        }
        compare(student.leaky_relu_derivative(x, slope=slope), leaky, mistake, wrong)
    whole = rng.integers(1, 10, size=12) * rng.choice([-1, 1], size=12)
    for name in ("relu_derivative", "leaky_relu_derivative"):
        compare(student.call(name, whole), answers(whole, DEFAULT)[name], mistake, {})


@pytest.mark.points(1)
@pytest.mark.title(fr="En zéro", en="At zero")
@pytest.mark.hint(
    fr="L’énoncé dit quelle dérivée prendre là où la courbe a un angle.",
    en="The statement says which derivative to take where the curve has a corner.",
)
@pytest.mark.mistake(
    "derivative-at-zero",
    fr="En zéro, vous ne prenez pas la dérivée à gauche",
    en="At zero you do not take the derivative on the left",
    hint_fr="En zéro, la dérivée est celle des nombres négatifs : comparez avec > et non >=.",
    hint_en="At zero the derivative is that of the negative numbers: compare with >, not with >=.",
)
@WRONG_SIDE
def test_at_zero(student, rng, mistake):
    x = drawn(rng, (4, 6))
    x[rng.permuted(np.arange(24).reshape(4, 6) % 3 == 0)] = 0
    slope = round(rng.uniform(0.1, 0.4), 3)
    expected = answers(x, slope)
    for name in NAMES:
        at_zero = [
            np.where(x == 0, value, expected[name]) for value in (1, 0.5, (1 + slope) / 2, 0)
        ]
        wrong = {} if name in ("relu", "leaky_relu") else {"derivative-at-zero": at_zero}
        if name == "leaky_relu_derivative":
            wrong["slope-on-the-wrong-side"] = [
                answers(-x, slope)[name],
                1 + slope - expected[name],
            ]
        compare(call(student, name, x, slope), expected[name], mistake, wrong)


@pytest.mark.points(2)
@pytest.mark.title(fr="L’entrée reste intacte", en="The input stays as it is")
@pytest.mark.hint(
    fr="Affichez x avant et après avoir appelé chaque fonction.",
    en="Print x before and after you call each of the functions.",
)
@pytest.mark.mistake(
    "changes-its-input",
    fr="Votre fonction modifie le tableau qu’on lui donne",
    en="Your function changes the array that it is given",
    hint_fr="x[x < 0] = 0 écrit dans le tableau de l’appelant : travaillez sur un nouveau tableau.",
    hint_en="x[x < 0] = 0 writes into the caller's array: work on a new one.",
)
@WRONG_SIDE
def test_the_input_stays_as_it_is(student, rng, mistake):
    slope = round(rng.uniform(0.1, 0.9), 3)
    for name in NAMES:
        x = drawn(rng, (5, 4))
        options = {"slope": slope} if name.startswith("leaky") else {}
        answer, (left, *_) = student.watch(name, x, **options)
        wrong = {"slope-on-the-wrong-side": [np.where(x > 0, slope * x, x)]}
        compare(answer, answers(x, slope)[name], mistake, wrong)
        if not np.array_equal(left, x):
            mistake("changes-its-input")
        expect_close(left, x, rtol=0, atol=0, name=f"x after {name}")
