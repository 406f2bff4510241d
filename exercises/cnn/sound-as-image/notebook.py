# %% [markdown] lang="fr"
# # Voir un son comme une image
#
# Complétez les quatre fonctions. Gardez leurs noms et leurs paramètres : la correction les
# appelle.

# %% [markdown] lang="en"
# # Seeing a sound as an image
#
# Complete the four functions. Keep their names and parameters: they are what gets called.

# %%
from itertools import pairwise

import matplotlib.pyplot as plt
import numpy as np

# %% [markdown] lang="fr"
# ## Des blocs de temps
#
# `cut_blocks` range les blocs du signal dans une matrice, une ligne par bloc. Seuls les blocs
# entiers comptent.

# %% [markdown] lang="en"
# ## Blocks of time
#
# `cut_blocks` puts the blocks of the signal into a matrix, one row per block. Only whole blocks
# count.


# %%
def cut_blocks(signal, window, hop):
    # BEGIN SOLUTION
    count = (len(signal) - window) // hop + 1
    return np.stack([signal[block * hop : block * hop + window] for block in range(count)])
    # END SOLUTION


# %% [markdown] lang="fr"
# ## Des fréquences
#
# `spectrogram` adoucit les bords de chaque bloc par la fenêtre de Hann, puis prend la puissance
# de chaque fréquence. `np.fft.rfft` calcule la somme de l’énoncé pour $k = 0, \dots, K/2$.
# Attention à l’orientation : les fréquences en lignes, le temps en colonnes.

# %% [markdown] lang="en"
# ## Frequencies
#
# `spectrogram` softens the ends of each block with Hann's window, then takes the power of each
# frequency. `np.fft.rfft` computes the statement's sum for $k = 0, \dots, K/2$. Mind which way
# round it goes: frequencies in rows, time in columns.


# %%
def spectrogram(signal, window, hop):
    # BEGIN SOLUTION
    blocks = cut_blocks(signal, window, hop) * np.hanning(window)
    return np.abs(np.fft.rfft(blocks, axis=1).T) ** 2
    # END SOLUTION


# %% [markdown] lang="fr"
# ## Des bandes
#
# `band_energies` additionne les lignes du spectrogramme qui tombent dans une même bande.
# Retrouvez d’abord la fréquence, en hertz, de chaque ligne : $K$ se déduit du nombre de lignes.

# %% [markdown] lang="en"
# ## Bands
#
# `band_energies` adds up the rows of the spectrogram that fall into one band. First find the
# frequency of each row in hertz: $K$ follows from the number of rows.


# %%
def band_energies(power, rate, edges):
    # BEGIN SOLUTION
    window = 2 * (len(power) - 1)
    frequency = np.arange(len(power)) * rate / window
    bands = pairwise(edges)
    return np.stack(
        [power[(low <= frequency) & (frequency < high)].sum(axis=0) for low, high in bands]
    )
    # END SOLUTION


# %% [markdown] lang="fr"
# ## Une image
#
# `to_image` passe aux décibels et ramène le tout entre 0 et 1. Le logarithme de zéro n’existe
# pas : pensez au silence.

# %% [markdown] lang="en"
# ## An image
#
# `to_image` goes over to decibels and brings everything between 0 and 1. There is no logarithm of
# zero: think of silence.


# %%
def to_image(energies, range_db):
    # BEGIN SOLUTION
    loudest = energies.max()
    if loudest == 0:
        return np.zeros(energies.shape)
    # An energy this far down is black already, and has a logarithm.
    heard = np.maximum(energies / loudest, 10 ** (-range_db / 10))
    return 1 + 10 * np.log10(heard) / range_db
    # END SOLUTION


# %% [markdown] lang="fr"
# L’exemple de l’énoncé, puis un son à regarder : quatre notes, et un sifflement qui monte.

# %% [markdown] lang="en"
# The example of the statement, then a sound to look at: four notes, and a whistle that rises.

# %%
try:
    power = spectrogram(np.array([0.0, 4, 4, 0, 0, 4, -4, 0]), 4, 2)
    print(power.round(3))
    print(to_image(band_energies(power, 8, [0, 3, 5]), 20).round(3))
except NotImplementedError:
    print("...")

# %%
rate = 8192
time = np.arange(2 * rate) / rate
notes = np.repeat([262, 330, 392, 523], rate // 2)
whistle = 1000 + 1000 * time
sound = np.sin(2 * np.pi * np.cumsum(notes) / rate) + 0.3 * np.sin(
    2 * np.pi * np.cumsum(whistle) / rate
)
try:
    power = spectrogram(sound, 512, 128)
    picture = to_image(band_energies(power, rate, np.geomspace(100, 4096, 49)), 60)
    plt.imshow(picture, origin="lower", aspect="auto", cmap="magma")
    plt.show()
except NotImplementedError:
    print("...")
