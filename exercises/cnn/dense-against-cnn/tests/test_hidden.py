import numpy as np
import pytest
from measuring import BATCH, NETWORKS, claimed, classes, parameters, shifted, size

from graders.expect import expect_array

# How many images are public, by the number of those that are hidden.
PUBLIC = {1_000: 4_000, 10_000: 60_000}
ASIDE = 500
LEARNT_SHIFTED = 0.25


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
@pytest.mark.mistake(
    "trains-on-nothing",
    fr="L’un des réseaux n’a rien appris",
    en="One of the networks has learnt nothing",
    hint_fr="Ses réponses valent à peine mieux que le hasard : la perte baisse-t-elle vraiment ?",
    hint_en="Its answers are little better than chance: does the loss really go down?",
)
def test_two_networks_of_two_kinds(student, hidden, rng, mistake):
    held = hidden.load("mnist_hidden.npz")
    chosen = rng.choice(len(held["images"]), size=BATCH, replace=False)
    images, labels = shifted(held["images"][chosen], rng), held["labels"][chosen]
    answers = {network: classes(student, network, images) for network in NETWORKS}
    dense, cnn = (parameters(student, network) for network in NETWORKS)
    if min(np.mean(found == labels) for found in answers.values()) < LEARNT_SHIFTED:
        mistake("trains-on-nothing")
        pytest.fail("too few answers are right for the question to arise")
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
