from functools import lru_cache

import numpy as np
import pytest

from graders.intervals import wilson_interval
from graders.onnx.network import read_network

# No points up to the first accuracy, all from the second on, by the number of held-out images:
# see NOTES.md.
CURVES = {1_000: (0.95, 0.975), 10_000: (0.975, 0.987)}
BUDGET = 30_000
ROUND = 3_000
LEARNT = 0.5
# How far the mean confidence of a network that has not learnt by heart may exceed its accuracy.
SURE = 0.01

read = lru_cache(maxsize=1)(read_network)


def network(student):
    """Return the network in the file that the notebook leaves."""
    return read(student.file("model.onnx"))


def shifted(images, rng, most=2):
    """Return the images, each moved by up to `most` pixels each way over a black ground."""
    moved = np.zeros_like(images)
    height, width = images.shape[1:]
    for target, image, (down, right) in zip(
        moved, images, rng.integers(-most, most + 1, size=(len(images), 2)), strict=True
    ):
        seen = image[max(0, -down) : height - max(0, down), max(0, -right) : width - max(0, right)]
        top, left = max(0, down), max(0, right)
        target[top : top + seen.shape[0], left : left + seen.shape[1]] = seen
    return moved


def scores(network, images, **more):
    """Return the network's ten scores for each image of bytes (N, 28, 28)."""
    answers = network.run((images.astype(np.float32) / 255)[:, None], **more)
    assert answers.shape[1:] == (10,), "model.onnx does not give ten scores for an image"
    return answers


def predicted(student, images):
    """Return the classes that the notebook's own function gives, -1 where it gives none."""
    classes = np.asarray(student.predict(images))
    fits = classes.shape == images.shape[:1] and classes.dtype.kind in "iu"
    return classes if fits else np.full(len(images), -1)


def confidence(scores):
    """Return the mean probability of the chosen class. Probabilities and their logarithms stay."""
    is_probability = scores.min() >= 0 and np.allclose(scores.sum(axis=1), 1, atol=1e-3)
    if is_probability:
        return float(scores.max(axis=1).mean())
    parts = np.exp(scores.astype(np.float64) - scores.max(axis=1, keepdims=True))
    return float((parts.max(axis=1) / parts.sum(axis=1)).mean())


NOT_TRAINED = pytest.mark.mistake(
    "trains-on-nothing",
    fr="Votre réseau n’a rien appris",
    en="Your network has learnt nothing",
    hint_fr="Ses réponses valent à peine mieux que le hasard : la perte baisse-t-elle vraiment ?",
    hint_en="Its answers are little better than chance: does the loss really go down?",
)
ANOTHER = pytest.mark.mistake(
    "not-the-trained-one",
    fr="Le fichier ne contient pas le réseau que vous avez entraîné",
    en="The file does not hold the network that you trained",
    hint_fr="predict et model.onnx ne répondent pas de même. Le fichier a-t-il été écrit avant "
    "l’entraînement, ou à partir d’un autre réseau ?",
    hint_en="predict and model.onnx do not answer alike. Was the file written before the training, "
    "or from another network?",
)
DROPOUT = pytest.mark.mistake(
    "dropout-active",
    fr="Le dropout agit encore dans le réseau remis",
    en="Dropout still acts in the network handed over",
    hint_fr="nn.Dropout s’efface avec model.eval(). La fonction dropout de torch, elle, éteint des "
    "neurones à chaque appel, tant qu’on ne lui dit pas training=self.training.",
    hint_en="nn.Dropout steps aside after model.eval(). torch's dropout function switches neurons "
    "off at each call, unless it is told training=self.training.",
)
STATISTICS = pytest.mark.mistake(
    "batch-statistics",
    fr="Le réseau remis normalise avec les statistiques du lot",
    en="The network handed over normalises by the statistics of the batch",
    hint_fr="Une fois l’entraînement fini, la moyenne et la variance sont celles qu’il a cumulées, "
    "non celles des images qui arrivent ensemble : écrivez le fichier en mode évaluation.",
    hint_en="Once training is over, mean and variance are those that it gathered, not those of the "
    "images that come together: write the file in evaluation mode.",
)
BUDGET_PASSED = pytest.mark.mistake(
    "over-budget",
    fr="Votre réseau dépasse 30 000 paramètres",
    en="Your network has more than 30,000 parameters",
    hint_fr="Où sont-ils ? Une couche dense en a un par entrée et par sortie : réduisez la carte "
    "avant elle, ou le nombre de ses neurones.",
    hint_en="Where are they? A dense layer has one for each input and output: make the map before "
    "it smaller, or give it fewer neurons.",
)


@pytest.mark.points(5)
@pytest.mark.title(
    fr="La précision sur des chiffres décalés", en="The accuracy on digits that are shifted"
)
@pytest.mark.hint(
    fr="Décalez les images d’entraînement, autrement à chaque époque ; ajoutez dropout et "
    "normalisation par lots, et tenez-vous à 30 000 paramètres.",
    en="Shift the training images, anew in every epoch; add dropout and batch normalisation, and "
    "keep to 30,000 parameters.",
)
@NOT_TRAINED
@ANOTHER
@BUDGET_PASSED
@pytest.mark.mistake(
    "never-shifted",
    fr="Votre réseau n’a vu que des chiffres centrés",
    en="Your network has only ever seen centred digits",
    hint_fr="Il reconnaît bien mieux un chiffre centré que le même chiffre décalé.",
    hint_en="It knows a centred digit far better than the same digit shifted.",
)
@pytest.mark.mistake(
    "overfit",
    fr="Votre réseau a appris ses images par cœur",
    en="Your network has learnt its images by heart",
    hint_fr="Sur des images nouvelles, il est plus sûr de lui qu’il n’a raison. Le dropout, la "
    "normalisation par lots et des images décalées autrement à chaque époque l’en empêchent.",
    hint_en="On new images it is surer than it is right. Dropout, batch normalisation and images "
    "shifted anew in every epoch keep a network from it.",
)
def test_the_accuracy_on_shifted_digits(*, student, hidden, rng, credit, mistake, measure):
    held = hidden.load("mnist_hidden.npz")
    images, labels = held["images"], held["labels"]
    model = network(student)
    measure("parameters", model.facts.parameters)
    if model.facts.parameters > BUDGET:
        mistake("over-budget")
        pytest.fail(f"{model.facts.parameters} parameters: only {BUDGET} take part")
    # Several shifts of a small set make luck matter less; the images stay the sample.
    rounds = max(1, ROUND // len(images))
    seen = np.concatenate([shifted(images, rng) for _ in range(rounds)])
    answers = scores(model, seen)
    accuracy = float(np.mean(answers.argmax(axis=1) == np.tile(labels, rounds)))
    low, high = wilson_interval(round(accuracy * len(images)), len(images))
    measure("accuracy", accuracy, low=low, high=high)
    start, target = CURVES[len(images)]
    credit((accuracy - start) / (target - start))
    if accuracy < target and (slug := likely_mistake(student, model, answers, held, rng)):
        mistake(slug)
        pytest.fail(f"accuracy {accuracy:.3f}, below {target}: {slug}")
    assert accuracy >= start, f"accuracy {accuracy:.3f}, below {start}"


def untrained(student, images, labels):
    """Return the mistake of a file whose network knows no digits: does the notebook's know them?"""
    knows = np.mean(predicted(student, images) == labels) >= LEARNT
    return "not-the-trained-one" if knows else "trains-on-nothing"


def likely_mistake(student, model, answers, held, rng):
    """Return the mistake that an accuracy below the target comes from, None where none is seen."""
    rounds = len(answers) // len(held["labels"])
    accuracy = np.mean(answers.argmax(axis=1) == np.tile(held["labels"], rounds))
    chosen = rng.choice(len(held["images"]), size=300, replace=False)
    images, labels = held["images"][chosen], held["labels"][chosen]
    if accuracy < LEARNT:
        return untrained(student, shifted(images, rng), labels)
    centred = np.mean(scores(model, held["images"]).argmax(axis=1) == held["labels"])
    if centred > accuracy + 0.08:
        return "never-shifted"
    return "overfit" if confidence(answers) > accuracy + SURE else None


@pytest.mark.points(1)
@pytest.mark.title(
    fr="30 000 paramètres au plus, dans le fichier", en="At most 30,000 parameters, in the file"
)
@pytest.mark.hint(
    fr="Comptez les paramètres de chaque couche avant d’entraîner.",
    en="Count the parameters of each layer before you train.",
)
@BUDGET_PASSED
@NOT_TRAINED
@ANOTHER
def test_the_budget_of_parameters(student, hidden, rng, mistake):
    held = hidden.load("mnist_hidden.npz")
    model = network(student)
    if model.facts.parameters > BUDGET:
        mistake("over-budget")
        pytest.fail(f"{model.facts.parameters} parameters, at most {BUDGET} are allowed")
    chosen = rng.choice(len(held["images"]), size=300, replace=False)
    images, labels = shifted(held["images"][chosen], rng), held["labels"][chosen]
    if np.mean(scores(model, images).argmax(axis=1) == labels) < LEARNT:
        mistake(untrained(student, images, labels))
        pytest.fail("too few answers are right for the question to arise")


@pytest.mark.points(1.5)
@pytest.mark.title(
    fr="Le réseau remis est en mode évaluation", en="The network handed over is in evaluation mode"
)
@pytest.mark.hint(
    fr="La réponse à une image ne doit dépendre ni du hasard ni des images qui l’accompagnent.",
    en="The answer to an image must depend neither on chance nor on the images around it.",
)
@DROPOUT
@STATISTICS
@NOT_TRAINED
@ANOTHER
def test_the_network_answers_as_after_training(student, hidden, rng, mistake):
    held = hidden.load("mnist_hidden.npz")
    model = network(student)
    if "Dropout" in model.facts.training:
        mistake("dropout-active")
        pytest.fail("the file holds a Dropout in training mode")
    if model.facts.training:
        mistake("batch-statistics")
        pytest.fail("the file holds a BatchNormalization in training mode")
    chosen = rng.choice(len(held["images"]), size=300, replace=False)
    chosen = chosen[np.argsort(held["labels"][chosen], kind="stable")]
    images, labels = shifted(held["images"][chosen], rng), held["labels"][chosen]
    # A batch of a single digit is what statistics of the batch take worst.
    together = scores(model, images).argmax(axis=1)
    alone = scores(model, images, batch=1).argmax(axis=1)
    agreement = np.mean(together == alone)
    if agreement < 0.98:
        mistake("batch-statistics")
        pytest.fail(f"{agreement:.0%} of the answers stay the same in other company")
    if np.mean(together == labels) < LEARNT:
        mistake(untrained(student, images, labels))
        pytest.fail("too few answers are right for the question to arise")


@pytest.mark.points(1.5)
@pytest.mark.title(
    fr="Le fichier contient le réseau entraîné", en="The file holds the network that was trained"
)
@pytest.mark.hint(
    fr="Appelez save_onnx à la fin, sur le réseau que predict utilise.",
    en="Call save_onnx at the end, on the network that predict uses.",
)
@ANOTHER
@NOT_TRAINED
@DROPOUT
@STATISTICS
def test_the_file_holds_the_trained_network(student, hidden, rng, mistake):
    held = hidden.load("mnist_hidden.npz")
    chosen = rng.choice(len(held["images"]), size=500, replace=False)
    images, labels = shifted(held["images"][chosen], rng), held["labels"][chosen]
    model = network(student)
    handed = scores(model, images).argmax(axis=1)
    kept = predicted(student, images)
    if max(np.mean(handed == labels), np.mean(kept == labels)) < LEARNT:
        mistake("trains-on-nothing")
        pytest.fail("too few answers are right for the question to arise")
    agreement = np.mean(handed == kept)
    if agreement < 0.97:
        # Of a network that is still in training, two runs differ too.
        in_training = {"Dropout": "dropout-active", "BatchNormalization": "batch-statistics"}
        mistake(next((in_training[one] for one in model.facts.training), "not-the-trained-one"))
        pytest.fail(f"predict and model.onnx agree on {agreement:.0%} of the images")
