import numpy as np
import pytest

from graders.expect import expect_array, expect_close, expect_number
from graders.intervals import wilson_interval

# What earns nothing and what earns everything, by the number of classes.
CURVES = {12: (0.75, 0.9), 43: (0.6, 0.8)}
LEARNT = 0.5
# Of the members' mean error, what the ensemble spares; and how much worse than the best it may be.
GAIN = 0.1
BEHIND = 0.01
MOST_WEIGHT = 0.75
HONEST = 0.04
SAME = 0.999
BATCH = 300


def shifted(images, rng, most=2):
    """Return the images, each moved by up to `most` pixels each way, its border continued."""
    padded = np.pad(images, ((0, 0), (most, most), (most, most), (0, 0)), mode="edge")
    moved = np.empty_like(images)
    height, width = images.shape[1:3]
    for place, (top, left) in enumerate(rng.integers(0, 2 * most + 1, size=(len(images), 2))):
        moved[place] = padded[place, top : top + height, left : left + width]
    return moved


def held_out(hidden, rng, count=None):
    """Return hidden images, shifted, with their labels; all of them where no count is asked."""
    held = hidden.load("signs_hidden.npz")
    chosen = rng.permutation(len(held["labels"]))[:count]
    return shifted(held["images"][chosen], rng), held["labels"][chosen]


def of_members(student, images, classes):
    """Return the members' probabilities (M, N, K)."""
    shape = (None, None, classes)
    parts = [
        expect_array(student.member_probabilities(images[i : i + BATCH]), shape=shape)
        for i in range(0, len(images), BATCH)
    ]
    found = np.concatenate(parts, axis=1)
    assert found.shape[1] == len(images), "not as many answers as images"
    assert len(found) >= 3, f"{len(found)} members, expected 3 at least"
    return found.astype(float)


def of_ensemble(student, images, classes):
    """Return the ensemble's probabilities (N, K)."""
    shape = (None, classes)
    parts = [
        expect_array(student.predict_proba(images[i : i + BATCH]), shape=shape)
        for i in range(0, len(images), BATCH)
    ]
    found = np.concatenate(parts).astype(float)
    assert len(found) == len(images), "not as many answers as images"
    return found


def right(probabilities, labels):
    """Return the share of right answers, for one model or for each of several."""
    return (probabilities.argmax(axis=-1) == labels).mean(axis=-1)


def require_learnt(accuracy, mistake):
    """Fail where the networks know too little for the question to arise."""
    if np.max(accuracy) < LEARNT:
        mistake("trains-on-nothing")
        pytest.fail("too few answers are right for the question to arise")


def one_hot(classes, count):
    return np.eye(count)[classes]


def rivals(probabilities, weights):
    """Return what `combine` gives for each known mistake."""
    votes = one_hot(probabilities.argmax(axis=2), probabilities.shape[2])
    weighted = np.einsum("m,mnk->nk", weights, probabilities)
    share = weights / weights.sum()
    logs = np.einsum("m,mnk->nk", share, np.log(np.maximum(probabilities, 1e-12)))
    product = np.exp(logs)
    mean_class = np.average(probabilities.argmax(axis=2), axis=0, weights=weights)
    return {
        "averages-classes": [
            np.einsum("m,mnk->nk", share, votes),
            votes.mean(axis=0),
            one_hot(np.einsum("m,mnk->nk", share, votes).argmax(axis=1), votes.shape[2]),
            one_hot(mean_class.round().astype(int), votes.shape[2]),
            mean_class,
            mean_class.round(),
        ],
        "weights-not-normalised": [weighted, weighted / len(weights)],
        "weights-ignored": [probabilities.mean(axis=0)],
        "product": [product, product / product.sum(axis=1, keepdims=True)],
    }


def name_rival(mistake, answer, wrong, *, atol):
    """Name the mistake whose result the answer is."""
    for slug, results in wrong.items():
        if any(
            one.shape == answer.shape and np.allclose(answer, one, atol=atol) for one in results
        ):
            mistake(slug)
            return


NOT_TRAINED = pytest.mark.mistake(
    "trains-on-nothing",
    fr="Vos réseaux n’ont rien appris",
    en="Your networks have learnt nothing",
    hint_fr="Leurs réponses valent à peine mieux que le hasard : la perte baisse-t-elle vraiment ?",
    hint_en="Their answers are little better than chance: does the loss really go down?",
)
AVERAGES_CLASSES = pytest.mark.mistake(
    "averages-classes",
    fr="Vous combinez des classes, non des probabilités",
    en="You combine classes, not probabilities",
    hint_fr="Prendre d’abord la classe de chaque réseau, c’est oublier à quel point il en était "
    "sûr. L’argmax ne vient qu’à la fin, après la moyenne.",
    hint_en="To take each network's class first is to forget how sure it was. The argmax comes "
    "only at the end, after the mean.",
)


@pytest.mark.points(2.5)
@pytest.mark.title(
    fr="combine fait la moyenne pondérée des probabilités",
    en="combine takes the weighted mean of the probabilities",
)
@pytest.mark.hint(
    fr="La première dimension est celle des réseaux : c’est elle qui disparaît.",
    en="The first axis is that of the networks: it is the one that goes.",
)
@pytest.mark.mistake(
    "weights-not-normalised",
    fr="Vos poids n’ont pas pour somme 1",
    en="Your weights do not sum to one",
    hint_fr="Avec des poids de somme 4, les probabilités obtenues ont pour somme 4. Divisez par "
    "la somme des poids.",
    hint_en="With weights that sum to 4, the resulting probabilities sum to 4. Divide by the sum "
    "of the weights.",
)
@pytest.mark.mistake(
    "weights-ignored",
    fr="Vous ne tenez pas compte des poids",
    en="You take no account of the weights",
    hint_fr="Tous les réseaux comptent autant dans votre moyenne, quels que soient leurs poids.",
    hint_en="All networks count the same in your mean, whatever their weights.",
)
@pytest.mark.mistake(
    "product",
    fr="Vous multipliez les probabilités",
    en="You multiply the probabilities",
    hint_fr="Dans un produit, ou une moyenne de logarithmes, un seul réseau qui donne presque 0 à "
    "une classe l’écarte, quoi qu’en disent les autres. On demande la moyenne.",
    hint_en="In a product, or a mean of logarithms, a single network that gives a class nearly 0 "
    "rules it out, whatever the others say. The mean is asked for.",
)
@AVERAGES_CLASSES
def test_combine_takes_the_weighted_mean(student, rng, mistake):
    for members, count, classes in ((3, 6, 4), (5, 3, 7)):
        probabilities = rng.dirichlet(np.full(classes, 0.6), size=(members, count))
        weights = rng.uniform(0.5, 3, size=members)
        expected = np.average(probabilities, axis=0, weights=weights)
        answer = expect_array(student.combine(probabilities, weights), finite=False)
        if answer.shape != expected.shape or not np.allclose(answer, expected, atol=1e-5):
            name_rival(mistake, answer, rivals(probabilities, weights), atol=1e-5)
        expect_close(answer, expected, rtol=1e-4, atol=1e-5)


@pytest.mark.points(1)
@pytest.mark.title(fr="Trois réseaux différents", en="Three different networks")
@pytest.mark.hint(
    fr="Chaque réseau a sa vue, ses poids de départ, son entraînement.",
    en="Each network has its own view, its own initial weights, its own training.",
)
@pytest.mark.mistake(
    "counted-twice",
    fr="Un même réseau compte deux fois",
    en="One network counts twice",
    hint_fr="Deux membres répondent exactement la même chose : est-ce le même objet dans la liste, "
    "ou la même vue dans la boucle ? Deux avis identiques n’en font qu’un.",
    hint_en="Two members give exactly the same answers: is it the same object in the list, or the "
    "same view in the loop? Two identical opinions are only one.",
)
@NOT_TRAINED
def test_three_different_networks(student, hidden, rng, mistake):
    images, labels = held_out(hidden, rng, 300)
    found = of_members(student, images, int(labels.max()) + 1)
    require_learnt(right(found, labels), mistake)
    for one in range(len(found)):
        for other in range(one):
            if np.mean(np.abs(found[one] - found[other]) < 1e-4) > SAME:
                mistake("counted-twice")
                pytest.fail(f"members {other} and {one} give the same answers")


@pytest.mark.points(1.5)
@pytest.mark.title(
    fr="predict_proba combine les membres selon leurs poids",
    en="predict_proba combines the members by their weights",
)
@pytest.mark.hint(
    fr="predict_proba(images) est combine(member_probabilities(images), weights).",
    en="predict_proba(images) is combine(member_probabilities(images), weights).",
)
@pytest.mark.mistake(
    "one-member-only",
    fr="Un seul réseau répond pour tous",
    en="A single network answers for all",
    hint_fr="predict_proba donne les probabilités d’un membre, celles des autres sont perdues.",
    hint_en="predict_proba gives one member's probabilities, those of the others are lost.",
)
@AVERAGES_CLASSES
@NOT_TRAINED
def test_the_ensemble_combines_its_members(student, hidden, rng, mistake):
    images, labels = held_out(hidden, rng, 300)
    classes = int(labels.max()) + 1
    found = of_members(student, images, classes)
    require_learnt(right(found, labels), mistake)
    weights = expect_array(student.get("weights"), shape=(len(found),), name="weights")
    weights = weights.astype(float)
    assert weights.min() >= 0, "a weight is negative"
    assert weights.sum() > 0, "all weights are zero"
    expected = np.average(found, axis=0, weights=weights)
    answer = of_ensemble(student, images, classes)
    if not np.allclose(answer, expected, atol=1e-3):
        wrong = {
            "one-member-only": list(found),
            "averages-classes": rivals(found, weights)["averages-classes"],
        }
        name_rival(mistake, answer, wrong, atol=1e-3)
    expect_close(answer, expected, rtol=1e-2, atol=1e-3)


@pytest.mark.points(1)
@pytest.mark.title(
    fr="Les précisions annoncées se confirment", en="The accuracies announced hold good"
)
@pytest.mark.hint(
    fr="Mesurez chaque réseau sur des images qu’il n’a pas vues, et décalez-les.",
    en="Measure each network on images that it has not seen, and shift them.",
)
@pytest.mark.mistake(
    "combined-on-training-score",
    fr="Vous pesez vos réseaux sur des images déjà apprises",
    en="You weigh your networks on images already learnt",
    hint_fr="Les précisions annoncées dépassent de loin celles d’images nouvelles. Sur ce qu’ils "
    "ont appris, tous les réseaux semblent parfaits, et leurs poids ne disent plus rien.",
    hint_en="The accuracies announced are far above those on new images. On what they have learnt "
    "all networks look perfect, and their weights say nothing any more.",
)
@NOT_TRAINED
def test_the_accuracies_announced_hold_good(student, hidden, rng, mistake):
    images, labels = held_out(hidden, rng)
    accuracy = right(of_members(student, images, int(labels.max()) + 1), labels)
    require_learnt(accuracy, mistake)
    claimed = expect_array(
        student.get("validation_scores"), shape=accuracy.shape, name="validation_scores"
    )
    gap = expect_number(float(np.mean(claimed - accuracy)))
    if gap > HONEST:
        mistake("combined-on-training-score")
    assert abs(gap) <= HONEST, (
        f"{np.mean(claimed):.3f} announced on average, {np.mean(accuracy):.3f} measured"
    )


@pytest.mark.points(1.5)
@pytest.mark.title(
    fr="L’ensemble se trompe moins que ses membres", en="The ensemble errs less than its members"
)
@pytest.mark.hint(
    fr="Il faut des réseaux de force voisine qui se trompent sur d’autres images : d’autres vues, "
    "d’autres tirages.",
    en="It takes networks of about equal strength that err on other images: other views, other "
    "draws.",
)
@pytest.mark.mistake(
    "no-gain",
    fr="Vos réseaux se trompent ensemble",
    en="Your networks err together",
    hint_fr="L’ensemble ne fait guère mieux que la moyenne de ses membres : ils se ressemblent "
    "trop, ou l’un d’eux décide seul.",
    hint_en="The ensemble does hardly better than its average member: they are too much alike, or "
    "one of them decides alone.",
)
@pytest.mark.mistake(
    "weak-member",
    fr="Un réseau faible tire l’ensemble vers le bas",
    en="A weak network drags the ensemble down",
    hint_fr="L’ensemble fait moins bien que son meilleur membre : entraînez mieux le plus faible, "
    "ou donnez-lui moins de poids.",
    hint_en="The ensemble does less well than its best member: train the weakest better, or give "
    "it less weight.",
)
@NOT_TRAINED
def test_the_ensemble_errs_less_than_its_members(*, student, hidden, rng, credit, mistake):
    images, labels = held_out(hidden, rng)
    classes = int(labels.max()) + 1
    accuracy = right(of_members(student, images, classes), labels)
    together = right(of_ensemble(student, images, classes), labels)
    require_learnt(accuracy, mistake)
    error = 1 - np.mean(accuracy)
    spared = (together - np.mean(accuracy)) / max(error, 1e-9)
    said = f"error {1 - together:.3f}; members: {', '.join(f'{1 - one:.3f}' for one in accuracy)}"
    if together < accuracy.max() - BEHIND:
        mistake("weak-member")
        pytest.fail(said)
    weights = expect_array(student.get("weights"), shape=(len(accuracy),), name="weights")
    if weights.max() > MOST_WEIGHT * weights.sum():
        mistake("no-gain")
        pytest.fail(f"one network has {weights.max() / weights.sum():.0%} of the weight")
    credit(spared / GAIN)
    if spared < GAIN / 2:
        mistake("no-gain")
    assert spared >= GAIN, said


@pytest.mark.points(1.5)
@pytest.mark.title(fr="La précision de l’ensemble", en="The accuracy of the ensemble")
@pytest.mark.hint(
    fr="Entraînez chaque réseau plus longtemps, en décalant les images autrement à chaque époque.",
    en="Train each network longer, shifting the images anew in every epoch.",
)
@NOT_TRAINED
def test_the_accuracy_of_the_ensemble(*, student, hidden, rng, credit, mistake, measure):
    images, labels = held_out(hidden, rng)
    classes = int(labels.max()) + 1
    accuracy = float(right(of_ensemble(student, images, classes), labels))
    low, high = wilson_interval(round(accuracy * len(images)), len(images))
    measure("accuracy", accuracy, low=low, high=high)
    start, target = CURVES[classes]
    credit((accuracy - start) / (target - start))
    if accuracy < LEARNT:
        mistake("trains-on-nothing")
    assert accuracy >= start, f"accuracy {accuracy:.3f}, below {start}"
