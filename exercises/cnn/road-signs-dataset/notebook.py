# %% [markdown] lang="fr"
# # Des panneaux de toutes tailles, un seul fichier
#
# Complétez les quatre fonctions. Gardez leurs noms et leurs paramètres : la correction les
# appelle.

# %% [markdown] lang="en"
# # Road signs of all sizes, one file
#
# Complete the four functions. Keep their names and parameters: they are what gets called.

# %%
import h5py
import matplotlib.pyplot as plt
import numpy as np
from PIL import Image

# %% [markdown] lang="fr"
# ## Des gris
#
# `to_grey` fait d’une image $(H, W, 3)$ d’octets une image $(H, W)$ de `float32`, entre 0 et 1.

# %% [markdown] lang="en"
# ## Greys
#
# `to_grey` turns an image $(H, W, 3)$ of bytes into an image $(H, W)$ of `float32`, between 0 and
# 1.


# %%
def to_grey(image):
    # BEGIN SOLUTION
    return (image @ np.array([0.299, 0.587, 0.114]) / 255).astype(np.float32)
    # END SOLUTION


# %% [markdown] lang="fr"
# ## Une taille
#
# `letterbox` réduit ou agrandit l’image sans la déformer, puis la pose au milieu d’un carré noir.
# `Image.fromarray(image).resize((width, height))` convient, et donne la largeur d’abord !

# %% [markdown] lang="en"
# ## One size
#
# `letterbox` shrinks or enlarges the image without distorting it, then puts it in the middle of a
# black square. `Image.fromarray(image).resize((width, height))` will do; mind that width comes
# first.


# %%
def letterbox(image, size):
    # BEGIN SOLUTION
    height, width = (max(1, round(side * size / max(image.shape))) for side in image.shape)
    small = Image.fromarray(image.astype(np.float32)).resize(
        (width, height), Image.Resampling.BILINEAR
    )
    square = np.zeros((size, size), dtype=np.float32)
    top, left = (size - height) // 2, (size - width) // 2
    square[top : top + height, left : left + width] = small
    return square
    # END SOLUTION


# %% [markdown] lang="fr"
# ## Un fichier
#
# `write_dataset` laisse de côté les images trop petites, met les autres en gris et au format, et
# écrit `images` et `labels` dans un fichier HDF5. `read_dataset` n’en lit que la tranche
# demandée : `file["images"][start:stop]` ne lit rien d’autre.

# %% [markdown] lang="en"
# ## One file
#
# `write_dataset` leaves images out that are too small, makes the others grey and of one size, and
# writes `images` and `labels` to an HDF5 file. `read_dataset` reads the slice that is asked for:
# `file["images"][start:stop]` reads nothing else.


# %%
def write_dataset(path, images, labels, size, smallest):
    # BEGIN SOLUTION
    kept = [place for place, image in enumerate(images) if min(image.shape[:2]) >= smallest]
    with h5py.File(path, "w") as file:
        file["images"] = np.stack([letterbox(to_grey(images[place]), size) for place in kept])
        file["labels"] = np.array([labels[place] for place in kept], dtype=np.int64)
    # END SOLUTION


def read_dataset(path, start=0, stop=None):
    # BEGIN SOLUTION
    with h5py.File(path, "r") as file:
        return file["images"][start:stop], file["labels"][start:stop]
    # END SOLUTION


# %% [markdown] lang="fr"
# `describe` est donnée : elle dit ce qu’un fichier contient vraiment.

# %% [markdown] lang="en"
# `describe` is given: it tells what a file really holds.


# %%
def describe(path):
    """Return the shape and the type of each data set of the file, by name."""
    with h5py.File(path, "r") as file:
        return {name: [list(data.shape), str(data.dtype)] for name, data in file.items()}


# %% [markdown] lang="fr"
# ## À l’essai
#
# Quelques panneaux de toutes tailles, dessinés pour l’occasion : rond rouge, triangle, carré
# bleu.

# %% [markdown] lang="en"
# ## Trying it out
#
# A few signs of all sizes, drawn for the purpose: red disc, triangle, blue square.

# %%
COLOURS = np.array([[200, 30, 40], [230, 200, 60], [40, 80, 190]], dtype=np.uint8)


def draw_sign(kind, height, width):
    """Return a sign (height, width, 3) on a grey sky, as large as the image allows."""
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    y, x = y * height / min(height, width), x * width / min(height, width)
    disc, triangle = np.hypot(x, y) < 0.9, (y < 0.7) & (2 * np.abs(x) < y + 1)
    shape = [disc, triangle, np.maximum(np.abs(x), np.abs(y)) < 0.8][kind]
    return np.where(shape[..., None], COLOURS[kind], np.uint8(150))


rng = np.random.default_rng(4)
signs = [draw_sign(place % 3, *rng.integers(6, 90, size=2)) for place in range(12)]
kinds = [place % 3 for place in range(12)]
print([sign.shape[:2] for sign in signs])

# %%
try:
    write_dataset("signs.h5", signs, kinds, 32, smallest=12)
    print(describe("signs.h5"))
    images, labels = read_dataset("signs.h5", 0, 6)
    figure, axes = plt.subplots(1, len(images), figsize=(10, 2))
    for axis, image, label in zip(axes, images, labels, strict=True):
        axis.imshow(image, cmap="gray", vmin=0, vmax=1)
        axis.set_title(label)
        axis.axis("off")
    plt.show()
except NotImplementedError:
    print("...")
