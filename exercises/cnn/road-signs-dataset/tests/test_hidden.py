import numpy as np
import pytest

from graders.expect import expect_array, expect_close

LUMA = np.array([0.299, 0.587, 0.114])
FLOAT64 = pytest.mark.mistake(
    "float64",
    fr="Vos images ne sont pas en float32",
    en="Your images are not float32",
    hint_fr="NumPy calcule en float64 : convertissez par astype(np.float32). Le fichier y gagne la "
    "moitié de sa taille.",
    hint_en="NumPy computes in float64: convert with astype(np.float32). The file takes half the "
    "room.",
)


def check(mistake, answer, expected, wrong, *, atol=1e-3):
    """Compare, and name the mistake whose result the answer is."""
    array = expect_array(answer)
    if array.shape != expected.shape or not np.allclose(array, expected, atol=atol):
        for slug, grid in wrong.items():
            if array.shape == grid.shape and np.allclose(array, grid, atol=atol):
                mistake(slug)
    return expect_close(array, expected, atol=atol)


def check_float32(mistake, kind):
    if kind != "float32":
        mistake("float64")
        pytest.fail(f"the images are {kind}, expected float32")


def frame(height, width, size):
    """Return the content's rectangle in the square, as slices of rows and columns."""
    sides = [max(1, round(side * size / max(height, width))) for side in (height, width)]
    return tuple(slice((size - side) // 2, (size - side) // 2 + side) for side in sides)


def boxed(level, height, width, size):
    """Return the letterboxed image of an even grey."""
    square = np.zeros((size, size))
    square[frame(height, width, size)] = level
    return square


def ramp(rows, columns, *, low=(0.0, 0.0), high=(1.0, 1.0)):
    """Return a slope that goes from `low` to `high` of its range along each axis, never black."""
    y = low[0] + (high[0] - low[0]) * (np.arange(rows) + 0.5) / rows
    x = low[1] + (high[1] - low[1]) * (np.arange(columns) + 0.5) / columns
    return 0.2 + 0.55 * y[:, None] + 0.25 * x


def odd_sizes(rng, count, *, low, high, size):
    """Return sizes of images none of whose sides, once scaled, lies halfway between two pixels."""
    sizes = []
    while len(sizes) < count:
        sides = rng.integers(low, high, size=2)
        scaled = sides * size / max(sides)
        if sides[0] != sides[1] and np.abs(scaled % 1 - 0.5).min() > 0.02:
            sizes.append((int(sides[0]), int(sides[1])))
    return sizes


@pytest.mark.points(1.5)
@pytest.mark.title(fr="La luminance, en float32", en="The luminance, in float32")
@pytest.mark.hint(
    fr="0,299 de rouge, 0,587 de vert, 0,114 de bleu, le tout divisé par 255.",
    en="0.299 of red, 0.587 of green, 0.114 of blue, all divided by 255.",
)
@FLOAT64
@pytest.mark.mistake(
    "mean-of-channels",
    fr="Vous prenez la moyenne des trois canaux",
    en="You take the mean of the three channels",
    hint_fr="L’œil voit le vert plus clair que le bleu : les trois poids diffèrent.",
    hint_en="The eye sees green brighter than blue: the three weights differ.",
)
@pytest.mark.mistake(
    "not-scaled",
    fr="Vos gris vont jusqu’à 255",
    en="Your greys go up to 255",
    hint_fr="Divisez par 255 pour tomber entre 0 et 1.",
    hint_en="Divide by 255 to come out between 0 and 1.",
)
@pytest.mark.mistake(
    "channels-reversed",
    fr="Vous échangez le rouge et le bleu",
    en="You swap red and blue",
    hint_fr="Les canaux sont dans l’ordre rouge, vert, bleu.",
    hint_en="The channels come in the order red, green, blue.",
)
def test_the_luminance_in_float32(student, rng, mistake):
    for height, width in ((5, 8), (12, 7), (1, 3)):
        image = rng.integers(0, 256, size=(height, width, 3), dtype=np.uint8)
        wrong = {
            "mean-of-channels": image.mean(axis=2) / 255,
            "not-scaled": image @ LUMA,
            "channels-reversed": image @ LUMA[::-1] / 255,
        }
        found = check(mistake, student.to_grey(image), image @ LUMA / 255, wrong, atol=2e-3)
        check_float32(mistake, str(found.dtype))


@pytest.mark.points(2.5)
@pytest.mark.title(fr="Au format, sans déformer", en="To size, undistorted")
@pytest.mark.hint(
    fr="Le grand côté prend toute la place, l’autre garde sa proportion, le reste est noir.",
    en="The longer side takes all the room, the other keeps its proportion, the rest is black.",
)
@pytest.mark.mistake(
    "aspect-lost",
    fr="Vous déformez l’image",
    en="You distort the image",
    hint_fr="Les deux côtés se multiplient par le même nombre : un disque doit rester un disque.",
    hint_en="Both sides are multiplied by the same number: a disc must remain a disc.",
)
@pytest.mark.mistake(
    "cropped",
    fr="Vous coupez l’image",
    en="You crop the image",
    hint_fr="Rien ne se perd : c’est le grand côté qui doit tenir dans le carré.",
    hint_en="Nothing gets lost: it is the longer side that has to fit into the square.",
)
@pytest.mark.mistake(
    "not-centred",
    fr="Vous posez l’image dans un coin",
    en="You put the image in a corner",
    hint_fr="Partagez la place qui reste entre les deux bords.",
    hint_en="Share the room that is left between both edges.",
)
@FLOAT64
def test_to_size_undistorted(student, rng, mistake):
    size = 24
    cases = odd_sizes(rng, 6, low=15, high=80, size=size)
    for height, width in [*cases, (18, 18), (70, 25), (25, 70)]:
        rows, columns = frame(height, width, size)
        tall, wide = rows.stop - rows.start, columns.stop - columns.start
        expected = np.zeros((size, size))
        expected[rows, columns] = ramp(tall, wide)
        corner = np.zeros((size, size))
        corner[:tall, :wide] = ramp(tall, wide)
        margin = (1 - min(height, width) / np.array([height, width])) / 2
        wrong = {
            "aspect-lost": ramp(size, size),
            "cropped": ramp(size, size, low=margin, high=1 - margin),
            "not-centred": corner,
        }
        # Whatever the interpolation, it moves nothing by more than the coarser pixel.
        atol = 0.55 / min(height, tall) + 0.25 / min(width, wide)
        image = ramp(height, width).astype(np.float32)
        found = check(mistake, student.letterbox(image, size=size), expected, wrong, atol=atol)
        assert (found[expected == 0] == 0).all(), "what surrounds the image is not black"
        check_float32(mistake, str(found.dtype))
    expect_close(student.letterbox(np.ones((1, 80), np.float32), size=30), boxed(1, 1, 80, 30))


def even(rng, sizes, *, coloured=False):
    """Return images of those sizes, each evenly of its own grey or colour, and their greys."""
    levels = rng.permutation(np.linspace(60, 250, len(sizes)).astype(np.uint8))
    colours = np.stack([levels] * 3, axis=1)
    if coloured:
        colours = np.stack([levels, rng.permutation(levels), rng.permutation(levels)], axis=1)
    images = [np.tile(colour, (*sides, 1)) for colour, sides in zip(colours, sizes, strict=True)]
    return images, colours @ LUMA / 255


def levels_of(answer):
    """Return the grey of each even image, whatever became of its shape."""
    return expect_array(answer, shape=(None, None, None), name="the images").max(axis=(1, 2))


@pytest.mark.points(2)
@pytest.mark.title(fr="À chaque image sa classe", en="To each image its label")
@pytest.mark.hint(
    fr="Une image trop petite s’en va avec sa classe ; les autres gardent leur ordre.",
    en="An image that is too small goes with its label; the others keep their order.",
)
@pytest.mark.mistake(
    "labels-misaligned",
    fr="Vos classes ne correspondent plus aux images",
    en="Your labels no longer match the images",
    hint_fr="Choisissez les rangs à garder, puis prenez images et classes à ces mêmes rangs.",
    hint_en="Choose the places to keep, then take images and labels from those same places.",
)
@pytest.mark.mistake(
    "small-kept",
    fr="Vous gardez des images trop petites",
    en="You keep images that are too small",
    hint_fr="Une image est trop petite dès que son plus petit côté est inférieur à smallest.",
    hint_en="An image is too small as soon as its shorter side is below smallest.",
)
@pytest.mark.mistake(
    "smallest-dropped",
    fr="Vous laissez de côté une image de taille juste suffisante",
    en="You leave out an image that is just large enough",
    hint_fr="Une image dont le petit côté vaut exactement smallest est gardée.",
    hint_en="An image whose shorter side is exactly smallest is kept.",
)
def test_to_each_image_its_label(student, rng, mistake):
    size, smallest = 16, 10
    sizes = odd_sizes(rng, 9, low=11, high=50, size=size)
    sizes = [*sizes, (10, 33), (21, 10), (9, 30), (40, 9), (5, 7)]
    sizes = [sizes[place] for place in rng.permutation(len(sizes))]
    images, greys = even(rng, sizes)
    labels = rng.permutation(len(sizes)).tolist()
    shorter, longer = np.min(sizes, axis=1), np.max(sizes, axis=1)
    student.write_dataset("hidden.h5", images, labels, size=size, smallest=smallest)
    found, classes = student.read_dataset("hidden.h5")
    wrong = {
        "small-kept": greys[longer >= smallest],
        "smallest-dropped": greys[shorter > smallest],
    }
    check(mistake, levels_of(found), greys[shorter >= smallest], wrong, atol=3e-3)
    expected = np.array(labels)[shorter >= smallest]
    classes = expect_array(classes, name="the labels", kinds="iu")
    if not np.array_equal(classes, expected):
        mistake("labels-misaligned")
    expect_close(classes, expected, name="the labels")


@pytest.mark.points(2)
@pytest.mark.title(fr="Ce que le fichier contient", en="What the file holds")
@pytest.mark.hint(
    fr="Deux tableaux : images, (N, taille, taille) en float32, et labels, (N,) d’entiers.",
    en="Two arrays: images, (N, size, size) of float32, and labels, (N,) of whole numbers.",
)
@FLOAT64
@pytest.mark.mistake(
    "image-by-image",
    fr="Vous écrivez un tableau par image",
    en="You write an array per image",
    hint_fr="Toutes ont la même forme : elles tiennent dans un seul tableau (np.stack).",
    hint_en="They all have the same shape: a single array holds them (np.stack).",
)
def test_what_the_file_holds(student, rng, mistake):
    for count, size in ((4, 12), (7, 20)):
        sizes = odd_sizes(rng, count, low=12, high=40, size=size)
        images, greys = even(rng, sizes, coloured=True)
        labels = rng.integers(0, 43, size=count).tolist()
        student.write_dataset("again.h5", images, labels, size=size, smallest=3)
        held = student.describe("again.h5")
        assert isinstance(held, dict), "describe gives no dict: keep it as it was given"
        if len(held) >= count:
            mistake("image-by-image")
        if set(held) != {"images", "labels"}:
            pytest.fail("the file must hold images and labels, and nothing else")
        (shape, kind), (places, whole) = held["images"], held["labels"]
        assert list(shape) == [count, size, size], "images has not the shape (N, size, size)"
        assert list(places) == [count], "labels has not the shape (N,)"
        check_float32(mistake, str(kind))
        assert str(whole).startswith(("int", "uint")), "labels are not whole numbers"
        found, classes = student.read_dataset("again.h5")
        squares = [boxed(grey, *sides, size) for grey, sides in zip(greys, sizes, strict=True)]
        found = expect_close(found, np.stack(squares), atol=3e-3)
        expect_close(classes, np.array(labels), name="the labels")
        check_float32(mistake, str(found.dtype))


@pytest.mark.points(1)
@pytest.mark.title(fr="Lire une tranche", en="Reading a slice")
@pytest.mark.hint(
    fr="De start compris à stop non compris, comme en Python.",
    en="From start, inclusive, to stop, exclusive, as in Python.",
)
@pytest.mark.mistake(
    "slice-ignored",
    fr="Vous lisez tout le fichier",
    en="You read the whole file",
    hint_fr='file["images"][start:stop] ne lit que la tranche : un lot, pas 50 000 images.',
    hint_en='file["images"][start:stop] reads the slice alone: a batch, not 50,000 images.',
)
@pytest.mark.mistake(
    "stop-included",
    fr="Vous lisez une image de trop",
    en="You read one image too many",
    hint_fr="stop n’est pas compris : de 2 à 5, il y a trois images.",
    hint_en="stop is exclusive: from 2 to 5 there are three images.",
)
def test_reading_a_slice(student, rng, mistake):
    images, greys = even(rng, odd_sizes(rng, 8, low=12, high=30, size=10))
    labels = rng.permutation(8)
    student.write_dataset("slice.h5", images, labels.tolist(), size=10, smallest=1)
    for start, stop in ((2, 5), (0, 1), (5, 7), (6, 8)):
        found, classes = student.read_dataset("slice.h5", start=start, stop=stop)
        wrong = {"slice-ignored": greys, "stop-included": greys[start : stop + 1]}
        check(mistake, levels_of(found), greys[start:stop], wrong, atol=3e-3)
        expect_close(classes, labels[start:stop], name="the labels")
    found, classes = student.read_dataset("slice.h5", start=3)
    expect_close(levels_of(found), greys[3:], atol=3e-3)
    expect_close(classes, labels[3:], name="the labels")
