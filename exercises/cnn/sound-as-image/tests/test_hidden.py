from itertools import pairwise

import numpy as np
import pytest

from graders.expect import expect_array, expect_close

SWAPPED = pytest.mark.mistake(
    "hop-and-window-swapped",
    fr="Vous échangez la longueur des blocs et leur pas",
    en="You swap the length of the blocks and the hop",
    hint_fr="Un bloc a window valeurs ; le suivant commence hop valeurs plus loin.",
    hint_en="A block has window values; the next one begins hop values further on.",
)
LAST_BLOCK = pytest.mark.mistake(
    "last-block-lost",
    fr="Vous perdez le dernier bloc",
    en="You lose the last block",
    hint_fr="Un bloc qui finit juste à la fin du signal est entier.",
    hint_en="A block that ends just where the signal ends is whole.",
)


def blocks_of(signal, window, hop):
    return np.lib.stride_tricks.sliding_window_view(signal, window)[::hop]


def transformed(signal, window, hop, *, tapered=True):
    """Return the Fourier sums of the blocks, a row for each frequency up to half the rate."""
    places = np.arange(window)
    taper = 0.5 - 0.5 * np.cos(2 * np.pi * places / (window - 1)) if tapered else np.ones(window)
    waves = np.exp(-2j * np.pi * np.outer(np.arange(window // 2 + 1), places) / window)
    return waves @ (blocks_of(signal, window, hop) * taper).T


def check(mistake, answer, expected, wrong, *, rtol=1e-4, atol=1e-6):
    """Compare, and name the mistake whose result the answer is."""
    array = expect_array(answer)
    if array.shape != expected.shape or not np.allclose(array, expected, rtol=rtol, atol=atol):
        for slug, grid in wrong.items():
            if array.shape == grid.shape and np.allclose(array, grid, rtol=rtol, atol=atol):
                mistake(slug)
    expect_close(array, expected, rtol=rtol, atol=atol)


@pytest.mark.points(2)
@pytest.mark.title(fr="Des blocs de temps", en="Blocks of time")
@pytest.mark.hint(
    fr="Le bloc b commence à la valeur b × hop et n’est gardé que s’il est entier.",
    en="Block b begins at value b × hop, and is kept only if it is whole.",
)
@SWAPPED
@LAST_BLOCK
@pytest.mark.mistake(
    "last-block-padded",
    fr="Vous complétez le dernier bloc par des zéros",
    en="You fill the last block up with zeros",
    hint_fr="Seuls les blocs entiers comptent : le reste du signal est abandonné.",
    hint_en="Only whole blocks count: the rest of the signal is dropped.",
)
def test_blocks_of_time(student, rng, mistake):
    for window, hop, length in ((4, 2, 10), (6, 3, 23), (4, 4, 17), (8, 3, 8), (4, 6, 25)):
        signal = rng.integers(-1000, 1000, size=length).astype(float)
        expected = blocks_of(signal, window, hop)
        more = np.append(signal, np.zeros((window - length) % hop))
        wrong = {
            "last-block-lost": blocks_of(signal[: max(length - 1, window)], window, hop),
            "last-block-padded": blocks_of(more, window, hop),
            "hop-and-window-swapped": blocks_of(signal, hop, window),
        }
        check(mistake, student.cut_blocks(signal, window=window, hop=hop), expected, wrong)


@pytest.mark.points(2.5)
@pytest.mark.title(fr="La puissance de chaque fréquence", en="The power of each frequency")
@pytest.mark.hint(
    fr="Fenêtre de Hann, transformée de Fourier, module au carré, fréquences en lignes.",
    en="Hann's window, Fourier transform, squared modulus, frequencies in rows.",
)
@SWAPPED
@LAST_BLOCK
@pytest.mark.mistake(
    "axes-swapped",
    fr="Vous mettez le temps en lignes",
    en="You put time in rows",
    hint_fr="Une colonne est un bloc de temps, une ligne une fréquence.",
    hint_en="A column is a block of time, a row a frequency.",
)
@pytest.mark.mistake(
    "window-forgotten",
    fr="Vous oubliez la fenêtre de Hann",
    en="You forget Hann's window",
    hint_fr="Chaque bloc se multiplie d’abord, valeur par valeur, par la fenêtre.",
    hint_en="Each block is first multiplied, value by value, by the window.",
)
@pytest.mark.mistake(
    "amplitude-for-power",
    fr="Vous donnez l’amplitude au lieu de la puissance",
    en="You give the amplitude instead of the power",
    hint_fr="La puissance est le carré du module.",
    hint_en="The power is the square of the modulus.",
)
def test_the_power_of_each_frequency(student, rng, mistake):
    for window, hop, length in ((8, 4, 40), (16, 6, 70), (32, 32, 100), (8, 12, 50)):
        tone = np.sin(np.arange(length) * rng.uniform(0.3, 2.5) + rng.uniform(0, 6))
        signal = tone + rng.normal(scale=0.3, size=length)
        expected = np.abs(transformed(signal, window, hop)) ** 2
        bare = np.abs(transformed(signal, window, hop, tapered=False)) ** 2
        wrong = {
            "axes-swapped": expected.T,
            "window-forgotten": bare,
            "amplitude-for-power": np.sqrt(expected),
            "last-block-lost": expected[:, :-1],
            "hop-and-window-swapped": np.abs(transformed(signal, hop, window)) ** 2,
        }
        answer = student.spectrogram(signal, window=window, hop=hop)
        check(mistake, answer, expected, wrong, atol=1e-5 * expected.max())


@pytest.mark.points(2)
@pytest.mark.title(fr="Des bandes de fréquences", en="Bands of frequencies")
@pytest.mark.hint(
    fr="La ligne k est à k × rate / K hertz, où K = 2 × (nombre de lignes − 1).",
    en="Row k is at k × rate / K hertz, where K = 2 × (number of rows − 1).",
)
@pytest.mark.mistake(
    "rows-for-hertz",
    fr="Vous prenez les hertz pour des numéros de lignes",
    en="You take hertz for row numbers",
    hint_fr="edges est en hertz : calculez la fréquence de chaque ligne, puis comparez.",
    hint_en="edges are in hertz: work out the frequency of each row, then compare.",
)
@pytest.mark.mistake(
    "edge-counted-twice",
    fr="Vous comptez une fréquence dans deux bandes",
    en="You count a frequency in two bands",
    hint_fr="Une bande contient sa limite basse, pas sa limite haute.",
    hint_en="A band contains its lower edge, not its upper one.",
)
@pytest.mark.mistake(
    "mean-for-sum",
    fr="Vous prenez la moyenne au lieu de la somme",
    en="You take the mean instead of the sum",
    hint_fr="L’énergie d’une bande est la somme des puissances qui y tombent.",
    hint_en="The energy of a band is the sum of the powers that fall into it.",
)
def test_bands_of_frequencies(student, rng, mistake):
    for window, rate, edges in (
        (16, 32, [0, 4, 10, 16]),
        (64, 8192, [256, 1000, 1024, 2050.5, 4096]),
        (32, 64, [1, 2.5, 3.5, 20, 33]),
        (16, 32, [3, 4, 5]),
    ):
        count = window // 2 + 1
        power = rng.exponential(size=(count, 5)).round(3)
        place = np.arange(count) * rate / window
        pairs = list(pairwise(edges))
        members = [(low <= place) & (place < high) for low, high in pairs]
        closed = [(low <= place) & (place <= high) for low, high in pairs]
        rows = [slice(int(low), int(high)) for low, high in pairs]
        expected = np.stack([power[inside].sum(axis=0) for inside in members])
        wrong = {
            "rows-for-hertz": np.stack([power[one].sum(axis=0) for one in rows]),
            "edge-counted-twice": np.stack([power[inside].sum(axis=0) for inside in closed]),
            "mean-for-sum": expected / np.maximum(np.sum(members, axis=1), 1)[:, None],
        }
        check(mistake, student.band_energies(power, rate=rate, edges=edges), expected, wrong)


@pytest.mark.points(1.5)
@pytest.mark.title(fr="Des décibels aux gris", en="From decibels to greys")
@pytest.mark.hint(
    fr="Le plus fort vaut 1 ; range_db décibels plus bas, et au-delà, c’est 0.",
    en="The loudest is 1; range_db decibels below, and beyond, it is 0.",
)
@pytest.mark.mistake(
    "not-clipped",
    fr="Votre image descend au-dessous de zéro",
    en="Your image goes below zero",
    hint_fr="Ce qui est plus faible que −range_db décibels est noir : 0, pas moins.",
    hint_en="What is weaker than −range_db decibels is black: 0, no less.",
)
@pytest.mark.mistake(
    "twenty-for-ten",
    fr="Vous comptez 20 décibels par décade d’énergie",
    en="You count 20 decibels per decade of energy",
    hint_fr="Le facteur 20 est celui des amplitudes ; celui des énergies est 10.",
    hint_en="20 is the factor of amplitudes; that of energies is 10.",
)
@pytest.mark.mistake(
    "no-logarithm",
    fr="Vous oubliez le logarithme",
    en="You forget the logarithm",
    hint_fr="L’oreille compte en rapports : il faut passer aux décibels avant de ramener à [0, 1].",
    hint_en="The ear counts in ratios: go over to decibels before you scale to [0, 1].",
)
def test_from_decibels_to_greys(student, rng, mistake):
    for range_db in (20, 60, 47.5):
        energies = 10 ** rng.uniform(-8, 3, size=(6, 9))
        ratio = energies / np.max(energies)
        grey = 1 + 10 * np.log10(ratio) / range_db
        wrong = {
            "not-clipped": grey,
            "twenty-for-ten": np.clip(1 + 20 * np.log10(ratio) / range_db, 0, 1),
            "no-logarithm": ratio,
        }
        answer = student.to_image(energies, range_db=range_db)
        check(mistake, answer, np.clip(grey, 0, 1), wrong, atol=1e-5)


@pytest.mark.points(1)
@pytest.mark.title(fr="Le silence est noir", en="Silence is black")
@pytest.mark.hint(
    fr="Que vaut votre fonction là où l’énergie est nulle, et si elle l’est partout ?",
    en="What does your function give where the energy is zero, and if it is zero everywhere?",
)
@pytest.mark.mistake(
    "log-of-zero",
    fr="Vous prenez le logarithme de zéro",
    en="You take the logarithm of zero",
    hint_fr="Bornez l’énergie par en bas avant le logarithme ; un signal muet n’a pas de maximum.",
    hint_en="Bound the energy from below before the logarithm; a mute signal has no maximum.",
)
@pytest.mark.mistake(
    "white-silence",
    fr="Votre silence est blanc",
    en="Your silence is white",
    hint_fr="Quand tout est nul, le rapport au maximum n’a pas de sens : l’image est noire.",
    hint_en="When all is zero, the ratio to the largest makes no sense: the image is black.",
)
def test_silence_is_black(student, rng, mistake):
    energies = rng.uniform(0.5, 9, size=(4, 7))
    energies[:, 2:4] = 0
    ratio = np.maximum(energies / energies.max(), 1e-9)
    grey = np.clip(1 + 10 * np.log10(ratio) / 40, 0, 1)
    for heard, expected in ((energies, grey), (np.zeros((3, 5)), np.zeros((3, 5)))):
        answer = student.to_image(heard, range_db=40)
        array = expect_array(answer, finite=False)
        if not np.isfinite(array).all():
            mistake("log-of-zero")
        check(mistake, array, expected, {"white-silence": np.ones((3, 5))}, atol=1e-5)
