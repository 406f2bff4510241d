import numpy as np
import pytest
from measuring import (
    NETWORKS,
    accuracy,
    best_otherwise,
    claimed,
    on_shifted,
    report_accuracy,
    shifted,
    turned,
)

# By the number of held-out images, where credit starts and is full for the accuracies in place and
# for the CNN's on shifted digits. See NOTES.md.
CURVES = {
    1_000: {"dense": (0.80, 0.915), "cnn": (0.90, 0.955), "shifted": (0.65, 0.82)},
    10_000: {"dense": (0.90, 0.965), "cnn": (0.95, 0.98), "shifted": (0.75, 0.88)},
}
LEARNT = 0.5
# A report's figures come from some 600 images: three and four standard deviations.
NEAR = {"in_place": 0.04, "shifted": 0.10}
LEAST_FALL = 0.12
ROUNDED = 0.0051

NOT_TRAINED = pytest.mark.mistake(
    "trains-on-nothing",
    fr="L’un des réseaux n’a rien appris",
    en="One of the networks has learnt nothing",
    hint_fr="Ses réponses valent à peine mieux que le hasard : la perte baisse-t-elle vraiment ?",
    hint_en="Its answers are little better than chance: does the loss really go down?",
)


@pytest.mark.points(2)
@pytest.mark.title(
    fr="La précision sur des chiffres en place", en="The accuracy on digits in place"
)
@pytest.mark.hint(
    fr="Quelques passages de plus sur les images, ou un peu plus de neurones ou de cartes.",
    en="A few more passes over the images, or a few more neurons or maps.",
)
@NOT_TRAINED
@pytest.mark.mistake(
    "prepared-otherwise",
    fr="Les images ne sont pas préparées comme à l’entraînement",
    en="Images are not prepared as in training",
    hint_fr="Préparées autrement, les mêmes images sont bien mieux reconnues : predict_… doit les "
    "ramener à la même échelle et les mettre à plat dans le même ordre que fit.",
    hint_en="Prepared in another way, the same images are recognised far better: predict_… must "
    "bring them to the same scale, and flatten them in the same order, as fit does.",
)
def test_the_accuracy_on_digits_in_place(*, student, hidden, rng, credit, mistake, measure):
    held = hidden.load("mnist_hidden.npz")
    images, labels = turned(held["images"], rng), held["labels"]
    curves, shares = CURVES[len(images)], []
    for network in NETWORKS:
        found = accuracy(student, network, images, labels)
        report_accuracy(measure, f"{network}-in-place", found, len(images))
        start, target = curves[network]
        shares.append(min(max((found - start) / (target - start), 0), 1))
        if found < LEARNT:
            mistake("trains-on-nothing")
        if found < target:
            otherwise = best_otherwise(student, network, images, labels)
            if otherwise > max(found + 0.03, LEARNT):
                mistake("prepared-otherwise")
    credit(np.mean(shares))
    if min(shares) < 1:
        pytest.fail("one of the networks does not reach the accuracy of full credit")


@pytest.mark.points(2)
@pytest.mark.title(
    fr="Le réseau convolutif sur des chiffres décalés", en="The CNN on digits that are shifted"
)
@pytest.mark.hint(
    fr="Chaque sous-échantillonnage divise un décalage par deux : combien en avez-vous ?",
    en="Each pooling halves a shift: how many do you have?",
)
@NOT_TRAINED
@pytest.mark.mistake(
    "place-remembered",
    fr="Votre réseau convolutif tombe presque aussi bas que le dense",
    en="Your CNN falls nearly as far as the dense network",
    hint_fr="Ses cartes suivent le chiffre, mais sa couche dense a un poids par place de la carte. "
    "Réduisez les cartes d’abord : sous-échantillonnage, ou pas de 2.",
    hint_en="Its maps follow the digit, but its dense layer has a weight for each place of a map. "
    "Shrink the maps first: pooling, or a stride of 2.",
)
def test_the_cnn_on_digits_that_are_shifted(*, student, hidden, rng, credit, mistake, measure):
    held = hidden.load("mnist_hidden.npz")
    count = len(held["labels"])
    dense, cnn = (on_shifted(student, network, held, rng) for network in NETWORKS)
    report_accuracy(measure, "dense-shifted", dense, count)
    report_accuracy(measure, "cnn-shifted", cnn, count)
    start, target = CURVES[count]["shifted"]
    credit((cnn - start) / (target - start))
    if cnn >= target:
        return
    images = turned(held["images"], rng)
    low, high = CURVES[count]["cnn"]
    places = [accuracy(student, one, images, held["labels"]) for one in NETWORKS]
    if places[1] < LEARNT:
        mistake("trains-on-nothing")
    elif places[1] > (low + high) / 2 and places[1] - cnn > 0.63 * (places[0] - dense):
        # It has learnt well enough for its fall not to be due to too little training.
        mistake("place-remembered")
    pytest.fail(f"accuracy {cnn:.3f} on shifted digits, below {target}")


@pytest.mark.points(1.5)
@pytest.mark.title(fr="Vos mesures se confirment", en="Your measurements hold good")
@pytest.mark.hint(
    fr="in_place, shifted et fall se mesurent sur les images de held, que rien n’a apprises.",
    en="in_place, shifted and fall are measured on the images of held, which nothing has learnt.",
)
@NOT_TRAINED
@pytest.mark.mistake(
    "validated-on-training",
    fr="Vous mesurez sur des images déjà apprises",
    en="You measure on images already learnt",
    hint_fr="La précision annoncée dépasse de loin celle d’images nouvelles.",
    hint_en="The accuracy you report is far above that on new images.",
)
@pytest.mark.mistake(
    "trained-on-shifted",
    fr="Votre réseau dense a appris des chiffres décalés",
    en="Your dense network has learnt shifted digits",
    hint_fr="Il ne tombe presque pas : entraînez sur les images telles quelles, ou la question ne "
    "se pose plus.",
    hint_en="It hardly falls: train on the images as they are, or the question does not arise.",
)
@pytest.mark.mistake(
    "relative-fall",
    fr="Votre chute est divisée par la précision",
    en="Your fall is divided by the accuracy",
    hint_fr="fall est une différence : in_place moins shifted.",
    hint_en="fall is a difference: in_place minus shifted.",
)
def test_your_measurements_hold_good(student, hidden, rng, mistake):
    held = hidden.load("mnist_hidden.npz")
    images, labels = turned(held["images"], rng), held["labels"]
    for network in NETWORKS:
        in_place = accuracy(student, network, images, labels)
        # One draw will do: what is asked is within 10 points.
        moved = accuracy(student, network, shifted(held["images"], rng), labels)
        if in_place < LEARNT:
            mistake("trains-on-nothing")
            pytest.fail("too few answers are right for the question to arise")
        if network == "dense" and in_place - moved < LEAST_FALL:
            mistake("trained-on-shifted")
            pytest.fail(f"the dense network falls by {in_place - moved:.3f} only")
        said = {name: claimed(student, network, name) for name in ("in_place", "shifted", "fall")}
        if said["in_place"] > in_place + NEAR["in_place"]:
            mistake("validated-on-training")
        for name, measured in (("in_place", in_place), ("shifted", moved)):
            if abs(said[name] - measured) > NEAR[name]:
                pytest.fail(f"{network}: {name} is {said[name]:.3f}, {measured:.3f} measured")
        fall = said["in_place"] - said["shifted"]
        if abs(said["fall"] - fall / max(said["in_place"], 0.01)) < ROUNDED:
            mistake("relative-fall")
        if abs(said["fall"] - fall) > ROUNDED:
            pytest.fail(f"{network}: fall is not the difference")
