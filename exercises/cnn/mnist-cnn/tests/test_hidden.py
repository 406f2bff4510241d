import numpy as np
import pytest

from graders.expect import expect_number
from graders.intervals import wilson_interval

# Where credit starts and where it is full, by the number of held-out images: see NOTES.md.
CURVES = {1_000: (0.90, 0.978), 10_000: (0.95, 0.988)}
BATCH = 1_000
LEARNT = 0.5
HONEST = 0.04


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


def classes(student, images):
    """Return the predicted classes. No class of another type or shape is right."""
    answers = [student.predict(images[i : i + BATCH]) for i in range(0, len(images), BATCH)]
    flat = [np.asarray(answer) for answer in answers]
    if any(answer.ndim != 1 or answer.dtype.kind not in "iu" for answer in flat):
        return np.full(len(images), -1)
    found = np.concatenate(flat)
    return found if len(found) == len(images) else np.full(len(images), -1)


NOT_TRAINED = pytest.mark.mistake(
    "trains-on-nothing",
    fr="Votre réseau n’a rien appris",
    en="Your network has learnt nothing",
    hint_fr="Ses réponses valent à peine mieux que le hasard : la perte baisse-t-elle vraiment ?",
    hint_en="Its answers are little better than chance: does the loss really go down?",
)


@pytest.mark.points(6)
@pytest.mark.title(
    fr="La précision sur des chiffres décalés", en="The accuracy on digits that are shifted"
)
@pytest.mark.hint(
    fr="Décalez aussi les images d’entraînement, autrement à chaque époque.",
    en="Shift the training images too, and anew in every epoch.",
)
@NOT_TRAINED
@pytest.mark.mistake(
    "never-shifted",
    fr="Votre réseau n’a vu que des chiffres centrés",
    en="Your network has only ever seen centred digits",
    hint_fr="Il reconnaît bien mieux un chiffre centré que le même chiffre décalé.",
    hint_en="It knows a centred digit far better than the same digit shifted.",
)
def test_the_accuracy_on_shifted_digits(*, student, hidden, rng, credit, mistake, measure):
    held = hidden.load("mnist_hidden.npz")
    images, labels = held["images"], held["labels"]
    # Several shifts of a small set make luck matter less; the images stay the sample.
    rounds = max(1, 3 * BATCH // len(images))
    right = [classes(student, shifted(images, rng)) == labels for _ in range(rounds)]
    accuracy = float(np.mean(right))
    low, high = wilson_interval(round(accuracy * len(images)), len(images))
    measure("accuracy", accuracy, low=low, high=high)
    start, target = CURVES[len(images)]
    credit((accuracy - start) / (target - start))
    if accuracy < LEARNT:
        mistake("trains-on-nothing")
    elif np.mean(classes(student, images) == labels) > accuracy + 0.08:
        mistake("never-shifted")
    assert accuracy >= start, f"accuracy {accuracy:.3f}, below {start}"


@pytest.mark.points(1.5)
@pytest.mark.title(
    fr="La réponse à une image ne dépend pas des autres",
    en="The answer to an image does not depend on the others",
)
@pytest.mark.hint(
    fr="Dans quel mode votre réseau est-il quand predict l’appelle ?",
    en="In which mode is your network when predict calls it?",
)
@pytest.mark.mistake(
    "forgets-eval",
    fr="Vous prédisez en mode entraînement",
    en="You predict in training mode",
    hint_fr="En mode entraînement, la normalisation par lots mesure les images du lot présent, et "
    "le dropout éteint des neurones au hasard. model.eval() y met fin.",
    hint_en="In training mode, batch normalisation measures the images of the batch at hand, and "
    "dropout switches neurons off at random. model.eval() puts an end to it.",
)
@NOT_TRAINED
def test_an_answer_does_not_depend_on_its_company(student, hidden, rng, mistake):
    held = hidden.load("mnist_hidden.npz")
    chosen = rng.choice(len(held["images"]), size=200, replace=False)
    images, labels = shifted(held["images"][chosen], rng), held["labels"][chosen]
    together = classes(student, images)
    # A batch of a single digit is what statistics of the batch take worst. Digits go by the
    # answers: corrected labels must not ask what an earlier run was not asked.
    among_equals = np.empty_like(together)
    for digit in np.unique(together):
        among_equals[together == digit] = classes(student, images[together == digit])
    agreement = np.mean(together == among_equals)
    if np.mean(together == labels) < LEARNT > np.mean(among_equals == labels):
        mistake("trains-on-nothing")
        pytest.fail("too few answers are right for the question to arise")
    if agreement < 0.98:
        mistake("forgets-eval")
        pytest.fail(f"{agreement:.0%} of the answers stay the same in other company")
    alone = np.concatenate([classes(student, image[None]) for image in images[:20]])
    if np.mean(alone == together[:20]) < 0.9:
        mistake("forgets-eval")
        pytest.fail("answers change when an image comes alone")


@pytest.mark.points(1.5)
@pytest.mark.title(
    fr="La précision annoncée se confirme", en="The accuracy that was announced holds good"
)
@pytest.mark.hint(
    fr="Mesurez sur des images que l’entraînement n’a pas vues, et décalez-les.",
    en="Measure on images that training has not seen, and shift them.",
)
@pytest.mark.mistake(
    "leaks-labels",
    fr="Vous validez sur des images déjà apprises",
    en="You validate on images already learnt",
    hint_fr="La précision annoncée dépasse de loin celle d’images nouvelles : une partie de la "
    "validation a servi à l’entraînement, ou n’a pas été décalée.",
    hint_en="The accuracy announced is far above that on new images: part of the validation set "
    "took part in the training, or was not shifted.",
)
@NOT_TRAINED
def test_the_announced_accuracy_holds_good(student, hidden, rng, mistake):
    held = hidden.load("mnist_hidden.npz")
    claimed = expect_number(student.get("validation_accuracy"), name="validation_accuracy")
    chosen = rng.choice(len(held["images"]), size=1000, replace=False)
    found = classes(student, shifted(held["images"][chosen], rng))
    accuracy = np.mean(found == held["labels"][chosen])
    if claimed > accuracy + HONEST:
        mistake("leaks-labels")
        pytest.fail(f"{claimed:.3f} announced, {accuracy:.3f} measured")
    if accuracy < LEARNT:
        mistake("trains-on-nothing")
        pytest.fail("too few answers are right for the question to arise")
    assert claimed > accuracy - 2 * HONEST, (
        f"{claimed:.3f} announced, far below the {accuracy:.3f} measured"
    )
