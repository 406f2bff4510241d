import numpy as np
import pytest

from graders.expect import expect_number
from graders.intervals import wilson_interval

# By the number of new classes: what earns nothing and what earns everything, and less than which
# there is nothing to judge.
CURVES = {4: (0.85, 0.94), 14: (0.45, 0.7)}
LEARNT = {4: 0.6, 14: 0.3}
FROZEN = ("stage1.", "stage2.")
STATISTICS = ("running_mean", "running_var", "num_batches_tracked")
FINE_TUNED = "stage3.0.weight"
# Rates this many times lower than the head's are low.
LOWER = 5
DRIFT = 0.15
UNRELATED = 0.7
BATCH = 200


def shifted(images, rng, most=2):
    """Return the images, each moved by up to `most` pixels each way, its border continued."""
    padded = np.pad(images, ((0, 0), (most, most), (most, most), (0, 0)), mode="edge")
    moved = np.empty_like(images)
    height, width = images.shape[1:3]
    for place, (top, left) in enumerate(rng.integers(0, 2 * most + 1, size=(len(images), 2))):
        moved[place] = padded[place, top : top + height, left : left + width]
    return moved


def classes(student, images):
    """Return the predicted classes. No class of another type or shape is right."""
    answers = [student.predict(images[i : i + BATCH]) for i in range(0, len(images), BATCH)]
    flat = [np.asarray(answer) for answer in answers]
    if any(answer.ndim != 1 or answer.dtype.kind not in "iu" for answer in flat):
        return np.full(len(images), -1)
    found = np.concatenate(flat)
    return found if len(found) == len(images) else np.full(len(images), -1)


def require_learnt(student, hidden, rng, mistake):
    """Fail where the network knows too little for the question to arise."""
    held = hidden.load("new_signs_hidden.npz")
    chosen = rng.permutation(len(held["images"]))[:200]
    found = classes(student, shifted(held["images"][chosen], rng))
    if np.mean(found == held["labels"][chosen]) < LEARNT[int(held["labels"].max()) + 1]:
        mistake("trains-on-nothing")
        pytest.fail("too few answers are right for the question to arise")


def own(tensors, name):
    """Return the model's tensor of that name, wherever in the model it stands."""
    return next((one for key, one in tensors.items() if key.endswith(name)), np.empty(0))


def distance(after, before):
    """Return how far weights are from others, relative to these."""
    if after.shape != before.shape:
        return np.inf
    return float(np.linalg.norm(after.astype(float) - before) / np.linalg.norm(before))


def is_from_scratch(tensors, base):
    """Return whether no filter has anything to do with the base's."""
    names = [name for name, one in base.items() if one.ndim == 4]
    return all(distance(own(tensors, name), base[name]) > UNRELATED for name in names)


def moved(tensors, base, *, statistics):
    """Return the names of what should be frozen and is not the base's, bit by bit."""
    names = [
        name for name in base if name.startswith(FROZEN) and name.endswith(STATISTICS) == statistics
    ]
    return [name for name in names if not np.array_equal(own(tensors, name), base[name])]


NOT_TRAINED = pytest.mark.mistake(
    "trains-on-nothing",
    fr="Votre réseau n’a rien appris",
    en="Your network has learnt nothing",
    hint_fr="Une tête neuve est faite de hasard : la perte baisse-t-elle vraiment ?",
    hint_en="A new head is made of chance: does the loss really go down?",
)
FROM_SCRATCH = pytest.mark.mistake(
    "from-scratch",
    fr="Votre réseau ne part pas du réseau de base",
    en="Your network does not start from the base",
    hint_fr="Ses filtres n’ont rien de commun avec ceux de base : network() les tire au hasard, et "
    "c’est load_state_dict qui y met ce qui a été appris.",
    hint_en="Its filters have nothing in common with the base's: network() draws them at random, "
    "and it is load_state_dict that puts in what was learnt.",
)


@pytest.mark.points(2)
@pytest.mark.title(
    fr="Les poids des deux premiers étages n’ont pas bougé",
    en="The weights of the first two stages have not moved",
)
@pytest.mark.hint(
    fr="requires_grad_(False) gèle un étage ; l’optimiseur le laisse alors en paix.",
    en="requires_grad_(False) freezes a stage; the optimiser then leaves it alone.",
)
@pytest.mark.mistake(
    "frozen-layers-moved",
    fr="Les premières couches ont été entraînées elles aussi",
    en="The first layers were trained, too",
    hint_fr="Comparez stage1.0.weight à celui de base, avant et après l’entraînement : ou bien "
    "l’optimiseur ne reçoit pas ces poids, ou bien ils n’ont pas de gradient.",
    hint_en="Compare stage1.0.weight with the base's, before and after training: either the "
    "optimiser is not given these weights, or they have no gradient.",
)
@FROM_SCRATCH
@NOT_TRAINED
def test_the_first_two_stages_have_not_moved(student, hidden, rng, mistake):
    require_learnt(student, hidden, rng, mistake)
    tensors, base = student.tensors("model"), hidden.load("base.safetensors")
    if names := moved(tensors, base, statistics=False):
        mistake("from-scratch" if is_from_scratch(tensors, base) else "frozen-layers-moved")
        pytest.fail(f"{names[0]} is not the base's")


@pytest.mark.points(1)
@pytest.mark.title(
    fr="Les statistiques de leur normalisation non plus",
    en="Nor have the statistics of their normalisation",
)
@pytest.mark.hint(
    fr="Les moyennes et les variances d’une normalisation par lots ne sont pas des paramètres : "
    "aucun gradient ne les change.",
    en="The means and variances of batch normalisation are no parameters: no gradient changes "
    "them.",
)
@pytest.mark.mistake(
    "statistics-moved",
    fr="Les étages gelés ont continué à mesurer des moyennes",
    en="The frozen stages went on measuring averages",
    hint_fr="En mode entraînement, la normalisation par lots met ses moyennes à jour à chaque "
    "passage, gelée ou non. Après model.train(), remettez les étages gelés en mode eval().",
    hint_en="In training mode, batch normalisation updates its averages at every pass, frozen or "
    "not. After model.train(), put the frozen stages back into eval() mode.",
)
@FROM_SCRATCH
@NOT_TRAINED
def test_nor_have_their_statistics(student, hidden, rng, mistake):
    require_learnt(student, hidden, rng, mistake)
    tensors, base = student.tensors("model"), hidden.load("base.safetensors")
    if names := moved(tensors, base, statistics=True):
        mistake("from-scratch" if is_from_scratch(tensors, base) else "statistics-moved")
        pytest.fail(f"{names[0]} is not the base's")


@pytest.mark.points(1.5)
@pytest.mark.title(fr="La tête est neuve", en="The head is new")
@pytest.mark.hint(
    fr="La dernière couche a autant de sorties qu’il y a de nouveaux panneaux.",
    en="The last layer has as many outputs as there are new signs.",
)
@pytest.mark.mistake(
    "head-not-replaced",
    fr="Votre réseau a gardé sa tête",
    en="Your network has kept its head",
    hint_fr="Elle a une sortie par panneau de base, et torch ne s’en plaint pas : les nouveaux "
    "numéros y trouvent place. Remplacez model.head par une couche neuve.",
    hint_en="It has an output for each sign of the base, and torch does not complain: the new "
    "numbers fit in. Replace model.head by a new layer.",
)
@NOT_TRAINED
def test_the_head_is_new(student, hidden, rng, mistake):
    require_learnt(student, hidden, rng, mistake)
    wanted = int(hidden.load("new_signs_hidden.npz")["labels"].max()) + 1
    base = hidden.load("base.safetensors")
    heads = [
        one
        for name, one in student.tensors("model").items()
        if one.ndim >= 2 and not any(name.endswith(key) for key in base if key.startswith("stage"))
    ]
    outputs = [len(one) for one in heads]
    if wanted not in outputs:
        if len(base["head.weight"]) in outputs:
            mistake("head-not-replaced")
        pytest.fail(f"the head has {max(outputs[-1:], default=0)} outputs, expected {wanted}")


@pytest.mark.points(1.5)
@pytest.mark.title(
    fr="Le troisième étage est ajusté à vitesse réduite",
    en="The third stage is fine-tuned at a lower rate",
)
@pytest.mark.hint(
    fr="Deux groupes de paramètres dans l’optimiseur : la tête à sa vitesse, le troisième étage à "
    "une vitesse au moins cinq fois plus faible.",
    en="Two groups of parameters in the optimiser: the head at its rate, the third stage at a rate "
    "at least five times lower.",
)
@pytest.mark.mistake(
    "rate-not-lowered",
    fr="Le troisième étage va trop vite",
    en="The third stage is trained too fast",
    hint_fr="À la vitesse de la tête, ce que ses filtres savaient se perd avant que la tête neuve "
    "n’ait appris à s’en servir.",
    hint_en="At the head's rate, what its filters knew is lost before the new head has learnt to "
    "use it.",
)
@pytest.mark.mistake(
    "third-stage-frozen",
    fr="Le troisième étage n’a pas bougé",
    en="The third stage has not moved",
    hint_fr="On ne gèle que les deux premiers étages. L’optimiseur a-t-il reçu les paramètres du "
    "troisième ?",
    hint_en="Only the first two stages are frozen. Was the optimiser given the parameters of the "
    "third?",
)
@FROM_SCRATCH
@NOT_TRAINED
def test_the_third_stage_is_tuned_at_a_lower_rate(student, hidden, rng, mistake):
    require_learnt(student, hidden, rng, mistake)
    tensors, base = student.tensors("model"), hidden.load("base.safetensors")
    drift = distance(own(tensors, FINE_TUNED), base[FINE_TUNED])
    if is_from_scratch(tensors, base):
        mistake("from-scratch")
        pytest.fail("no filter is related to the base's")
    if drift == 0:
        mistake("third-stage-frozen")
        pytest.fail("the filters of the third stage are the base's")
    rates = student.get("rates")
    assert isinstance(rates, dict), "rates is not a dict"
    low, high = (
        expect_number(rates.get(part), name=f"rates[{part!r}]") for part in ("stage3", "head")
    )
    if low > high / LOWER or drift > DRIFT:
        mistake("rate-not-lowered")
    assert 0 < low <= high / LOWER * 1.001, (
        f"the rate of stage3 is {low:g}, that of the head {high:g}"
    )
    assert drift <= DRIFT, f"the third stage has moved by {drift:.1%}"


@pytest.mark.points(3)
@pytest.mark.title(fr="La précision sur d’autres images", en="The accuracy on other images")
@pytest.mark.hint(
    fr="Trois images par panneau suffisent, si les filtres viennent du réseau de base. Décalez-les "
    "autrement à chaque époque.",
    en="Three images of each sign are enough if the filters come from the base network. Shift them "
    "anew in every epoch.",
)
@FROM_SCRATCH
@NOT_TRAINED
def test_the_accuracy_on_other_images(*, student, hidden, rng, credit, mistake, measure):
    held = hidden.load("new_signs_hidden.npz")
    images, labels = held["images"], held["labels"]
    # Several shifts of a small set make luck matter less; the images stay the sample.
    right = [classes(student, shifted(images, rng)) == labels for _ in range(3)]
    accuracy = float(np.mean(right))
    low, high = wilson_interval(round(accuracy * len(images)), len(images))
    measure("accuracy", accuracy, low=low, high=high)
    count = int(labels.max()) + 1
    start, target = CURVES[count]
    credit((accuracy - start) / (target - start))
    if accuracy < LEARNT[count]:
        mistake("trains-on-nothing")
    elif accuracy < start and is_from_scratch(
        student.tensors("model"), hidden.load("base.safetensors")
    ):
        mistake("from-scratch")
    assert accuracy >= start, f"accuracy {accuracy:.3f}, below {start}"
