from itertools import permutations

import numpy as np
import pytest

from graders.expect import expect_array, expect_close, expect_equal

NEAR = {"rtol": 1e-4, "atol": 1e-4}

LAST_BATCH_LOST = pytest.mark.mistake(
    "last-batch-lost",
    fr="Vous perdez le dernier lot",
    en="You lose the last batch",
    hint_fr="Quand size ne divise pas le nombre d’images, il reste un lot plus petit.",
    hint_en="When size does not divide the number of images, a smaller batch is left over.",
)
LABELS_APART = pytest.mark.mistake(
    "labels-shuffled-apart",
    fr="Vos étiquettes ne suivent pas leurs images",
    en="Your labels do not follow their images",
    hint_fr="Un seul ordre, tiré une fois, doit servir aux images et aux étiquettes.",
    hint_en="One order, drawn once, has to serve for both the images and the labels.",
)
SAME_FOR_EVERY_SEED = pytest.mark.mistake(
    "same-for-every-seed",
    fr="Votre mélange ne dépend pas de la graine",
    en="Your shuffle does not depend on the seed",
    hint_fr="Le générateur doit recevoir le paramètre seed, et non un nombre fixe.",
    hint_en="The generator has to be given the parameter seed, not a fixed number.",
)


def numbered(rng, count):
    """Return images that tell their own number in each pixel, and labels that tell it too."""
    tags = rng.permutation(1000)[:count]
    images = np.arange(count)[:, None, None] + np.zeros((count, 2, 3))
    return images, tags


def batches_of(student, images, labels, size, seed):
    """Return the batches as pairs: each image's number, -1 where it is none, and the labels."""
    answer = student.mini_batches(images, labels, size=size, seed=seed)
    assert isinstance(answer, list | tuple), "expected a list of batches"
    read = []
    for batch in answer:
        assert isinstance(batch, list | tuple), "a batch is a pair: (images, labels)"
        assert len(batch) == 2, "a batch is a pair: (images, labels)"
        given = expect_array(batch[1], shape=(None,), name="a batch's labels")
        shape = (len(given), *images.shape[1:])
        seen = expect_array(batch[0], shape=shape, name="a batch's images")
        known = (seen[:, None] == images).all(axis=(2, 3))
        numbers = np.where(known.any(axis=1), known.argmax(axis=1), -1)
        read.append((numbers.tolist(), given.tolist()))
    return read


def order_of(batches):
    return [number for numbers, _ in batches for number in numbers]


@pytest.mark.points(2)
@pytest.mark.title(fr="Chaque image une fois et une seule", en="Each image once, and once only")
@pytest.mark.hint(
    fr="Des lots pleins, puis ce qui reste : combien d’images en tout, et combien par lot ?",
    en="Full batches, then what is left: how many images in all, and how many in each batch?",
)
@LAST_BATCH_LOST
@pytest.mark.mistake(
    "images-repeated",
    fr="Une même image revient plusieurs fois",
    en="One image comes back several times",
    hint_fr="Un tirage avec remise répète des images et en oublie d’autres : il faut un mélange.",
    hint_en="Drawing with replacement repeats some images and forgets others: shuffle them.",
)
@pytest.mark.mistake(
    "batches-evened-out",
    fr="Vous égalisez la taille des lots",
    en="You even out the sizes of the batches",
    hint_fr="Tous les lots ont size images, sauf le dernier, qui a le reste.",
    hint_en="All batches have size images, but for the last, which has the remainder.",
)
def test_each_image_once(student, rng, mistake):
    for count, size in ((23, 6), (20, 5), (3, 8), (7, 1), (9, 8)):
        images, labels = numbered(rng, count)
        batches = batches_of(student, images, labels, size, seed=int(rng.integers(10**6)))
        order, sizes = order_of(batches), [len(numbers) for numbers, _ in batches]
        assert -1 not in order, "a batch holds an image that was not given"
        full = [size] * (count // size)
        right = full + [count % size] * (count % size > 0)
        if len(set(order)) < len(order):
            mistake("images-repeated")
        elif sizes != right and sizes == full:
            mistake("last-batch-lost")
        elif sizes != right and sorted(order) == list(range(count)) and len(sizes) == len(right):
            mistake("batches-evened-out")
        expect_equal(sizes, right, name="the sizes of the batches")
        expect_equal(sorted(order), list(range(count)), name="the images, sorted")


@pytest.mark.points(1.5)
@pytest.mark.title(fr="Chaque image garde son étiquette", en="Each image keeps its label")
@pytest.mark.hint(
    fr="Cherchez, dans un lot, l’étiquette d’origine de chaque image.",
    en="Look up, for each image of a batch, the label it had to begin with.",
)
@LABELS_APART
@pytest.mark.mistake(
    "images-changed",
    fr="Vos images ne sont plus celles de départ",
    en="Your images are no longer those you were given",
    hint_fr="Former des lots déplace les images, sans rien changer à leurs pixels.",
    hint_en="Making batches moves images about, and changes nothing in their pixels.",
)
def test_each_image_keeps_its_label(student, rng, mistake):
    for count, size in ((12, 5), (40, 8)):
        images, labels = numbered(rng, count)
        batches = batches_of(student, images, labels, size, seed=int(rng.integers(10**6)))
        assert batches, "there is no batch"
        for numbers, given in batches:
            if -1 in numbers:
                mistake("images-changed")
                pytest.fail("an image that was not given")
            right = [int(labels[number]) for number in numbers]
            if right != given:
                mistake("labels-shuffled-apart")
            expect_equal(given, right, name="a batch's labels")


@pytest.mark.points(1.5)
@pytest.mark.title(
    fr="Un vrai mélange, tiré de la graine", en="A true shuffle, drawn from the seed"
)
@pytest.mark.hint(
    fr="Les voisines de départ ne devraient presque jamais se suivre dans le nouvel ordre.",
    en="Images that were neighbours should hardly ever follow each other in the new order.",
)
@SAME_FOR_EVERY_SEED
@pytest.mark.mistake(
    "not-shuffled",
    fr="Vous ne mélangez pas les images",
    en="You do not shuffle the images",
    hint_fr="Les lots suivent l’ordre de départ : mélangez avant de couper.",
    hint_en="The batches follow the order given: shuffle before you cut.",
)
@pytest.mark.mistake(
    "shuffled-in-blocks",
    fr="Vous coupez avant de mélanger",
    en="You cut before you shuffle",
    hint_fr="Un lot doit pouvoir réunir des images de tous les endroits : mélangez d’abord.",
    hint_en="A batch has to be able to join images from anywhere: shuffle first.",
)
@pytest.mark.mistake(
    "not-reproducible",
    fr="La même graine ne redonne pas le même mélange",
    en="The same seed does not give the same shuffle again",
    hint_fr="Construisez dans la fonction un générateur à partir de seed, et de lui seul.",
    hint_en="Make a generator inside the function, from seed and from nothing else.",
)
def test_a_true_shuffle(student, rng, mistake):
    count, size = 60, 12
    images, labels = numbered(rng, count)
    seeds = [int(seed) for seed in rng.choice(10**6, size=4, replace=False)]
    shuffles = [batches_of(student, images, labels, size, seed) for seed in seeds]
    orders = [order_of(batches) for batches in shuffles]
    for batches, order in zip(shuffles, orders, strict=True):
        assert -1 not in order, "a batch holds an image that was not given"
        assert len(order) == count, f"{len(order)} images in the batches, expected {count}"
        if order == list(range(count)):
            mistake("not-shuffled")
            pytest.fail("the images are in the order in which they were given")
        steps = np.abs(np.diff(order))
        blocks = [max(numbers) - min(numbers) < len(numbers) for numbers, _ in batches]
        if all(blocks) or (steps == 1).mean() > 0.5:
            mistake("shuffled-in-blocks")
            pytest.fail("neighbours have stayed together")
    if all(order == orders[0] for order in orders):
        mistake("same-for-every-seed")
        pytest.fail("two seeds give the same order")
    again = order_of(batches_of(student, images, labels, size, seeds[0]))
    if again != orders[0]:
        mistake("not-reproducible")
        pytest.fail("the same seed gives two orders")


def slopes(images, labels, weights, bias):
    """Return the gradient of the mean cross-entropy."""
    flat = images.reshape(len(images), -1)
    scores = flat @ weights.T + bias
    error = np.exp(scores - np.logaddexp.reduce(scores, axis=1)[:, None])
    error[np.arange(len(labels)), labels] -= 1
    return error.T @ flat / len(flat), error.sum(axis=0) / len(flat)


def descended(start, batches, rate):
    """Return the weights after a step for each (images, labels, factor)."""
    weights, bias = start
    for images, labels, factor in batches:
        down = slopes(images, labels, weights, bias)
        weights, bias = weights - rate * factor * down[0], bias - rate * factor * down[1]
    return weights, bias


def trained(student, images, labels, start, **options):
    """Return the weights and the bias that the student's training ends with."""
    answer = student.train(images, labels, *start, **options)
    assert isinstance(answer, list | tuple), "expected a pair: return weights, bias"
    assert len(answer) == 2, "expected a pair: return weights, bias"
    weights = expect_array(answer[0], like=start[0], name="the weights")
    return weights, expect_array(answer[1], like=start[1], name="the bias")


def same(one, other):
    return all(np.allclose(a, b, **NEAR) for a, b in zip(one, other, strict=True))


@pytest.mark.points(2)
@pytest.mark.title(fr="Un pas par lot", en="One step per batch")
@pytest.mark.hint(
    fr="Combien de pas en une époque ? Et par combien d’images se divise chaque gradient ?",
    en="How many steps make an epoch? And by how many images is each gradient divided?",
)
@LAST_BATCH_LOST
@pytest.mark.mistake(
    "one-step-per-epoch",
    fr="Vous ne faites qu’un pas par époque",
    en="You take a single step per epoch",
    hint_fr="Les poids changent après chaque lot, sans attendre la fin de l’époque.",
    hint_en="The weights change after each batch, without waiting for the epoch to end.",
)
@pytest.mark.mistake(
    "divided-by-size",
    fr="Vous divisez toujours par size",
    en="You always divide by size",
    hint_fr="Le dernier lot est plus petit : sa moyenne porte sur ses propres images.",
    hint_en="The last batch is smaller: its mean is over the images that it has.",
)
@pytest.mark.mistake(
    "sum-for-mean",
    fr="Vous additionnez les gradients du lot",
    en="You add up the gradients of the batch",
    hint_fr="Le pas suit le gradient moyen : gradients fait déjà la division.",
    hint_en="The step follows the mean gradient: gradients has divided already.",
)
@pytest.mark.mistake(
    "sign",
    fr="Vous remontez la pente",
    en="You climb the slope",
    hint_fr="La descente retranche le gradient.",
    hint_en="Descent takes the gradient away.",
)
def test_one_step_per_batch(student, rng, mistake):
    # Images that are all alike: no shuffle matters, so the result is known exactly.
    for count, size, epochs in ((7, 3, 2), (8, 4, 3), (5, 9, 4)):
        classes, height, width = 3, 2, 3
        images = np.tile(rng.normal(size=(1, height, width)).round(2), (count, 1, 1))
        labels = np.full(count, rng.integers(classes))
        start = rng.normal(size=(classes, height * width)).round(2), rng.normal(size=classes)
        full, rest = divmod(count, size)
        sizes = [size] * full + [rest] * (rest > 0)

        def after(factors, images=images, labels=labels, start=start):
            return descended(start, [(images, labels, factor) for factor in factors], 0.1)

        options = {"size": size, "rate": 0.1, "epochs": epochs, "seed": int(rng.integers(10**6))}
        answer = trained(student, images, labels, start, **options)
        wrong = {
            "last-batch-lost": [1] * full * epochs,
            "one-step-per-epoch": [1] * epochs,
            "divided-by-size": [part / size for part in sizes] * epochs,
            "sum-for-mean": sizes * epochs,
            "sign": [-1] * len(sizes) * epochs,
        }
        right = [1] * len(sizes) * epochs
        for slug, factors in wrong.items():
            if factors != right and same(answer, after(factors)):
                mistake(slug)
        weights, bias = after(right)
        expect_close(answer[0], weights, **NEAR, name="the weights")
        expect_close(answer[1], bias, **NEAR, name="the bias")


@pytest.mark.points(1)
@pytest.mark.title(fr="Un mélange neuf à chaque époque", en="A fresh shuffle in each epoch")
@pytest.mark.hint(
    fr="Avec trois images et des lots d’une seule, tout dépend de l’ordre : d’où vient-il ?",
    en="With three images in batches of one, all depends on their order: where is it from?",
)
@LABELS_APART
@SAME_FOR_EVERY_SEED
@pytest.mark.mistake(
    "never-reshuffled",
    fr="Vous reprenez le même ordre à chaque époque",
    en="You use the same order in each epoch",
    hint_fr="Un générateur reconstruit avec la même graine redonne le même ordre.",
    hint_en="A generator that is built again with the same seed gives the same order again.",
)
def test_a_fresh_shuffle_in_each_epoch(student, rng, mistake):
    images = rng.normal(size=(3, 2, 2)).round(2)
    labels = rng.permutation(3)
    start = np.zeros((3, 4)), np.zeros(3)
    orders = list(permutations(range(3)))

    def after(order, labelled):
        pairs = zip(order, labelled, strict=True)
        return descended(start, [(images[[i]], labels[[j]], 1) for i, j in pairs], 0.5)

    ends = {one + two: after(one + two, one + two) for one in orders for two in orders}
    apart = [after(one, other) for one in orders for other in orders if one != other]
    found = []
    for seed in rng.choice(10**6, size=8, replace=False):
        options = {"size": 1, "rate": 0.5, "seed": int(seed)}
        once = trained(student, images, labels, start, epochs=1, **options)
        if not any(same(once, after(order, order)) for order in orders):
            if any(same(once, end) for end in apart):
                mistake("labels-shuffled-apart")
            pytest.fail("no order of the images leads to these weights")
        twice = trained(student, images, labels, start, epochs=2, **options)
        matching = [order for order, end in ends.items() if same(twice, end)]
        assert matching, "no order of the images leads to these weights"
        found.append(matching)
    if all(any(order[:3] == order[3:] for order in matching) for matching in found):
        mistake("never-reshuffled")
        pytest.fail("both epochs have the same order")
    if all(matching == found[0] for matching in found):
        mistake("same-for-every-seed")
        pytest.fail("all seeds have the same orders")
