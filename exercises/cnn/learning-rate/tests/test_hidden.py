import numpy as np
import pytest

from graders.expect import expect_array, expect_close, expect_number

NEAR = {"rtol": 1e-3, "atol": 1e-9}


def suspect(mistake, answer, wrong):
    """Name the mistake whose result the answer is, if it is one's."""
    for slug, value in wrong.items():
        if np.shape(answer) == np.shape(value) and np.allclose(answer, value, **NEAR):
            mistake(slug)


@pytest.mark.points(1)
@pytest.mark.title(fr="Les taux de l’essai", en="The rates of the range test")
@pytest.mark.hint(
    fr="Divisez chaque taux par le précédent : le rapport doit être toujours le même.",
    en="Divide each rate by the one before: the ratio should be the same throughout.",
)
@pytest.mark.mistake(
    "linear-spacing",
    fr="Vos taux sont régulièrement espacés",
    en="Your rates are evenly spaced",
    hint_fr="On multiplie d’un taux au suivant, au lieu d’ajouter.",
    hint_en="From one rate to the next, multiply instead of adding.",
)
@pytest.mark.mistake(
    "end-left-out",
    fr="Vous n’atteignez pas le dernier taux",
    en="You do not reach the last rate",
    hint_fr="Entre count taux, il n’y a que count - 1 intervalles.",
    hint_en="Between count rates there are only count - 1 intervals.",
)
def test_the_rates_of_the_range_test(student, rng, mistake):
    for count in (2, 7, 40):
        low, high = float(rng.uniform(1e-6, 1e-3)), float(rng.uniform(0.5, 20))
        right = np.exp(np.linspace(np.log(low), np.log(high), count))
        found = expect_array(student.finder_rates(low, high, count), like=right)
        wrong = {
            "linear-spacing": np.linspace(low, high, count),
            "end-left-out": low * (high / low) ** (np.arange(count) / count),
        }
        suspect(mistake, found, wrong)
        expect_close(found, right, **NEAR, name="the rates")


def loss_of(x, y, weights):
    return float(np.square(x @ weights - y).mean())


def run(x, y, weights, rates, *, stop=True, restart=False):
    """Return the losses before each step and after the last, up to where the test stops.

    With `restart`, each step is taken from the initial weights.
    """
    start, losses = weights, [loss_of(x, y, weights)]
    for rate in rates:
        origin = start if restart else weights
        weights = origin - rate * 2 * (x @ origin - y) @ x / len(y)
        losses.append(loss_of(x, y, weights))
    ratios = losses[1:] / np.minimum.accumulate(losses)[:-1]
    over = np.flatnonzero(ratios > 4) if stop else []
    return np.array(losses[: over[0] + 1] if len(over) else losses)


def data(rng, count, length):
    x = rng.normal(size=(count, length)).round(2)
    y = (x @ rng.normal(size=length) + rng.normal(size=count)).round(2)
    return x, y, rng.normal(size=length).round(2)


@pytest.mark.points(2)
@pytest.mark.title(fr="Le parcours de l’essai", en="The run of the range test")
@pytest.mark.hint(
    fr="La perte se note avant le pas, aux poids que les pas précédents ont laissés.",
    en="The loss is recorded before the step, at the weights that earlier steps have left.",
)
@pytest.mark.mistake(
    "weights-restarted",
    fr="Vous repartez des poids initiaux à chaque taux",
    en="You go back to the initial weights at every rate",
    hint_fr="C’est un seul entraînement : chaque pas part de là où le précédent est arrivé.",
    hint_en="It is a single training run: each step starts where the one before has ended.",
)
@pytest.mark.mistake(
    "loss-after-the-step",
    fr="Vous notez la perte après le pas",
    en="You record the loss after the step",
    hint_fr="La première perte notée est celle des poids initiaux.",
    hint_en="The first loss recorded is that of the initial weights.",
)
@pytest.mark.mistake(
    "never-stops",
    fr="Vous continuez après l’explosion",
    en="You go on after the explosion",
    hint_fr="Arrêtez-vous dès que la perte dépasse 4 fois la plus petite.",
    hint_en="Stop as soon as the loss is more than 4 times the lowest.",
)
@pytest.mark.mistake(
    "stop-recorded",
    fr="Vous notez la perte qui fait tout arrêter",
    en="You record the loss that stops the run",
    hint_fr="L’examen vient avant la note : la perte trop grande n’est pas gardée.",
    hint_en="Look before you record: the loss that is too large is not kept.",
)
def test_the_run_of_the_range_test(student, rng, mistake):
    for low, high, count in ((1e-4, 1e-2, 12), (1e-3, 20.0, 30), (1e-2, 5.0, 15)):
        x, y, weights = data(rng, 25, 4)
        rates = np.geomspace(low, high, count)
        every = run(x, y, weights, rates, stop=False)
        kept = run(x, y, weights, rates)
        right = kept[:count]
        found = expect_array(student.range_test(x, y, weights, rates), shape=(None,))
        again = run(x, y, weights, rates, restart=True)
        whole = run(x, y, weights, rates, restart=True, stop=False)
        constant = np.full(count, every[0])
        for other in (again, again[1:], again[:count], whole[1:], whole[:count], constant):
            suspect(mistake, found, {"weights-restarted": other})
        wrong = {"loss-after-the-step": kept[1:]}
        if len(kept) < count:
            wrong |= {"stop-recorded": every[: len(kept) + 1], "never-stops": every[:count]}
        suspect(mistake, found, wrong)
        expect_close(found, right, **NEAR, name="the losses")
    # The loss is the square of the weight, which a step multiplies by 1 - 2η: four times the
    # lowest, no more, then 4.5 times.
    square = np.ones((1, 1)), np.zeros(1), np.full(1, 2.0 ** rng.integers(-3, 4))
    found = student.range_test(*square, np.array([1.5, (1 + np.sqrt(4.5 / 4)) / 2, 0.1]))
    expect_close(found, square[2] ** 2 * [1, 4], **NEAR, name="the losses")


@pytest.mark.points(1)
@pytest.mark.title(fr="Une perte qui n’est plus un nombre", en="A loss that is no longer a number")
@pytest.mark.hint(
    fr="Aucune comparaison avec NaN n’est vraie, pas même NaN > 1.",
    en="No comparison with NaN is true, not even NaN > 1.",
)
def test_a_loss_that_is_no_longer_a_number(student, rng):
    for far in (1e200, 1e308):
        x, y, weights = data(rng, 12, 3)
        # A slope of about 1,000 along each weight: 1e308 times that is no float.
        weights = weights + rng.choice([-1, 1], size=3) * 500
        rates = np.array([1e-3, far, 1e-3, 1e-3])
        found = student.range_test(x, y, weights, rates)
        expect_close(found, run(x, y, weights, rates[:1]), **NEAR, name="the losses")


@pytest.mark.points(1)
@pytest.mark.title(fr="Le choix du taux", en="The choice of the rate")
@pytest.mark.hint(
    fr="Cherchez la place de la plus petite perte, puis le taux à cette place.",
    en="Find the place of the lowest loss, then the rate at that place.",
)
@pytest.mark.mistake(
    "rate-at-the-minimum",
    fr="Vous ne gardez aucune marge",
    en="You keep no margin",
    hint_fr="Au minimum de la courbe, l’explosion est proche : prenez dix fois moins.",
    hint_en="At the lowest point of the curve the explosion is near: take ten times less.",
)
@pytest.mark.mistake(
    "largest-rate",
    fr="Vous partez du plus grand taux essayé",
    en="You start from the largest rate tried",
    hint_fr="C’est la perte la plus basse qui désigne le taux, non la fin de l’essai.",
    hint_en="It is the lowest loss that points to the rate, not the end of the run.",
)
def test_the_choice_of_the_rate(student, rng, mistake):
    for count, recorded in ((20, 20), (30, 17), (9, 5)):
        rates = np.geomspace(1e-5, 1, count)
        losses = rng.uniform(1, 4, size=recorded).round(3)
        first, second = sorted(rng.choice(np.arange(1, recorded - 1), size=2, replace=False))
        losses[[first, second]] = 0.5
        found = expect_number(student.suggest_rate(rates, losses), name="the chosen rate")
        for last in (recorded - 1, -1):
            wrong = {"rate-at-the-minimum": rates[first], "largest-rate": rates[last] / 10}
            suspect(mistake, found, wrong)
        expect_close(found, rates[first] / 10, rtol=1e-4, atol=1e-12, name="the chosen rate")


def half_cosine(along):
    return np.sin(np.pi * along / 2) ** 2


def cycle(max_rate, steps, peak, div, final_div, *, slope=half_cosine):
    """Return the schedule; `slope` leads from 0 to 1, the cosine's way unless told."""
    first = max_rate / div
    last = first / final_div
    up = first + (max_rate - first) * slope(np.arange(peak + 1) / peak)
    down = max_rate + (last - max_rate) * slope(np.arange(1, steps - peak) / (steps - 1 - peak))
    return np.concatenate([up, down])


CASES = ((0.1, 20, 6, 25.0, 100.0), (3.0, 11, 8, 4.0, 10.0), (0.02, 3, 1, 10.0, 50.0))
RESTARTS = pytest.mark.mistake(
    "restarts",
    fr="Votre taux remonte après être descendu",
    en="Your rate rises again after it has fallen",
    hint_fr="Il n’y a qu’un cycle : une montée, un sommet, une descente jusqu’au dernier pas.",
    hint_en="There is one cycle only: up, a peak, and down until the last step.",
)


@pytest.mark.points(1.5)
@pytest.mark.title(fr="Un seul sommet, à sa place", en="One peak, in its place")
@pytest.mark.hint(
    fr="Le plus grand taux doit être exactement max_rate, et se trouver au pas peak.",
    en="The largest rate has to be exactly max_rate, and to stand at step peak.",
)
@RESTARTS
@pytest.mark.mistake(
    "wrong-maximum",
    fr="Votre plus grand taux n’est pas max_rate",
    en="Your largest rate is not max_rate",
    hint_fr="Vérifiez le taux au pas peak : le premier versant doit y finir tout en haut.",
    hint_en="Check the rate at step peak: the first slope has to end right at the top there.",
)
@pytest.mark.mistake(
    "peak-misplaced",
    fr="Votre sommet n’est pas au pas demandé",
    en="Your peak is not at the step asked for",
    hint_fr="Les pas sont numérotés à partir de 0, et peak est l’un de ces numéros.",
    hint_en="Steps are numbered from 0, and peak is one of those numbers.",
)
def test_one_peak_in_its_place(student, rng, mistake):
    for scale, steps, peak, div, final_div in CASES:
        largest = round(float(scale * rng.uniform(0.5, 2)), 6)
        options = {"steps": steps, "peak": peak, "div": div, "final_div": final_div}
        answer = student.one_cycle(largest, **options)
        found = expect_array(answer, shape=(steps,), name="the cycle")
        moves = np.diff(found)
        falls = np.flatnonzero(moves < -1e-6 * largest)
        if len(falls) and (moves[falls[0] :] > 1e-6 * largest).any():
            mistake("restarts")
            pytest.fail("the rate rises again after it has fallen")
        if not np.isclose(found.max(), largest, rtol=1e-4):
            mistake("wrong-maximum")
        expect_close(float(found.max()), largest, rtol=1e-4, name="the largest rate")
        if found.argmax() != peak:
            mistake("peak-misplaced")
            pytest.fail(f"the peak is at step {found.argmax()}, expected step {peak}")


@pytest.mark.points(1.5)
@pytest.mark.title(fr="Les deux versants du cycle", en="The two slopes of the cycle")
@pytest.mark.hint(
    fr="Comparez d’abord les trois taux connus : au départ, au sommet et à la fin.",
    en="Compare first the three rates that are known: at the start, at the peak, at the end.",
)
@RESTARTS
@pytest.mark.mistake(
    "straight-slopes",
    fr="Vos versants sont des droites",
    en="Your slopes are straight lines",
    hint_fr="Un cosinus part doucement, va plus vite au milieu, et finit doucement.",
    hint_en="A cosine starts gently, is faster half-way, and ends gently.",
)
@pytest.mark.mistake(
    "ends-where-it-began",
    fr="Vous finissez au taux du départ",
    en="You end at the rate of the start",
    hint_fr="Le dernier taux est celui du départ, divisé encore par final_div.",
    hint_en="The last rate is that of the start, divided once more by final_div.",
)
@pytest.mark.mistake(
    "ends-too-high",
    fr="Vous oubliez div dans le dernier taux",
    en="You leave div out of the last rate",
    hint_fr="On divise le taux de départ par final_div, et non le plus grand.",
    hint_en="It is the rate of the start that is divided by final_div, not the largest.",
)
def test_the_two_slopes_of_the_cycle(student, rng, mistake):
    for scale, steps, peak, div, final_div in CASES:
        largest = round(float(scale * rng.uniform(0.5, 2)), 6)
        right = cycle(largest, steps, peak, div, final_div)
        options = {"steps": steps, "peak": peak, "div": div, "final_div": final_div}
        found = expect_array(student.one_cycle(largest, **options), like=right, name="the cycle")
        wrong = {
            "straight-slopes": cycle(largest, steps, peak, div, final_div, slope=np.array),
            "ends-where-it-began": cycle(largest, steps, peak, div, 1.0),
            "ends-too-high": cycle(largest, steps, peak, div, final_div / div),
        }
        suspect(mistake, found, wrong)
        expect_close(found, right, rtol=1e-3, atol=1e-6 * largest, name="the cycle")
    usual = cycle(0.5, 50, 15, 25.0, 10000.0)
    found = student.one_cycle(0.5, steps=50, peak=15)
    expect_close(found, usual, rtol=1e-3, atol=5e-7, name="the cycle by default")
