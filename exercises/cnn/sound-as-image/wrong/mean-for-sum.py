# mistake: mean-for-sum
# %%
from itertools import pairwise

import numpy as np


def cut_blocks(signal, window, hop):
    count = (len(signal) - window) // hop + 1
    return np.stack([signal[block * hop : block * hop + window] for block in range(count)])


def spectrogram(signal, window, hop):
    blocks = cut_blocks(signal, window, hop) * np.hanning(window)
    return np.abs(np.fft.rfft(blocks, axis=1).T) ** 2


def band_energies(power, rate, edges):
    frequency = np.arange(len(power)) * rate / (2 * (len(power) - 1))
    bands = pairwise(edges)
    rows = [(low <= frequency) & (frequency < high) for low, high in bands]
    return np.stack([power[inside].sum(axis=0) / max(inside.sum(), 1) for inside in rows])


def to_image(energies, range_db):
    if energies.max() == 0:
        return np.zeros(energies.shape)
    heard = np.maximum(energies / energies.max(), 10 ** (-range_db / 10))
    return 1 + 10 * np.log10(heard) / range_db
