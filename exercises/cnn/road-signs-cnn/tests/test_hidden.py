import numpy as np
import pytest
from measuring import best_otherwise, by_night, classes, moved, recalls

from graders.expect import expect_array
from graders.intervals import wilson_interval

# By the number of classes, where credit starts and is full: see NOTES.md.
MEAN = {12: (0.70, 0.94), 43: (0.60, 0.90)}
LOWEST = {12: (0.30, 0.75), 43: (0.10, 0.50)}
# By night, a fall of the mean recall: all credit down to the first, none from the second on.
FALL = (0.04, 0.14)
NIGHT = 0.2
LEARNT = 0.4
VALIDATED = 200
# A mean recall over some 350 images, of which a few are of the rarest classes.
HONEST = 0.06
# Of the drawn signs, those of which the road shows fewest: see PHOTOGRAPHS in the notebook.
RARE_DRAWN = (8, 11)

NOT_TRAINED = pytest.mark.mistake(
    "trains-on-nothing",
    fr="Votre réseau n’a rien appris",
    en="Your network has learnt nothing",
    hint_fr="Il reconnaît trop peu de panneaux : la perte baisse-t-elle vraiment ?",
    hint_en="It recognises too few signs: does the loss really go down?",
)
PREPARED_OTHERWISE = pytest.mark.mistake(
    "prepared-otherwise",
    fr="predict ne prépare pas les images comme l’entraînement",
    en="predict does not prepare images as training does",
    hint_fr="Préparées autrement, les mêmes images sont bien mieux reconnues : comparez l’échelle, "
    "la moyenne et l’ordre des canaux, rouge, vert, bleu.",
    hint_en="Prepared in another way, the same images are recognised far better: compare the "
    "scale, the mean, and the order of the channels, red, green, blue.",
)


@pytest.mark.points(4)
@pytest.mark.title(fr="Le rappel moyen", en="The mean recall")
@pytest.mark.hint(
    fr="Décalez les images d’entraînement au hasard, et passez-les quelques fois de plus.",
    en="Shift the training images at random, and go over them a few more times.",
)
@NOT_TRAINED
@PREPARED_OTHERWISE
def test_the_mean_recall(*, student, hidden, rng, credit, mistake, measure):
    held = hidden.load("signs_hidden.npz")
    images, labels = moved(held["images"], rng), held["labels"]
    found = classes(student, images)
    right, count = int(np.sum(found == labels)), len(labels)
    low, high = wilson_interval(right, count)
    measure("accuracy", right / count, low=low, high=high)
    each = recalls(found, labels)
    mean = np.nanmean(each)
    measure("mean-recall", mean)
    start, target = MEAN[len(each)]
    credit((mean - start) / (target - start))
    if mean >= target:
        return
    if best_otherwise(student, images, labels) > max(mean + 0.04, LEARNT):
        mistake("prepared-otherwise")
    elif mean < LEARNT:
        mistake("trains-on-nothing")
    pytest.fail(f"a mean recall of {mean:.3f}, below {target}")


@pytest.mark.points(1.5)
@pytest.mark.title(fr="La classe la moins bien reconnue", en="The class recognised worst")
@pytest.mark.hint(
    fr="Affichez recalls classe par classe : laquelle est la plus basse, et pour quelle autre la "
    "prend-on ?",
    en="Print recalls class by class: which is lowest, and which other is it taken for?",
)
@NOT_TRAINED
@pytest.mark.mistake(
    "rare-class-given-up",
    fr="Votre réseau abandonne un panneau rare",
    en="Your network gives up on a rare sign",
    hint_fr="Un panneau rare pèse peu dans la perte moyenne. Tirez ses images plus souvent, en les "
    "décalant, ou pesez chaque classe par l’inverse de son effectif.",
    hint_en="A rare sign weighs little in the mean loss. Draw its images more often, and shift "
    "them, or weigh each class by the inverse of its number of images.",
)
def test_the_class_recognised_worst(*, student, hidden, rng, credit, mistake, measure):
    held = hidden.load("signs_hidden.npz")
    images, labels = moved(held["images"], rng), held["labels"]
    each = recalls(classes(student, images), labels)
    lowest = int(np.nanargmin(each))
    of_it = int(np.sum(labels == lowest))
    low, high = wilson_interval(round(each[lowest] * of_it), of_it)
    measure("lowest-recall", each[lowest], low=low, high=high)
    start, target = LOWEST[len(each)]
    credit((each[lowest] - start) / (target - start))
    if each[lowest] >= target:
        return
    if np.nanmean(each) < LEARNT:
        mistake("trains-on-nothing")
    elif lowest in rare_signs(labels):
        mistake("rare-class-given-up")
    pytest.fail(f"of sign {lowest}, {each[lowest]:.0%} of the images are recognised")


def rare_signs(labels):
    """Return the signs of which the student has few images."""
    counts = np.bincount(labels)
    # The photographs are as uneven when hidden as when public; the drawn ones are even when hidden.
    return RARE_DRAWN if len(counts) == 12 else np.flatnonzero(counts < counts.max() / 4)


@pytest.mark.points(1.5)
@pytest.mark.title(fr="À la tombée de la nuit", en="At nightfall")
@pytest.mark.hint(
    fr="Multipliez une image par 0,2 : ce que votre réseau reçoit a-t-il changé ?",
    en="Multiply an image by 0.2: has what your network is given changed?",
)
@NOT_TRAINED
@pytest.mark.mistake(
    "light-not-handled",
    fr="Votre réseau ne reconnaît plus un panneau assombri",
    en="Your network no longer recognises a darkened sign",
    hint_fr="Ramenez chaque image à sa propre moyenne et à son propre écart type, ou faites varier "
    "la lumière à l’entraînement.",
    hint_en="Bring each image to a mean and a deviation of its own, or vary the light in training.",
)
def test_at_nightfall(*, student, hidden, rng, credit, mistake, measure):
    held = hidden.load("signs_hidden.npz")
    images, labels = moved(held["images"], rng), held["labels"]
    by_day = np.nanmean(recalls(classes(student, images), labels))
    if by_day < LEARNT:
        mistake("trains-on-nothing")
        pytest.fail("too few signs are recognised for the question to arise")
    dark = np.nanmean(recalls(classes(student, by_night(images, NIGHT)), labels))
    measure("night-recall", dark)
    least, most = FALL
    credit((most - (by_day - dark)) / (most - least))
    if by_day - dark > least:
        mistake("light-not-handled")
        pytest.fail(f"{by_day:.3f} by day, {dark:.3f} by night")


@pytest.mark.points(1)
@pytest.mark.title(fr="Deux parts sans image commune", en="Two shares without an image in common")
@pytest.mark.hint(
    fr="training et validation sont des indices de road, tirés d’une même permutation.",
    en="training and validation are indices out of road, taken from one permutation.",
)
@pytest.mark.mistake(
    "leaks-validation",
    fr="Des images de validation servent à l’entraînement",
    en="Images for validation take part in the training",
    hint_fr="Des indices sont dans les deux parts. Permutez road une seule fois, puis coupez.",
    hint_en="Some indices are in both shares. Permute road once, then cut.",
)
@pytest.mark.mistake(
    "validation-too-small",
    fr="Vous validez sur trop peu d’images",
    en="You validate on too few images",
    hint_fr="Avec moins de 200 images, le rappel d’une classe rare ne repose sur rien.",
    hint_en="With fewer than 200 images, the recall of a rare class rests on nothing.",
)
def test_two_shares_without_an_image_in_common(student, mistake):
    shares = []
    for name in ("training", "validation"):
        share = expect_array(student.get(name), shape=(None,), kinds="iu", name=name)
        if share.size == 0 or share.min() < 0:
            pytest.fail(f"{name} does not hold indices of images")
        shares.append(share)
    common = np.intersect1d(*shares).size
    if common:
        mistake("leaks-validation")
        pytest.fail(f"{common} images are in both shares")
    if np.unique(shares[1]).size < VALIDATED:
        mistake("validation-too-small")
        pytest.fail(f"fewer than {VALIDATED} images to validate on")


@pytest.mark.points(1)
@pytest.mark.title(fr="Les rappels annoncés se confirment", en="The recalls announced hold good")
@pytest.mark.hint(
    fr="Mesurez sur les images de validation, préparées par predict comme toutes les autres.",
    en="Measure on the validation images, prepared by predict like all others.",
)
@NOT_TRAINED
@pytest.mark.mistake(
    "measured-on-training",
    fr="Vous mesurez sur des images déjà apprises",
    en="You measure on images already learnt",
    hint_fr="Le rappel moyen annoncé dépasse de loin celui d’images nouvelles : une partie de ces "
    "images a servi à l’entraînement.",
    hint_en="The mean recall you announce is far above that on new images: part of those images "
    "took part in the training.",
)
def test_the_recalls_announced_hold_good(student, hidden, mistake):
    held = hidden.load("signs_hidden.npz")
    images, labels = held["images"], held["labels"]
    each = recalls(classes(student, images), labels)
    measured = np.nanmean(each)
    if measured < LEARNT:
        mistake("trains-on-nothing")
        pytest.fail("too few signs are recognised for the question to arise")
    announced = expect_array(student.get("recalls"), shape=each.shape, name="recalls")
    claimed = announced[~np.isnan(each)].mean()
    if claimed > measured + HONEST:
        mistake("measured-on-training")
        pytest.fail(f"{claimed:.3f} announced, {measured:.3f} measured")
    if claimed < measured - 2 * HONEST:
        pytest.fail(f"{claimed:.3f} announced, far below the {measured:.3f} measured")
