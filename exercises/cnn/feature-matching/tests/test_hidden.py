import numpy as np
import pytest

from graders.expect import expect_array, expect_close, expect_equal, expect_number

DIAGONAL = 2 * np.eye(3) - 1
CROSS = np.maximum(DIAGONAL, DIAGONAL[::-1])
STROKE = np.array([[-1.0, -1, -1], [1, 1, 1], [-1, -1, -1]])
X_FEATURES = [DIAGONAL, DIAGONAL[::-1], CROSS]
O_FEATURES = [STROKE, STROKE.T]
# Scores closer than this are drawn again: no order of adding up may decide.
APART = 0.02

SUM_FOR_MEAN = pytest.mark.mistake(
    "sum-for-mean",
    fr="Vous prenez la somme des produits, et non leur moyenne",
    en="You take the sum of the products, not their mean",
    hint_fr="Une ressemblance parfaite vaut 1, quelle que soit la taille de la caractéristique.",
    hint_en="A perfect match is 1, however large the feature is.",
)
WRONG_COUNT = pytest.mark.mistake(
    "wrong-count",
    fr="Vous ne divisez pas par le bon nombre",
    en="You divide by the wrong count",
    hint_fr="Combien de produits avez-vous additionnés ?",
    hint_en="How many products have you added up?",
)
DIFFERENCES_FORGOTTEN = pytest.mark.mistake(
    "differences-forgotten",
    fr="Vous ne comptez que les pixels qui coïncident",
    en="You count only the pixels that agree",
    hint_fr="Un pixel qui diffère donne un produit de -1, et non de 0.",
    hint_en="A pixel that differs gives a product of -1, not of 0.",
)


def signs(rng, *shape):
    return rng.choice([-1, 1], size=shape)


def mapped(image, feature, summary=np.mean):
    """Return the summary of the products at each place of the feature."""
    rows, columns = np.subtract(image.shape, feature.shape) + 1
    height, width = feature.shape
    return np.array(
        [
            [summary(image[i : i + height, j : j + width] * feature) for j in range(columns)]
            for i in range(rows)
        ]
    )


def score(image, features, of_map=np.max, of_letter=np.mean):
    return of_letter([of_map(mapped(image, feature)) for feature in features])


def gap(image, x_features, o_features, **rule):
    """Return by how much the X is ahead of the O."""
    return score(image, x_features, **rule) - score(image, o_features, **rule)


def letter(*case, **rule):
    return "X" if gap(*case, **rule) > 0 else "O"


RULES = {
    "mean-of-the-map": {"of_map": np.mean},
    "features-summed": {"of_letter": np.sum},
    "best-feature-only": {"of_letter": np.max},
}


def compare(answer, expected, mistake, wrong):
    """Hold the answer against what is right, and name the mistake that leads to it, if one does."""
    found = expect_array(answer, finite=False)
    for slug, grids in wrong.items():
        for grid in grids:
            same = found.shape == np.shape(grid) and np.allclose(found, grid)
            if same and not np.array_equal(grid, expected):
                mistake(slug)
    expect_close(found, expected)


@pytest.mark.points(2)
@pytest.mark.title(
    fr="Une moyenne, pour toutes les tailles", en="A mean, whatever the size of the feature"
)
@pytest.mark.hint(
    fr="La ressemblance va de -1 (tout s’oppose) à 1 (tout coïncide).",
    en="The match goes from -1 (nothing agrees) to 1 (everything does).",
)
@SUM_FOR_MEAN
@WRONG_COUNT
@DIFFERENCES_FORGOTTEN
def test_the_match_is_a_mean_whatever_the_size(student, rng, mistake):
    for height, width in ((3, 5), (5, 3), (3, 3), (1, 7), (4, 6)):
        feature = signs(rng, height, width)
        for patch in (signs(rng, height, width), feature, -feature):
            products = patch * feature
            agree, both_white = patch == feature, (patch == 1) & (feature == 1)
            sides = {height, width, height + width, height**2, width**2, np.sum(feature == 1)}
            wrong = {
                "differences-forgotten": [agree.mean(), both_white.mean()],
                "wrong-count": [products.sum() / count for count in sides - {0, 1}],
                "sum-for-mean": [products.sum()],
            }
            number = expect_number(student.match(patch, feature))
            compare(number, products.mean(), mistake, wrong)


@pytest.mark.points(3)
@pytest.mark.title(fr="La carte d’une image quelconque", en="The map of any image")
@pytest.mark.hint(
    fr="La carte a H - h + 1 lignes et W - w + 1 colonnes ; la caractéristique reste telle quelle.",
    en="The map has H - h + 1 rows and W - w + 1 columns; the feature is used as it stands.",
)
@SUM_FOR_MEAN
@WRONG_COUNT
@pytest.mark.mistake(
    "feature-flipped",
    fr="Vous retournez la caractéristique",
    en="You flip the feature",
    hint_fr="La caractéristique se pose telle quelle sur l’image, sans demi-tour.",
    hint_en="The feature is laid on the image as it stands, without a half turn.",
)
@pytest.mark.mistake(
    "border-added",
    fr="Vous ajoutez un bord à l’image",
    en="You add a border to the image",
    hint_fr="La caractéristique ne dépasse jamais de l’image.",
    hint_en="The feature never hangs over the edge of the image.",
)
@pytest.mark.mistake(
    "axes-swapped",
    fr="Vous échangez les lignes et les colonnes",
    en="You swap rows and columns",
    hint_fr="La forme d’une image est (hauteur, largeur), celle de la carte aussi.",
    hint_en="An image has shape (height, width), and so has the map.",
)
def test_the_map_of_any_image(student, rng, mistake):
    for image_shape, shape in (((6, 9), (3, 3)), ((8, 5), (3, 5)), ((7, 11), (5, 2))):
        image, feature = signs(rng, *image_shape), signs(rng, *shape)
        expected = mapped(image, feature)
        total = (expected * feature.size).round()
        counts = {image.size, expected.size, *shape, *image_shape}
        wrong = {
            "feature-flipped": [mapped(image, feature[::-1, ::-1])],
            "axes-swapped": [expected.T],
            "wrong-count": [total / count for count in counts],
            "sum-for-mean": [total],
        }
        answer = expect_array(student.match_map(image, feature), finite=False)
        if answer.shape == image.shape:
            mistake("border-added")
        compare(answer, expected, mistake, wrong)


def drawn(rng):
    """Return a letter drawn somewhere in an image, with three pixels turned."""
    rows, columns = np.indices((9, 11))
    reach = rng.integers(2, 4)
    down = np.abs(rows - rng.integers(reach + 1, 8 - reach))
    across = np.abs(columns - rng.integers(reach + 1, 10 - reach))
    far, near = np.maximum(down, across), np.minimum(down, across)
    on = (far == near) & (far <= reach) if rng.integers(2) else (far == reach) & (near < reach)
    image = np.where(on, 1.0, -1.0)
    image.flat[rng.choice(image.size, size=3, replace=False)] *= -1
    return image


@pytest.mark.points(2)
@pytest.mark.title(
    fr="Des lettres décalées et abîmées", en="Letters that are moved about and spoilt"
)
@pytest.mark.hint(
    fr="Une caractéristique compte où qu’elle soit dans l’image : gardez le maximum de sa carte.",
    en="A feature counts wherever it is in the image: keep the maximum of its map.",
)
def test_letters_that_are_moved_about_and_spoilt(student, rng):
    wanted = ["X", "O"] * 5
    while wanted:
        image = drawn(rng)
        ahead = gap(image, X_FEATURES, O_FEATURES)
        if abs(ahead) > APART and ("X" if ahead > 0 else "O") == wanted[-1]:
            expect_equal(student.x_or_o(image, X_FEATURES, O_FEATURES), wanted.pop())


def telling(rng, wrong_rule):
    """Return an image and features of both letters that the wrong rule decides wrongly."""
    while True:
        image = signs(rng, 7, 9)
        x_count, o_count = rng.permutation([1, 3])
        x_features = [signs(rng, 2, 4) for _ in range(x_count)]
        o_features = [signs(rng, 3, 3) for _ in range(o_count)]
        case = (image, x_features, o_features)
        gaps = [gap(*case, **rule) for rule in ({}, *RULES.values())]
        if min(map(abs, gaps)) > APART and letter(*case) != letter(*case, **wrong_rule):
            return case


@pytest.mark.points(1)
@pytest.mark.title(fr="La règle, exactement", en="The rule, to the letter")
@pytest.mark.hint(
    fr="Le maximum de chaque carte, puis la moyenne sur les caractéristiques d’une lettre.",
    en="The maximum of each map, then the mean over the features of a letter.",
)
@pytest.mark.mistake(
    "mean-of-the-map",
    fr="Vous prenez la moyenne de la carte, et non son maximum",
    en="You take the mean of the map, not its maximum",
    hint_fr="Une caractéristique présente à un seul endroit est présente.",
    hint_en="A feature that is found in a single place is found.",
)
@pytest.mark.mistake(
    "features-summed",
    fr="Vous additionnez les maximums sans en prendre la moyenne",
    en="You add up the maxima without taking their mean",
    hint_fr="Une lettre qui a plus de caractéristiques que l’autre n’est pas avantagée.",
    hint_en="A letter with more features than the other has no advantage.",
)
@pytest.mark.mistake(
    "best-feature-only",
    fr="Vous ne retenez que la meilleure caractéristique de chaque lettre",
    en="You keep only the best feature of each letter",
    hint_fr="Toutes les caractéristiques d’une lettre comptent autant.",
    hint_en="All the features of a letter count alike.",
)
def test_the_rule_to_the_letter(student, rng, mistake):
    cases = [telling(rng, rule) for rule in RULES.values() for _ in range(4)]
    answers = [student.x_or_o(*case) for case in cases]
    for slug, rule in RULES.items():
        if answers == [letter(*case, **rule) for case in cases]:
            mistake(slug)
    expect_equal(answers, [letter(*case) for case in cases], name="the list of letters")
