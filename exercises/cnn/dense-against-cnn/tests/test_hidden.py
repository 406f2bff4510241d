import numpy as np
import pytest
from measuring import (
    BATCH,
    accuracy,
    best_otherwise,
    claimed,
    classes,
    on_shifted,
    parameters,
    report_accuracy,
    shifted,
    size,
    turned,
)

from graders.expect import expect_array

# By the number of held-out images: how many are public, and where credit starts and is full for
# the accuracies in place and for the CNN's on shifted digits. See NOTES.md.
PUBLIC = {1_000: 4_000, 10_000: 60_000}
CURVES = {
    1_000: {"dense": (0.80, 0.915), "cnn": (0.90, 0.96), "shifted": (0.65, 0.82)},
    10_000: {"dense": (0.90, 0.965), "cnn": (0.95, 0.98), "shifted": (0.75, 0.88)},
}
NETWORKS = ("dense", "cnn")
ASIDE = 500
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


@pytest.mark.points(1)
@pytest.mark.title(fr="Deux réseaux de deux sortes", en="Two networks of two kinds")
@pytest.mark.hint(
    fr="dense n’a que des couches denses ; cnn a des convolutions, et pas plus de poids.",
    en="dense has dense layers alone; cnn has convolutions, and no more weights.",
)
@pytest.mark.mistake(
    "same-network-twice",
    fr="Vous comparez un réseau à lui-même",
    en="You compare a network with itself",
    hint_fr="predict_dense et predict_cnn répondent la même chose : appellent-elles chacune le "
    "sien ?",
    hint_en="predict_dense and predict_cnn give the same answers: does each call its own?",
)
@pytest.mark.mistake(
    "no-convolution",
    fr="Votre cnn n’a pas de convolution",
    en="Your cnn has no convolution",
    hint_fr="Aucun de ses poids n’est un noyau : il y faut nn.Conv2d.",
    hint_en="None of its weights is a kernel: it takes nn.Conv2d.",
)
@pytest.mark.mistake(
    "convolution-in-dense",
    fr="Votre réseau dense a une convolution",
    en="Your dense network has a convolution",
    hint_fr="Le réseau dense met l’image à plat, puis n’a que des nn.Linear.",
    hint_en="The dense network flattens the image, and then has nn.Linear alone.",
)
@pytest.mark.mistake(
    "cnn-larger",
    fr="Votre réseau convolutif est le plus gros des deux",
    en="Your CNN is the larger of the two",
    hint_fr="S’il gagne, est-ce par la convolution ou par le nombre ? Réduisez-le avant sa couche "
    "dense, qui a un poids par valeur des cartes.",
    hint_en="If it wins, is it by convolution or by numbers? Make it smaller ahead of its dense "
    "layer, which has a weight per value of the maps.",
)
def test_two_networks_of_two_kinds(student, hidden, rng, mistake):
    held = hidden.load("mnist_hidden.npz")
    chosen = rng.choice(len(held["images"]), size=BATCH, replace=False)
    images = shifted(held["images"][chosen], rng)
    answers = {network: classes(student, network, images) for network in NETWORKS}
    dense, cnn = (parameters(student, network) for network in NETWORKS)
    if np.mean(answers["dense"] == answers["cnn"]) > 0.98:
        mistake("same-network-twice")
        pytest.fail("both functions give the same answers")
    if any(tensor.ndim > 2 for tensor in dense.values()):
        mistake("convolution-in-dense")
        pytest.fail("dense has weights of more than two axes")
    if not any(tensor.ndim == 4 and min(tensor.shape[2:]) > 1 for tensor in cnn.values()):
        mistake("no-convolution")
        pytest.fail("cnn has no kernel")
    if size(cnn) > size(dense):
        mistake("cnn-larger")
        pytest.fail("cnn has more parameters than dense")


@pytest.mark.points(1)
@pytest.mark.title(fr="Les mêmes images pour les deux", en="The same images for both")
@pytest.mark.hint(
    fr="seen contient les indices que fit a reçus, sous « dense » et sous « cnn ».",
    en='seen holds the indices that fit was given, under "dense" and under "cnn".',
)
@pytest.mark.mistake(
    "different-shares",
    fr="Les deux réseaux n’ont pas vu les mêmes images",
    en="The two networks have not seen the same images",
    hint_fr="Tirez le partage une seule fois, puis passez les mêmes indices à fit : sinon, c’est "
    "la chance du tirage que l’on compare.",
    hint_en="Draw the split once, then give fit the same indices: what is compared otherwise is "
    "the luck of the draw.",
)
@pytest.mark.mistake(
    "nothing-kept-aside",
    fr="Il ne reste pas assez d’images pour valider",
    en="Too few images are left to validate on",
    hint_fr="Mettez-en au moins 500 de côté, que ni l’un ni l’autre réseau ne voit.",
    hint_en="Set at least 500 aside, which neither network sees.",
)
def test_the_same_images_for_both(student, hidden, mistake):
    available = PUBLIC[len(hidden.load("mnist_hidden.npz")["labels"])]
    seen = student.get("seen")
    shares = []
    for network in NETWORKS:
        if not isinstance(seen, dict) or network not in seen:
            pytest.fail(f"seen has nothing under {network!r}")
        name = f"seen[{network!r}]"
        share = np.unique(expect_array(seen[network], shape=(None,), kinds="iu", name=name))
        assert share.size > 0, f"{name} is empty"
        assert 0 <= share[0] <= share[-1] < available, f"{name} holds more than indices of images"
        shares.append(share)
    if not np.array_equal(*shares):
        mistake("different-shares")
        pytest.fail("seen differs between the networks")
    if shares[0].size > available - ASIDE:
        mistake("nothing-kept-aside")
        pytest.fail(f"fewer than {ASIDE} images are left")


@pytest.mark.points(1.5)
@pytest.mark.title(fr="Le nombre de paramètres", en="The number of parameters")
@pytest.mark.hint(
    fr="Additionnez numel() sur tous les tenseurs de parameters().",
    en="Add up numel() over all tensors of parameters().",
)
@pytest.mark.mistake(
    "biases-forgotten",
    fr="Vous oubliez les biais",
    en="You forget the biases",
    hint_fr="Chaque neurone et chaque carte a le sien, qui s’apprend comme un poids.",
    hint_en="Each neuron and each map has one, and it is learnt like a weight.",
)
@pytest.mark.mistake(
    "tensors-counted",
    fr="Vous comptez les tenseurs, non leurs valeurs",
    en="You count tensors, not their values",
    hint_fr="len(list(parameters())) donne le nombre de tenseurs : chacun a numel() valeurs.",
    hint_en="len(list(parameters())) is the number of tensors: each has numel() values.",
)
@pytest.mark.mistake(
    "statistics-counted",
    fr="Vous comptez aussi ce qui ne s’apprend pas",
    en="You also count what is not learnt",
    hint_fr="state_dict() contient les moyennes de la normalisation par lots ; parameters(), non.",
    hint_en="state_dict() holds the averages of batch normalisation; parameters() does not.",
)
def test_the_number_of_parameters(*, student, credit, mistake, measure):
    right = []
    for network in NETWORKS:
        tensors = parameters(student, network)
        wrong = {
            "biases-forgotten": sum(one.size for one in tensors.values() if one.ndim > 1),
            "tensors-counted": len(tensors),
            "statistics-counted": size(student.tensors(network)),
        }
        measure(f"{network}-parameters", size(tensors))
        found = claimed(student, network, "parameters")
        right.append(found == size(tensors))
        for slug, count in wrong.items():
            if not right[-1] and found == count:
                mistake(slug)
    credit(np.mean(right))
    if not all(right):
        pytest.fail("a number of parameters is not that of the network")


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
        if found < target and best_otherwise(student, network, images, labels) > found + 0.03:
            mistake("prepared-otherwise")
        elif found < LEARNT:
            mistake("trains-on-nothing")
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
        moved = on_shifted(student, network, held, rng)
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
