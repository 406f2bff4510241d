import numpy as np
import pytest

from graders.expect import expect_array, expect_close
from graders.intervals import wilson_interval

LABEL_CHANGED = pytest.mark.mistake(
    "label-changed",
    fr="Des images ont perdu leur classe",
    en="Images have lost their label",
    hint_fr="La classe doit suivre l’image : au même rang, et celle du miroir si on la retourne.",
    hint_en="The label follows the image: in the same place, and the mirror's if it is flipped.",
)
OUT_OF_RANGE = pytest.mark.mistake(
    "out-of-range",
    fr="Votre image sort de l’intervalle de 0 à 1",
    en="Your image leaves the range of 0 to 1",
    hint_fr="Ramenez à 0 ce qui est négatif et à 1 ce qui dépasse 1.",
    hint_en="Bring what is negative back to 0, and what exceeds 1 back to 1.",
)
PARTNER = [1, 0, 2, 3, 4, 5, -1]
# The accuracies that earn nothing, and everything.
NOTHING, FULL = 0.55, 0.75
# The share of its bound that the largest of many movements comes to, on either side.
REACH = 0.87


def framed(rng, height, width):
    """Return a random image inside a black frame, so that no way of treating the edge matters."""
    image = np.zeros((height, width))
    image[1:-1, 1:-1] = rng.uniform(0.05, 1, size=(height - 2, width - 2)).round(2)
    return image


def shifted(image, down, right):
    height, width = image.shape
    output = np.zeros((height, width))
    for row, column in np.ndindex(height, width):
        if 0 <= row - down < height and 0 <= column - right < width:
            output[row, column] = image[row - down, column - right]
    return output


def rotated(image, degrees, *, middle=0.5):
    """Return the image turned counter-clockwise, by the weight of each pixel in each other."""
    height, width = image.shape
    turn = np.exp(1j * np.deg2rad(degrees))
    centre = (width - 2 * middle) / 2 + 1j * (height - 2 * middle) / 2
    places = np.arange(width) + 1j * np.arange(height)[:, None]
    sources = centre + (places - centre) * turn
    output = np.zeros((height, width))
    for row, column in np.ndindex(height, width):
        across = np.maximum(1 - np.abs(sources[row, column].real - np.arange(width)), 0)
        down = np.maximum(1 - np.abs(sources[row, column].imag - np.arange(height)), 0)
        output[row, column] = down @ image @ across
    return output


def check(mistake, answer, expected, wrong, *, atol=1e-4):
    """Compare, and name the mistake whose result the answer is."""
    array = expect_array(answer)
    if array.shape != expected.shape or not np.allclose(array, expected, atol=atol):
        for slug, grid in wrong.items():
            if array.shape == grid.shape and np.allclose(array, grid, atol=atol):
                mistake(slug)
    expect_close(array, expected, atol=atol)


def pair(answer):
    assert isinstance(answer, tuple | list), "the answer is not a pair of images and labels"
    assert len(answer) == 2, "the answer is not a pair of images and labels"
    return answer


@pytest.mark.points(1.5)
@pytest.mark.title(fr="Le miroir change la classe", en="The mirror changes the label")
@pytest.mark.hint(
    fr="Un panneau « à gauche » retourné dit « à droite » ; d’autres ne disent plus rien.",
    en='A "left" sign, flipped, says "right"; others say nothing any more.',
)
@LABEL_CHANGED
@pytest.mark.mistake(
    "meaningless-kept",
    fr="Vous gardez des images qui n’ont pas de sens dans un miroir",
    en="You keep images that make no sense in a mirror",
    hint_fr="Une classe dont la partenaire est −1 est à laisser de côté, image et classe.",
    hint_en="A class whose partner is −1 is to be left out, image and label.",
)
@pytest.mark.mistake(
    "upside-down",
    fr="Vous retournez les images de haut en bas",
    en="You flip the images upside down",
    hint_fr="Un miroir échange la gauche et la droite : c’est l’axe des colonnes.",
    hint_en="A mirror swaps left and right: it is the axis of the columns.",
)
def test_the_mirror_changes_the_label(student, rng, mistake):
    for partner, height, width in ((PARTNER, 6, 8), ([-1, 2, 1, 3], 9, 7)):
        labels = rng.permutation(np.repeat(np.arange(len(partner)), 3))
        images = np.stack([framed(rng, height, width) for _ in labels])
        flipped, classes = pair(student.flip_signs(images, labels, partner=partner))
        kept = [place for place, label in enumerate(labels) if partner[label] != -1]
        mirror = np.flip(images, axis=2)
        wrong = {"meaningless-kept": mirror, "upside-down": np.flip(images[kept], axis=1)}
        check(mistake, flipped, mirror[kept], wrong)
        mistake("label-changed")
        expected = np.array([partner[labels[place]] for place in kept])
        expect_close(classes, expected, name="the labels")


@pytest.mark.points(1.5)
@pytest.mark.title(fr="Un décalage entier", en="A shift by whole pixels")
@pytest.mark.hint(
    fr="Le pixel (i, j) du résultat est le pixel (i − down, j − right) de l’image, s’il existe.",
    en="Pixel (i, j) of the result is pixel (i − down, j − right) of the image, if there is one.",
)
@pytest.mark.mistake(
    "wraps-around",
    fr="Ce qui sort d’un côté rentre de l’autre",
    en="What leaves on one side comes in on the other",
    hint_fr="np.roll est circulaire. Ce qui sort est perdu, ce qui entre est noir.",
    hint_en="np.roll is circular. What leaves is lost, what enters is black.",
)
@pytest.mark.mistake(
    "wrong-way",
    fr="Vous décalez dans l’autre sens",
    en="You shift the other way",
    hint_fr="down positif fait descendre l’image, right positif la pousse à droite.",
    hint_en="A positive down moves the image down, a positive right moves it right.",
)
@pytest.mark.mistake(
    "axes-swapped",
    fr="Vous échangez lignes et colonnes",
    en="You swap rows and columns",
    hint_fr="down agit sur le premier axe, celui des lignes, right sur le second.",
    hint_en="down acts on the first axis, that of the rows, right on the second.",
)
def test_a_shift_by_whole_pixels(student, rng, mistake):
    for down, right in ((2, 0), (0, -3), (-1, 2), (3, 4), (0, 0), (6, -1), (-2, -9)):
        size = (6, 9) if down >= right else (9, 6)
        image = rng.uniform(0.05, 1, size=size).round(2)
        wrong = {
            "wraps-around": np.roll(image, (down, right), axis=(0, 1)),
            "wrong-way": shifted(image, -down, -right),
            "axes-swapped": shifted(image, right, down),
        }
        answer = student.shift(image, down=down, right=right)
        check(mistake, answer, shifted(image, down, right), wrong)


@pytest.mark.points(1.5)
@pytest.mark.title(fr="Une rotation autour du centre", en="A rotation about the centre")
@pytest.mark.hint(
    fr="Le centre est en ((H − 1)/2, (W − 1)/2) ; entre quatre pixels, interpolez.",
    en="The centre is at ((H − 1)/2, (W − 1)/2); between four pixels, interpolate.",
)
@pytest.mark.mistake(
    "clockwise",
    fr="Vous tournez dans le sens des aiguilles d’une montre",
    en="You rotate clockwise",
    hint_fr="Les lignes vont vers le bas : un signe change par rapport aux formules habituelles.",
    hint_en="Rows go down: one sign differs from the usual formulas.",
)
@pytest.mark.mistake(
    "off-centre",
    fr="Vous tournez autour d’un point à côté du centre",
    en="You rotate about a point beside the centre",
    hint_fr="Les pixels vont de 0 à H − 1 : leur milieu est (H − 1)/2, pas H/2.",
    hint_en="Pixels go from 0 to H − 1: their middle is (H − 1)/2, not H/2.",
)
@pytest.mark.mistake(
    "radians",
    fr="Vous prenez des degrés pour des radians",
    en="You take degrees for radians",
    hint_fr="np.cos et np.sin attendent des radians : np.deg2rad convertit.",
    hint_en="np.cos and np.sin expect radians: np.deg2rad converts.",
)
@OUT_OF_RANGE
def test_a_rotation_about_the_centre(student, rng, mistake):
    for degrees, height, width in ((90, 7, 7), (25, 8, 11), (-40, 10, 9), (180, 6, 9), (0, 5, 6)):
        image = framed(rng, height, width)
        wrong = {
            "clockwise": rotated(image, -degrees),
            "off-centre": rotated(image, degrees, middle=0),
            "radians": rotated(image, np.rad2deg(degrees)),
        }
        array = expect_array(student.rotate(image, degrees=degrees), like=image)
        if array.min() < -1e-4 or array.max() > image.max() + 1e-4:
            mistake("out-of-range")
        check(mistake, array, rotated(image, degrees), wrong)


@pytest.mark.points(1)
@pytest.mark.title(fr="Un gris reste un gris", en="A grey remains a grey")
@pytest.mark.hint(
    fr="amount peut être négatif : pensez aux deux bouts de l’intervalle.",
    en="amount may be negative: think of both ends of the range.",
)
@OUT_OF_RANGE
@pytest.mark.mistake(
    "stretched",
    fr="Vous étirez les gris au lieu de les borner",
    en="You stretch the greys instead of bounding them",
    hint_fr="Un pixel qui reste entre 0 et 1 gagne amount exactement.",
    hint_en="A pixel that stays between 0 and 1 gains exactly amount.",
)
def test_a_grey_remains_a_grey(student, rng, mistake):
    for amount in (0.4, -0.3, 0.0, 1.5, -2):
        image = rng.uniform(0, 1, size=(5, 8)).round(2)
        more = image + amount
        wrong = {"out-of-range": more, "stretched": (more - more.min()) / np.ptp(more)}
        check(mistake, student.brighten(image, amount=amount), np.clip(more, 0, 1), wrong)


def bars(count):
    """Return images (count, 19, 19) of a flat bar, number i in grey (i + 1) / count."""
    images = np.zeros((count, 19, 19))
    images[:, 8:11, 5:14] = (np.arange(1, count + 1) / count)[:, None, None]
    return images


def pose(image):
    """Return how far down and right the bar is from the middle, and its tilt in degrees."""
    rows, columns = np.mgrid[:19, :19] - 9.0
    weight = image / image.sum()
    down, right = (weight * rows).sum(), (weight * columns).sum()
    rows, columns = rows - down, columns - right
    moment = (weight * (columns**2 - rows**2)).sum(), 2 * (weight * rows * columns).sum()
    return down, right, np.rad2deg(np.arctan2(moment[1], moment[0])) / 2


@pytest.mark.points(2)
@pytest.mark.title(fr="Des copies fidèles et variées", en="Copies that are true and varied")
@pytest.mark.hint(
    fr="Autant de copies de chaque image, sa classe à chacune, et des tirages différents.",
    en="As many copies of each image, its label for each, and different draws.",
)
@LABEL_CHANGED
@pytest.mark.mistake(
    "same-for-all",
    fr="Toutes vos copies sont déplacées de la même manière",
    en="All your copies are moved in the same way",
    hint_fr="Créez le générateur une seule fois, et tirez un déplacement pour chaque copie.",
    hint_en="Create the generator once, and draw a movement for each copy.",
)
@pytest.mark.mistake(
    "one-sided",
    fr="Vos déplacements ne vont pas aussi loin des deux côtés",
    en="Your movements do not go as far on both sides",
    hint_fr="De −most à most compris : rng.integers exclut sa borne supérieure.",
    hint_en="From −most to most inclusive: rng.integers leaves its upper bound out.",
)
@pytest.mark.mistake(
    "seed-ignored",
    fr="La graine ne décide pas du tirage",
    en="The seed does not decide the draw",
    hint_fr="La même graine donne les mêmes copies, une autre graine en donne d’autres.",
    hint_en="The same seed gives the same copies, another seed gives others.",
)
def test_copies_that_are_true_and_varied(student, rng, mistake):
    count, copies, most, degrees = 6, 30, 2, 20
    images, labels = bars(count), rng.permutation(count)
    asked = {"copies": copies, "most": most, "degrees": degrees}
    made, classes = pair(student.augment(images, labels, **asked, seed=5))
    made = expect_array(made, shape=(count * copies, 19, 19), name="the copies")
    classes = expect_array(classes, shape=(count * copies,), kinds="iu", name="the labels")
    assert made.min() >= -1e-4, "a copy has a negative pixel"
    sources = np.rint(made.max(axis=(1, 2)) * count).astype(int) - 1
    assert (np.bincount(sources.clip(0), minlength=count) == copies).all(), (
        f"not every image has {copies} copies"
    )
    if not np.array_equal(classes, labels[sources]):
        mistake("label-changed")
    expect_close(classes, labels[sources], name="the labels")
    check_moves(mistake, made, sources, bounds=(most, most, degrees))
    again, _ = pair(student.augment(images, labels, **asked, seed=5))
    again = expect_array(again, like=made, name="the copies of the same seed")
    other, _ = pair(student.augment(images, labels, **asked, seed=6))
    other = expect_array(other, like=made, name="the copies of another seed")
    if not np.allclose(again, made) or np.allclose(other, made):
        mistake("seed-ignored")
        pytest.fail("the copies of a seed are not its own")


def check_moves(mistake, made, sources, *, bounds):
    """Look at how far the bars went, and whether each went its own way."""
    moves = np.array([pose(image) for image in made]).T
    within = max(np.ptp(moves[:, sources == image], axis=1).max() for image in set(sources))
    between = np.ptp(moves.reshape(3, -1), axis=1).max()
    if min(within, between) < 0.5:
        mistake("same-for-all")
        pytest.fail("all copies are moved alike")
    for name, values, bound in zip(("down", "right", "the tilt"), moves, bounds, strict=True):
        reach = np.array([-values.min(), values.max()]) / bound
        # A shift that is then rotated goes a little further along one axis.
        if reach.min() < REACH < reach.max() < 1.35:
            mistake("one-sided")
        assert reach.min() > REACH, f"{name} reaches {reach.min():.2f} of its bound on one side"
        assert reach.max() < 1.35, f"{name} goes {reach.max():.2f} times as far as its bound"


def pictogram(kind, x, y):
    """Return where a sign's pictogram is dark, x to the right and y down from its centre."""
    if kind in (0, 2):
        return pictogram(1, -x, -y) if kind == 0 else pictogram(1, -y, x)
    if kind == 1:
        return (np.abs(y) < 1.6) & (x > -6) & (x < 2) | (x >= 1) & (np.abs(y) < 6 - x)
    if kind == 3:
        return (np.abs(y) < 2) & (np.abs(x) < 6)
    if kind == 4:
        return (np.abs(np.abs(x) - np.abs(y)) < 1.5) & (np.abs(x) < 5)
    return np.abs(np.hypot(x, y) - 4) < 1.3 if kind == 5 else np.abs(x + y) < 2


def signs(rng, count, *, most=0, degrees=0):
    """Return `count` signs of each of the 7 classes, off centre and tilted, and their labels."""
    labels = np.repeat(np.arange(7), count)
    images = np.empty((len(labels), 24, 24))
    for place, kind in enumerate(labels):
        y, x = np.mgrid[:24, :24] - 11.5 - rng.integers(-most, most + 1, size=(2, 1, 1))
        tilt = np.deg2rad(rng.uniform(-degrees, degrees))
        x, y = x * np.cos(tilt) - y * np.sin(tilt), x * np.sin(tilt) + y * np.cos(tilt)
        grey = np.where(pictogram(kind, x, y), 0.2, 0.9) * rng.uniform(0.7, 1)
        grey = np.clip(grey + rng.normal(0, 0.05, size=grey.shape), 0, 1)
        images[place] = np.where(np.hypot(x, y) < 8.5, grey, 0)
    return images, labels


@pytest.mark.points(1.5)
@pytest.mark.title(fr="La précision gagnée", en="The accuracy that is gained")
@pytest.mark.hint(
    fr="Donnez à nearest les images de départ et leurs copies, avec toutes les classes.",
    en="Give nearest the images you started from and their copies, with all the labels.",
)
@LABEL_CHANGED
@pytest.mark.mistake(
    "copies-unused",
    fr="Vos copies ne changent aucune réponse",
    en="Your copies change no answer",
    hint_fr="predict doit classer à l’aide des images d’entraînement et de leurs copies réunies.",
    hint_en="predict is to classify with the training images and their copies together.",
)
def test_the_accuracy_that_is_gained(*, student, rng, mistake, credit, measure):
    plain, gained, unused = [], [], True
    for _ in range(2):
        few, labels = signs(rng, 3)
        order = rng.permutation(len(few))
        images, truth = signs(rng, 50, most=1, degrees=40)
        without, found = (
            expect_array(
                student.predict(few[order], labels[order], images, copies=copies),
                like=truth,
                kinds="iu",
            )
            for copies in (0, 40)
        )
        plain.append(np.mean(without == truth))
        gained.append(np.mean(found == truth))
        unused = unused and np.array_equal(without, found)
    before, accuracy = float(np.mean(plain)), float(np.mean(gained))
    low, high = wilson_interval(round(2 * accuracy * len(truth)), 2 * len(truth))
    measure("accuracy", accuracy, low=low, high=high)
    credit((accuracy - NOTHING) / (FULL - NOTHING), message=f"{before:.1%} → {accuracy:.1%}")
    if unused:
        mistake("copies-unused")
    elif accuracy < before:
        mistake("label-changed")
    assert accuracy > NOTHING, f"accuracy {accuracy:.3f}"
