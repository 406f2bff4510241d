import numpy as np
import pytest

from graders.expect import expect_array, expect_close

NEAR = {"rtol": 1e-3, "atol": 1e-4}
SHAPES = ((4, 3, 2, 5), (2, 5, 3, 2), (3, 1, 4, 4), (4, 4, 2, 4))

STATISTICS_IN_EVALUATION = pytest.mark.mistake(
    "batch-statistics-in-evaluation",
    fr="Vous mesurez le lot pendant l’évaluation",
    en="You measure the batch in evaluation",
    hint_fr="À l’évaluation, seules servent les moyennes glissantes, celles qu’on vous passe.",
    hint_en="In evaluation only the running averages count, those that you are given.",
)
WRONG_AXES = pytest.mark.mistake(
    "wrong-axes",
    fr="Vous ne moyennez pas sur les bons axes",
    en="You average over the wrong axes",
    hint_fr="Il faut une moyenne par canal : sur les images, les lignes et les colonnes.",
    hint_en="It takes one mean per channel: over images, rows and columns.",
)


def numbers(student, x, **options):
    """Return what dropout makes of x, as an array of its shape."""
    return expect_array(student.dropout(x, **options), like=x)


@pytest.mark.points(1.5)
@pytest.mark.title(fr="Le dropout à l’entraînement", en="Dropout in training")
@pytest.mark.hint(
    fr="Comptez les zéros, puis regardez ce que sont devenus les autres nombres.",
    en="Count the zeros, then look at what has become of the other numbers.",
)
@pytest.mark.mistake(
    "no-rescaling",
    fr="Vous oubliez d’agrandir ce qui reste",
    en="You forget to scale up what is left",
    hint_fr="La somme doit rester la même en moyenne : ce qui n’est pas éteint grandit.",
    hint_en="The sum has to stay the same on average: what is not switched off grows.",
)
@pytest.mark.mistake(
    "rate-of-keeping",
    fr="Vous gardez ce qu’il faudrait éteindre",
    en="You keep what should be switched off",
    hint_fr="rate est la probabilité d’être éteint : au taux de 0,2, un nombre sur cinq.",
    hint_en="rate is the probability of being switched off: at 0.2, one number in five.",
)
@pytest.mark.mistake(
    "divided-by-rate",
    fr="Vous divisez par le taux",
    en="You divide by the rate",
    hint_fr="Il reste en moyenne la part 1 - r : c’est elle qu’il faut compenser.",
    hint_en="A share of 1 - r is left on average: that is what to make up for.",
)
@pytest.mark.mistake(
    "dropped-in-groups",
    fr="Vous éteignez des lignes entières",
    en="You switch off whole rows",
    hint_fr="Chaque nombre a son propre tirage : le masque a la forme de x.",
    hint_en="Each number has its own draw: the mask has the shape of x.",
)
def test_dropout_in_training(student, rng, mistake):
    for rate, shape in ((0.2, (40, 50)), (0.7, (4, 25, 20)), (0.4, (3000,)), (0.0, (5, 6))):
        x = rng.uniform(1, 9, size=shape).round(2) * rng.choice([-1, 1], size=shape)
        answer = numbers(student, x, rate=rate, training=True, seed=int(rng.integers(10**6)))
        kept = answer != 0
        off = 1 - kept.mean()
        spread = 6 * np.sqrt(rate * (1 - rate) / x.size)
        if rate and abs(off - (1 - rate)) <= spread:
            mistake("rate-of-keeping")
        elif rate and np.allclose(answer[kept], x[kept]):
            mistake("no-rescaling")
        elif rate and np.allclose(answer[kept], x[kept] / rate, rtol=1e-4):
            mistake("divided-by-rate")
        expect_close(answer, np.where(kept, x / (1 - rate), 0), **NEAR)
        # By chance alone no row or column of a mask is all on or all off.
        grouped = [kept.all(axis) | ~kept.any(axis) for axis in range(kept.ndim) if kept.ndim > 1]
        if rate and any(lines.all() for lines in grouped):
            mistake("dropped-in-groups")
            pytest.fail("numbers are switched off together")
        assert abs(off - rate) <= spread, f"{off:.0%} are switched off at a rate of {rate:.0%}"


@pytest.mark.points(1)
@pytest.mark.title(fr="La graine du dropout", en="The seed of dropout")
@pytest.mark.hint(
    fr="La même graine doit éteindre les mêmes nombres, une autre graine d’autres nombres.",
    en="One seed has to switch off the same numbers each time, another seed other numbers.",
)
@pytest.mark.mistake(
    "same-for-every-seed",
    fr="Vous éteignez toujours les mêmes nombres",
    en="You always switch off the same numbers",
    hint_fr="Le générateur doit recevoir le paramètre seed, et non un nombre fixe.",
    hint_en="The generator has to be given the parameter seed, not a fixed number.",
)
@pytest.mark.mistake(
    "not-reproducible",
    fr="La même graine ne redonne pas le même résultat",
    en="The same seed does not give the same result again",
    hint_fr="Construisez dans la fonction un générateur à partir de seed, et de lui seul.",
    hint_en="Make a generator inside the function, from seed and from nothing else.",
)
def test_the_seed_of_dropout(student, rng, mistake):
    x = rng.uniform(1, 9, size=(20, 20)).round(2)
    seeds = [int(seed) for seed in rng.choice(10**6, size=3, replace=False)]
    masks = [numbers(student, x, rate=0.5, training=True, seed=seed) != 0 for seed in seeds]
    again = numbers(student, x, rate=0.5, training=True, seed=seeds[0]) != 0
    assert not masks[0].all(), "nothing is switched off at a rate of 50 %"
    if all((mask == masks[0]).all() for mask in masks):
        mistake("same-for-every-seed")
        pytest.fail("three seeds switch off the same numbers")
    if (again != masks[0]).any():
        mistake("not-reproducible")
        pytest.fail("one seed switches off other numbers the second time")
    # Two masks agree on half of their places, by chance.
    shared = (masks[0] == masks[1]).mean()
    assert 0.25 < shared < 0.75, f"two seeds agree on {shared:.0%} of the places"


@pytest.mark.points(1)
@pytest.mark.title(fr="Le dropout à l’évaluation", en="Dropout in evaluation")
@pytest.mark.hint(
    fr="Le dropout inversé a déjà tout compensé pendant l’entraînement.",
    en="Inverted dropout has made up for everything during training.",
)
@pytest.mark.mistake(
    "drops-in-evaluation",
    fr="Vous éteignez encore pendant l’évaluation",
    en="You still switch off in evaluation",
    hint_fr="Le paramètre training dit si l’on s’entraîne : sinon, rien n’est éteint.",
    hint_en="The parameter training says whether it is training: if not, nothing goes off.",
)
@pytest.mark.mistake(
    "rescales-in-evaluation",
    fr="Vous changez l’échelle pendant l’évaluation",
    en="You change the scale in evaluation",
    hint_fr="C’est l’autre dropout qui multiplie par 1 - r à l’évaluation, pas l’inversé.",
    hint_en="It is the other dropout that multiplies by 1 - r in evaluation, not the inverted.",
)
def test_dropout_in_evaluation(student, rng, mistake):
    for rate, shape in ((0.5, (6, 7)), (0.25, (3, 2, 4, 4))):
        x = rng.uniform(1, 9, size=shape).round(2)
        answer = numbers(student, x, rate=rate, training=False, seed=int(rng.integers(10**6)))
        if (answer == 0).any():
            mistake("drops-in-evaluation")
        elif np.allclose(answer, x * (1 - rate)) or np.allclose(answer, x / (1 - rate)):
            mistake("rescales-in-evaluation")
        expect_close(answer, x)


def draw(rng, shape):
    """Return a batch whose channels differ, and the layer's four vectors."""
    channels = shape[1]
    scale, centre = rng.uniform(1, 4, size=(2, channels, 1, 1))
    x = (scale * rng.normal(size=shape) + 2 * centre).round(3)
    gamma, beta, mean = rng.uniform(1, 3, size=(3, channels)).round(2)
    layer = {"gamma": gamma, "beta": -beta, "mean": mean}
    return x, layer | {"variance": rng.uniform(2, 5, size=channels).round(2)}


def column(values):
    return np.reshape(values, (-1, 1, 1))


def standardised(x, mean, spread, layer):
    """Return x with the layer's scale and shift, given its mean and its deviation."""
    return column(layer["gamma"]) * (x - mean) / spread + column(layer["beta"])


def by_channel(x):
    """Return each channel's mean and its variance divided by n, and n."""
    rows = np.stack([x[:, channel].ravel() for channel in range(x.shape[1])])
    mean = rows.sum(axis=1) / rows.shape[1]
    deviations = rows - mean[:, None]
    return mean, np.square(deviations).sum(axis=1) / rows.shape[1], rows.shape[1]


def normalised(student, x, layer, **options):
    """Return the three answers of batch_norm, as arrays of the right shapes."""
    answer = student.batch_norm(x, **layer, **options)
    assert isinstance(answer, list | tuple), "expected three values: return y, mean, variance"
    assert len(answer) == 3, "expected three values: return y, mean, variance"
    names = ("y", "the running mean", "the running variance")
    likes = (x, layer["mean"], layer["mean"])
    triples = zip(answer, likes, names, strict=True)
    return [expect_array(value, like=like, name=name) for value, like, name in triples]


def suspect(mistake, answer, wrong):
    """Name the mistake whose result the answer is, if it is one's."""
    for slug, value in wrong.items():
        if np.allclose(answer, value, **NEAR):
            mistake(slug)


@pytest.mark.points(2)
@pytest.mark.title(fr="La normalisation à l’entraînement", en="Normalisation in training")
@pytest.mark.hint(
    fr="Avec γ = 1 et β = 0, chaque canal devrait avoir une moyenne nulle et une variance de 1.",
    en="With γ = 1 and β = 0, each channel should have a mean of 0 and a variance of 1.",
)
@WRONG_AXES
@pytest.mark.mistake(
    "scale-and-shift-forgotten",
    fr="Vous oubliez l’échelle ou le décalage",
    en="You forget the scale or the shift",
    hint_fr="Après la normalisation viennent γ, qui multiplie, et β, qui s’ajoute.",
    hint_en="After normalising come γ, which multiplies, and β, which is added.",
)
@pytest.mark.mistake(
    "epsilon-outside-the-root",
    fr="Vous ajoutez ε hors de la racine",
    en="You add ε outside the root",
    hint_fr="ε s’ajoute à la variance, avant la racine.",
    hint_en="ε is added to the variance, before the root.",
)
@pytest.mark.mistake(
    "corrected-variance",
    fr="Vous normalisez par la variance corrigée",
    en="You normalise by the corrected variance",
    hint_fr="Pour normaliser, on divise par n ; n - 1 ne sert qu’à la moyenne glissante.",
    hint_en="To normalise, divide by n; n - 1 is for the running average alone.",
)
@pytest.mark.mistake(
    "running-statistics-in-training",
    fr="Vous normalisez par les moyennes glissantes",
    en="You normalise by the running averages",
    hint_fr="À l’entraînement, c’est le lot présent que l’on mesure.",
    hint_en="In training it is the batch at hand that is measured.",
)
def test_normalisation_in_training(student, rng, mistake):
    for shape, eps in zip(SHAPES, (1e-5, 0.5, 2.0, 1e-3), strict=True):
        x, layer = draw(rng, shape)
        mean, variance, count = by_channel(x)
        centre, spread = column(mean), np.sqrt(column(variance) + eps)
        found, *_ = normalised(student, x, layer, training=True, momentum=0.2, eps=eps)
        corrected = np.sqrt(column(variance) * count / (count - 1) + eps)
        for axes in (None, 0, (0, 1), (2, 3), (1, 2, 3), (0, 1, 2, 3)):
            parts = {"axis": axes, "keepdims": True}
            other = standardised(x, x.mean(**parts), np.sqrt(x.var(**parts) + eps), layer)
            suspect(mistake, found, {"wrong-axes": other})
        plain = (x - centre) / spread
        outside = np.sqrt(column(variance)) + eps
        old = column(layer["mean"]), np.sqrt(column(layer["variance"]) + eps)
        wrong = {
            "epsilon-outside-the-root": standardised(x, centre, outside, layer),
            "corrected-variance": standardised(x, centre, corrected, layer),
            "running-statistics-in-training": standardised(x, *old, layer),
        }
        suspect(mistake, found, wrong)
        for part in (plain, plain * column(layer["gamma"]), plain + column(layer["beta"])):
            suspect(mistake, found, {"scale-and-shift-forgotten": part})
        expect_close(found, standardised(x, centre, spread, layer), **NEAR, name="y")


@pytest.mark.points(1)
@pytest.mark.title(fr="Les moyennes glissantes", en="The running averages")
@pytest.mark.hint(
    fr="Avec un coefficient de 0,1, un seul lot change peu les moyennes glissantes.",
    en="With a coefficient of 0.1 a single batch changes the running averages little.",
)
@pytest.mark.mistake(
    "momentum-reversed",
    fr="Vous intervertissez l’ancien et le nouveau",
    en="You mix up the old and the new",
    hint_fr="momentum est le poids du lot présent, 1 - momentum celui du passé.",
    hint_en="momentum is the weight of the batch at hand, 1 - momentum that of the past.",
)
@pytest.mark.mistake(
    "variance-not-corrected",
    fr="Vous oubliez le facteur n/(n - 1)",
    en="You forget the factor n/(n - 1)",
    hint_fr="La variance que l’on retient pour plus tard est la variance corrigée.",
    hint_en="The variance that is kept for later is the corrected one.",
)
@pytest.mark.mistake(
    "running-averages-kept",
    fr="Vous ne mettez pas à jour les moyennes glissantes",
    en="You do not update the running averages",
    hint_fr="À l’entraînement, renvoyez les nouvelles moyennes, non celles qu’on vous a passées.",
    hint_en="In training return the new averages, not those that you were given.",
)
@WRONG_AXES
def test_the_running_averages(student, rng, mistake):
    for shape, momentum in zip(SHAPES, (0.1, 0.3, 1.0, 0.05), strict=True):
        x, layer = draw(rng, shape)
        old = np.stack([layer["mean"], layer["variance"]])
        mean, variance, count = by_channel(x)
        batch = np.stack([mean, variance * count / (count - 1)])
        right = (1 - momentum) * old + momentum * batch
        answer = normalised(student, x, layer, training=True, momentum=momentum, eps=1e-5)
        uncorrected = (1 - momentum) * old + momentum * np.stack([mean, variance])
        wrong = {
            "momentum-reversed": momentum * old + (1 - momentum) * batch,
            "variance-not-corrected": uncorrected,
            "running-averages-kept": old,
        }
        suspect(mistake, answer[1:], wrong)
        expect_close(answer[1], right[0], **NEAR, name="the running mean")
        expect_close(answer[2], right[1], **NEAR, name="the running variance")


@pytest.mark.points(1.5)
@pytest.mark.title(fr="La normalisation à l’évaluation", en="Normalisation in evaluation")
@pytest.mark.hint(
    fr="Une image seule doit recevoir la même réponse qu’au milieu de son lot.",
    en="An image by itself should get the same answer as in the midst of its batch.",
)
@STATISTICS_IN_EVALUATION
@pytest.mark.mistake(
    "updates-in-evaluation",
    fr="Vous mettez à jour les moyennes pendant l’évaluation",
    en="You update the averages in evaluation",
    hint_fr="Évaluer ne doit rien apprendre au réseau : ses moyennes glissantes restent.",
    hint_en="Evaluation must teach the network nothing: its running averages stay.",
)
def test_normalisation_in_evaluation(student, rng, mistake):
    for shape, eps in zip(SHAPES, (1e-5, 0.5, 2.0, 1e-3), strict=True):
        x, layer = draw(rng, shape)
        mean, variance, _ = by_channel(x)
        spread = np.sqrt(column(layer["variance"]) + eps)
        right = standardised(x, column(layer["mean"]), spread, layer)
        measured = standardised(x, column(mean), np.sqrt(column(variance) + eps), layer)
        for part in (slice(None), slice(1)):
            found, kept_mean, kept_variance = normalised(
                student, x[part], layer, training=False, momentum=0.2, eps=eps
            )
            if part == slice(None):
                suspect(mistake, found, {"batch-statistics-in-evaluation": measured})
            expect_close(found, right[part], **NEAR, name="y")
            if not np.allclose([kept_mean, kept_variance], [layer["mean"], layer["variance"]]):
                mistake("updates-in-evaluation")
            expect_close(kept_mean, layer["mean"], name="the running mean")
            expect_close(kept_variance, layer["variance"], name="the running variance")
