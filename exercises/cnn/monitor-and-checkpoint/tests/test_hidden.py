import numpy as np
import pytest

from graders.expect import expect_array, expect_equal, expect_number
from graders.intervals import wilson_interval

# Where the accuracy earns nothing, and everything: see NOTES.md.
START, TARGET = 0.84, 0.92
LEARNT = 0.5
BATCH = 1_000
# Of two losses of one model on the same images.
SAME = 1e-3


def late(losses, patience):
    """Return whether the best loss is `patience` epochs old, or older."""
    return len(losses) - 1 - int(np.argmin(losses)) >= patience


def bumps(losses):
    """Return how many epochs did not improve on all earlier ones."""
    return sum(losses[i] >= min(losses[:i]) for i in range(1, len(losses)))


def rises(losses, patience):
    """Return whether each of the last `patience` losses is above the one before it."""
    recent = losses[-patience - 1 :]
    return len(recent) > patience and bool(np.all(np.diff(recent) > 0))


WRONG_RULES = {
    "no-patience": lambda losses, _: bumps(losses) >= 1,
    "patience-not-reset": lambda losses, patience: bumps(losses) >= patience,
    "compares-with-the-previous": rises,
    "one-epoch-late": lambda losses, patience: late(losses, patience + 1),
    "one-epoch-early": lambda losses, patience: late(losses, max(patience - 1, 1)),
    "never-stops": lambda _losses, _patience: False,
}
# Other ways to make one of these mistakes, which stop at the same epoch.
VARIANTS = (
    ("no-patience", lambda losses, _: late(losses, 1)),
    ("no-patience", lambda losses, _: rises(losses, 1)),
)


def last_epoch(losses, patience, rule=late):
    """Return the epoch after which training stops under the rule."""
    stops = (i for i in range(len(losses)) if rule(losses[: i + 1], patience))
    return next(stops, len(losses) - 1)


def curve(rng, epochs):
    """Return losses that go down, then up again, and are never smooth."""
    steps = np.arange(epochs)
    turn = rng.uniform(0.2, 0.6) * epochs
    smooth = 0.3 + 0.9 * np.exp(-steps / 2) + 0.03 * np.abs(steps - turn)
    return (smooth + rng.normal(scale=0.08, size=epochs)).clip(0.05).round(3)


def tells_apart(train, validation, patience):
    """Return whether the wrong ways of conducting the training end elsewhere."""
    stop = last_epoch(validation, patience)
    others = {last_epoch(validation, patience, rule) for rule in WRONG_RULES.values()}
    others.add(last_epoch(train, patience))
    seen = slice(stop + 1)
    kept = {stop, int(np.argmin(validation[seen])), int(np.argmin(train[seen]))}
    goes_on = stop + 2 < len(validation) and late(validation[: stop + 2], patience)
    # Two of the seven may end alike on one curve, not on all four.
    return goes_on and stop not in others and len(others) >= len(WRONG_RULES) and len(kept) == 3


def rehearsals(rng):
    """Return four pairs of curves, each with a patience, that tell mistakes from the right way."""
    while True:
        found = []
        while len(found) < 4:
            epochs, patience = int(rng.integers(24, 40)), int(rng.integers(3, 6))
            train, validation = curve(rng, epochs), curve(rng, epochs)
            if tells_apart(train, validation, patience):
                found.append((train.tolist(), validation.tolist(), patience))
        if len(set(map(tuple, wrong_ends(found).values()))) == len(WRONG_RULES) + 1:
            return found


def wrong_ends(curves):
    """Return, for each mistake, the epochs after which it ends on the curves."""
    ends = {
        slug: [last_epoch(losses, patience, rule) for _, losses, patience in curves]
        for slug, rule in WRONG_RULES.items()
    }
    return ends | {"monitors-training-loss": [last_epoch(train, wait) for train, _, wait in curves]}


def rehearse(student, train, validation, patience):
    """Return what the notebook's own rehearsal says, checked for its form."""
    said = student.rehearse(train, validation, patience=patience)
    asked = {"last", "weight", "buffer", "is_own", "points"}
    if not isinstance(said, dict) or set(said) != asked:
        pytest.fail("rehearse is given: leave it as it is")
    return said


KEEPS_THE_LAST = pytest.mark.mistake(
    "keeps-the-last",
    fr="Vous gardez le dernier modèle, pas le meilleur",
    en="You keep the last model, not the best",
    hint_fr="Gardez une copie des poids à chaque nouveau minimum de la perte de validation, puis "
    "remettez-la dans model à la fin.",
    hint_en="Keep a copy of the weights at each new minimum of the validation loss, then put it "
    "back into model at the end.",
)
KEPT_BY_REFERENCE = pytest.mark.mistake(
    "kept-by-reference",
    fr="Ce que vous gardez continue de s’entraîner",
    en="What you keep goes on training",
    hint_fr="state_dict() ne copie rien : ses tenseurs sont ceux du modèle. Copiez-les, par "
    "copy.deepcopy ou par clone().",
    hint_en="state_dict() copies nothing: its tensors are the model's own. Copy them, by "
    "copy.deepcopy or by clone().",
)
MONITORS_TRAINING = pytest.mark.mistake(
    "monitors-training-loss",
    fr="Vous surveillez la perte d’entraînement",
    en="You watch the training loss",
    hint_fr="Elle baisse encore quand le réseau apprend par cœur : c’est la validation qui "
    "tranche.",
    hint_en="It still goes down while the network learns by heart: validation decides.",
)
NO_PATIENCE = pytest.mark.mistake(
    "no-patience",
    fr="Vous vous arrêtez au premier sursaut",
    en="You stop at the first bump",
    hint_fr="Une perte qui remonte une fois peut redescendre : laissez-lui patience époques.",
    hint_en="A loss that goes up once may come down again: give it patience epochs.",
)
NOT_RESET = pytest.mark.mistake(
    "patience-not-reset",
    fr="Votre patience n’est pas rendue par un nouveau minimum",
    en="A new minimum does not restore your patience",
    hint_fr="Comptez les époques depuis la meilleure, pas toutes celles qui n’ont rien amélioré.",
    hint_en="Count the epochs since the best one, not all those that improved on nothing.",
)
PREVIOUS = pytest.mark.mistake(
    "compares-with-the-previous",
    fr="Vous comparez à l’époque précédente",
    en="You compare with the previous epoch",
    hint_fr="Une perte qui baisse un peu sans passer sous le minimum n’est pas un progrès.",
    hint_en="A loss that goes down a little without passing below the minimum is no progress.",
)
LATE = pytest.mark.mistake(
    "one-epoch-late",
    fr="Vous vous arrêtez une époque trop tard",
    en="You stop one epoch too late",
    hint_fr="L’arrêt vient dès que patience époques ont passé depuis la meilleure.",
    hint_en="The stop comes as soon as patience epochs have passed since the best one.",
)
EARLY = pytest.mark.mistake(
    "one-epoch-early",
    fr="Vous vous arrêtez une époque trop tôt",
    en="You stop one epoch too early",
    hint_fr="Comptez les époques après la meilleure, sans elle.",
    hint_en="Count the epochs after the best one, without it.",
)
NEVER = pytest.mark.mistake(
    "never-stops",
    fr="Vous ne vous arrêtez jamais",
    en="You never stop",
    hint_fr="Après chaque époque, demandez à should_stop s’il faut continuer.",
    hint_en="After each epoch, ask should_stop whether to go on.",
)


@pytest.mark.points(1)
@pytest.mark.title(fr="La meilleure époque", en="The best epoch")
@pytest.mark.hint(
    fr="Le rang, compté à partir de 0, de la plus petite perte.",
    en="The place, counted from 0, of the smallest loss.",
)
@pytest.mark.mistake(
    "counted-from-one",
    fr="Vous comptez les époques à partir de 1",
    en="You count epochs from 1",
    hint_fr="La première perte de la liste est celle de l’époque 0.",
    hint_en="The first loss of the list is that of epoch 0.",
)
@pytest.mark.mistake(
    "highest-loss",
    fr="Vous prenez la plus grande perte",
    en="You take the largest loss",
    hint_fr="Une perte mesure l’erreur : la meilleure est la plus petite.",
    hint_en="A loss measures the error: the best one is the smallest.",
)
@pytest.mark.mistake(
    "last-of-equals",
    fr="À égalité, vous prenez la dernière époque",
    en="Among equals, you take the last epoch",
    hint_fr="Égaler le minimum n’est pas l’améliorer : la première des deux époques reste.",
    hint_en="To equal the minimum is not to improve on it: the first of the two epochs stays.",
)
def test_the_best_epoch(student, rng, mistake):
    for count in (1, 9, 16, 30):
        losses = curve(rng, count)
        if count > 1:
            first, second = np.sort(rng.choice(count, size=2, replace=False))
            losses[[first, second]] = losses.min()
        best = int(np.argmin(losses))
        wrong = {
            "counted-from-one": best + 1,
            "highest-loss": int(np.argmax(losses)),
            "last-of-equals": count - 1 - int(np.argmin(losses[::-1])),
        }
        found = expect_number(student.best_epoch(losses.tolist()))
        for slug, value in wrong.items():
            if found == value != best:
                mistake(slug)
        expect_equal(found, float(best))


@pytest.mark.points(1.5)
@pytest.mark.title(fr="Le moment de s’arrêter", en="The time to stop")
@pytest.mark.hint(
    fr="Combien d’époques ont passé depuis la meilleure ?",
    en="How many epochs have passed since the best one?",
)
@NO_PATIENCE
@NOT_RESET
@PREVIOUS
@LATE
@EARLY
@NEVER
def test_the_time_to_stop(student, rng, mistake):
    curves = rehearsals(rng)
    # A curve that improves to its end, and one that never improves.
    curves += [(None, [0.9, 0.7, 0.6, 0.5], 2), (None, [0.4, 0.5, 0.6, 0.7, 0.8], 3)]
    seen = [
        (losses[: epoch + 1], patience)
        for _, losses, patience in curves
        for epoch in range(min(last_epoch(losses, patience) + 2, len(losses)))
    ]
    found = [expect_number(student.should_stop(part, patience=wait)) for part, wait in seen]
    for slug, rule in (*VARIANTS, *WRONG_RULES.items()):
        if found == [float(rule(part, wait)) for part, wait in seen]:
            mistake(slug)
    for answer, (part, wait) in zip(found, seen, strict=True):
        expect_equal(answer, float(late(part, wait)), name="should_stop as a number")


@pytest.mark.points(1)
@pytest.mark.title(fr="Les courbes, point par point", en="The curves, point by point")
@pytest.mark.hint(
    fr="À la fin de chaque époque, un appel : follow(époque, perte d’entraînement, perte de "
    "validation).",
    en="At the end of each epoch, one call: follow(epoch, training loss, validation loss).",
)
@pytest.mark.mistake(
    "curves-at-the-end",
    fr="Vos courbes n’arrivent qu’à la fin",
    en="Your curves only come at the end",
    hint_fr="Suivre en direct, c’est ajouter un point avant que l’époque suivante commence.",
    hint_en="To follow live is to add a point before the next epoch begins.",
)
@pytest.mark.mistake(
    "epochs-from-one",
    fr="Vous numérotez les époques à partir de 1",
    en="You number epochs from 1",
    hint_fr="La première époque est l’époque 0.",
    hint_en="The first epoch is epoch 0.",
)
@pytest.mark.mistake(
    "losses-swapped",
    fr="Vous échangez les deux pertes",
    en="You swap the two losses",
    hint_fr="follow reçoit la perte d’entraînement avant celle de validation.",
    hint_en="follow takes the training loss before the validation loss.",
)
def test_the_curves_point_by_point(student, rng, mistake):
    for train, validation, patience in rehearsals(rng)[:2]:
        said = rehearse(student, train, validation, patience)
        count = int(expect_number(said["last"])) + 1
        points = expect_array(said["points"], shape=(count, 4), name="the points")
        epochs = np.arange(count)
        right = np.stack([epochs, train[:count], validation[:count], epochs], axis=1)
        if np.array_equal(points[:, :3], right[:, :3]):
            mistake("curves-at-the-end")
        if np.array_equal(points - [1, 0, 0, 0], right):
            mistake("epochs-from-one")
        if np.array_equal(points[:, [0, 2, 1, 3]], right):
            mistake("losses-swapped")
        expect_equal(points, right, name="the points")


@pytest.mark.points(2)
@pytest.mark.title(fr="Le meilleur modèle, rendu", en="The best model, given back")
@pytest.mark.hint(
    fr="À la fin de fit, model lui-même a les poids de la meilleure époque.",
    en="At the end of fit, model itself has the weights of the best epoch.",
)
@KEEPS_THE_LAST
@KEPT_BY_REFERENCE
@MONITORS_TRAINING
@pytest.mark.mistake(
    "buffers-forgotten",
    fr="Vous ne rendez que les paramètres",
    en="You give back the parameters alone",
    hint_fr="Les moyennes de la normalisation par lots sont des tampons : state_dict() les "
    "contient, parameters() non.",
    hint_en="The averages of batch normalisation are buffers: state_dict() has them, parameters() "
    "has not.",
)
def test_the_best_model_given_back(student, rng, mistake):
    # One that improves to its end: there the last is the best.
    improving = (np.linspace(0.9, 0.3, 8).tolist(), np.linspace(0.8, 0.4, 8).tolist(), 3)
    for train, validation, patience in [*rehearsals(rng), improving]:
        said = rehearse(student, train, validation, patience)
        last = int(expect_number(said["last"]))
        assert last >= 0, "no epoch took place"
        best = int(np.argmin(validation[: last + 1]))
        weight, buffer = expect_number(said["weight"]), expect_number(said["buffer"])
        if weight == last != best:
            mistake("kept-by-reference" if said["is_own"] is True else "keeps-the-last")
        elif weight == np.argmin(train[: last + 1]) != best:
            mistake("monitors-training-loss")
        elif weight == best != buffer:
            mistake("buffers-forgotten")
        expect_equal((weight, buffer), (float(best), float(best)), name="the epoch given back")


@pytest.mark.points(1)
@pytest.mark.title(fr="L’arrêt anticipé", en="Early stopping")
@pytest.mark.hint(
    fr="Après chaque époque, should_stop décide sur toutes les pertes de validation.",
    en="After each epoch, should_stop decides on all validation losses.",
)
@NO_PATIENCE
@NOT_RESET
@PREVIOUS
@LATE
@EARLY
@NEVER
@MONITORS_TRAINING
def test_early_stopping(student, rng, mistake):
    curves = rehearsals(rng)
    found = [rehearse(student, *one)["last"] for one in curves]
    for slug, ends in wrong_ends(curves).items():
        if found == ends:
            mistake(slug)
    right = [last_epoch(losses, patience) for _, losses, patience in curves]
    expect_equal(found, right, name="the last epochs")


@pytest.mark.points(1.5)
@pytest.mark.title(fr="Le réseau, à son meilleur moment", en="The network, at its best")
@pytest.mark.hint(
    fr="La perte de model, mesurée à nouveau, est le minimum de history['validation'].",
    en="The loss of model, measured again, is the minimum of history['validation'].",
)
@KEEPS_THE_LAST
@KEPT_BY_REFERENCE
@MONITORS_TRAINING
@pytest.mark.mistake(
    "no-epoch-after-the-best",
    fr="L’entraînement n’a pas dépassé son meilleur moment",
    en="The training did not go past its best",
    hint_fr="Gardez EPOCHS et PATIENCE : c’est la patience qui met fin à l’entraînement.",
    hint_en="Keep EPOCHS and PATIENCE: it is patience that ends the training.",
)
def test_the_network_at_its_best(student, mistake):
    history = student.get("history")
    if not isinstance(history, dict) or {"train", "validation"} - set(history):
        pytest.fail("history is given: leave it as it is")
    losses = expect_array(history["validation"], shape=(None,), name="history['validation']")
    expect_array(history["train"], like=losses, name="history['train']")
    assert len(losses) > 0, "the network is not trained: call fit"
    best = int(np.argmin(losses))
    if best == len(losses) - 1:
        mistake("no-epoch-after-the-best")
        pytest.fail("the best epoch is the last one")
    measured = expect_number(student.validate(), name="the loss of model")
    if abs(measured - losses[best]) >= SAME and (slug := kept_instead(student)):
        mistake(slug)
    assert abs(measured - losses[best]) < SAME, (
        f"the loss of model is {measured:.4f}, that of the best epoch {losses[best]:.4f}"
    )


def kept_instead(student):
    """Return the mistake that makes the notebook keep another model than the best, if known."""
    model, last = student.tensors("model"), student.tensors("last")
    is_last = model.keys() == last.keys() and all(
        np.array_equal(model[name], last[name]) for name in model
    )
    tried = rehearse(student, [0.4, 0.1, 0.2, 0.3], [0.1, 0.4, 0.3, 0.2], 9)
    if tried["weight"] == 1:
        return "monitors-training-loss"
    if is_last:
        return "kept-by-reference" if tried["is_own"] is True else "keeps-the-last"
    return None


@pytest.mark.points(1)
@pytest.mark.title(fr="La précision sur des chiffres nouveaux", en="The accuracy on new digits")
@pytest.mark.hint(
    fr="Le réseau donné y suffit, entraîné jusqu’à ce que la patience l’arrête.",
    en="The given network will do, trained until patience stops it.",
)
@pytest.mark.mistake(
    "trains-on-nothing",
    fr="Votre réseau n’a rien appris",
    en="Your network has learnt nothing",
    hint_fr="Ses réponses valent à peine mieux que le hasard : fit est-elle appelée sur model ?",
    hint_en="Its answers are little better than chance: is fit called on model?",
)
@pytest.mark.mistake(
    "hardly-trained",
    fr="Votre réseau n’a pas assez appris",
    en="Your network has not learnt enough",
    hint_fr="Il reconnaît des chiffres, mais bien moins que le réseau donné, entraîné sur toutes "
    "les images jusqu’à ce que la patience l’arrête.",
    hint_en="It knows digits, but far fewer than the given network, trained on all the images "
    "until patience stops it.",
)
def test_the_accuracy_on_new_digits(*, student, hidden, rng, credit, mistake, measure):
    held = hidden.load("mnist_hidden.npz")
    chosen = rng.permutation(len(held["images"]))[:BATCH]
    images, labels = held["images"][chosen], held["labels"][chosen]
    found = expect_array(student.scores(shifted(images, rng)), shape=(len(images), 10), kinds="f")
    right = int(np.sum(found.argmax(axis=1) == labels))
    low, high = wilson_interval(right, len(images))
    accuracy = right / len(images)
    measure("accuracy", accuracy, low=low, high=high)
    measure("loss", cross_entropy(found, labels))
    credit((accuracy - START) / (TARGET - START))
    mistake("trains-on-nothing" if accuracy < LEARNT else "hardly-trained")
    assert accuracy >= START, f"accuracy {accuracy:.3f}, below {START}"


def cross_entropy(scores, labels):
    """Return the mean loss of scores (N, 10)."""
    shifted_down = scores.astype(np.float64) - scores.max(axis=1, keepdims=True)
    logarithms = shifted_down - np.log(np.exp(shifted_down).sum(axis=1, keepdims=True))
    return float(-logarithms[np.arange(len(labels)), labels].mean())


def shifted(images, rng, most=2):
    """Return the images, each moved by up to `most` pixels each way over a black ground."""
    padded = np.pad(images, ((0, 0), (most, most), (most, most)))
    moves = rng.integers(0, 2 * most + 1, size=(len(images), 2))
    height, width = images.shape[1:]
    return np.stack(
        [
            image[down : down + height, right : right + width]
            for image, (down, right) in zip(padded, moves, strict=True)
        ]
    )
