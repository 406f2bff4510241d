# %% [markdown] lang="fr"
# # D’une image à une suite de vecteurs
#
# Complétez les quatre fonctions. Gardez leurs noms et leurs paramètres : la correction les
# appelle.

# %% [markdown] lang="en"
# # From an image to a sequence of vectors
#
# Complete the four functions. Keep their names and parameters: they are what gets called.

# %%
import matplotlib.pyplot as plt
import numpy as np

# %% [markdown] lang="fr"
# ## Découper
#
# `split_patches` range les carreaux de `image`, de forme $(C, H, W)$, dans une matrice : une
# ligne par carreau, dans le sens de la lecture. Deux boucles suffisent ; `reshape` et `transpose`
# font de même sans boucle.

# %% [markdown] lang="en"
# ## Cutting
#
# `split_patches` puts the patches of `image`, of shape $(C, H, W)$, into a matrix: one row per
# patch, in reading order. Two loops will do; `reshape` and `transpose` do the same without a
# loop.


# %%
def split_patches(image, size):
    # BEGIN SOLUTION
    channels, height, width = image.shape
    rows, columns = height // size, width // size
    whole = image[:, : rows * size, : columns * size]
    grid = whole.reshape(channels, rows, size, columns, size)
    return grid.transpose(1, 3, 0, 2, 4).reshape(rows * columns, channels * size**2)
    # END SOLUTION


# %% [markdown] lang="fr"
# ## Recoller
#
# `join_patches` fait le chemin inverse : rien ne se perd dans la découpe.

# %% [markdown] lang="en"
# ## Joining
#
# `join_patches` goes the other way: cutting loses nothing.


# %%
def join_patches(patches, shape, size):
    # BEGIN SOLUTION
    channels, height, width = shape
    grid = patches.reshape(height // size, width // size, channels, size, size)
    return grid.transpose(2, 0, 3, 1, 4).reshape(channels, height, width)
    # END SOLUTION


# %% [markdown] lang="fr"
# ## Plonger
#
# `embed_patches` projette chaque carreau sur $D$ nombres, met le jeton de classe devant, puis
# ajoute à chaque ligne le vecteur de sa position.

# %% [markdown] lang="en"
# ## Embedding
#
# `embed_patches` projects each patch onto $D$ numbers, puts the class token first, then adds to
# each row the vector of its position.


# %%
def embed_patches(patches, weight, bias, class_token, positions):
    # BEGIN SOLUTION
    tokens = patches @ weight + bias
    return np.vstack([class_token, tokens]) + positions
    # END SOLUTION


# %% [markdown] lang="fr"
# ## La même chose, en convolution
#
# `patch_kernels` réécrit la matrice de projection en $D$ noyaux de forme $(C, P, P)$.

# %% [markdown] lang="en"
# ## The same thing as a convolution
#
# `patch_kernels` rewrites the matrix of the projection as $D$ kernels of shape $(C, P, P)$.


# %%
def patch_kernels(weight, channels, size):
    # BEGIN SOLUTION
    return weight.T.reshape(-1, channels, size, size)
    # END SOLUTION


# %% [markdown] lang="fr"
# L’exemple de l’énoncé, puis un dégradé de couleurs : ses carreaux doivent se suivre dans le sens
# de la lecture, et l’image recollée doit être celle du départ.

# %% [markdown] lang="en"
# The example of the statement, then a gradient of colours: its patches must follow in reading
# order, and the image joined again must be the one you started from.

# %%
try:
    print(split_patches(np.arange(1.0, 25.0).reshape(1, 4, 6), 2))
except NotImplementedError:
    print("split_patches ...")

# %%
down, across = np.mgrid[0:1:32j, 0:1:48j]
picture = np.stack([across, down, np.hypot(across - 0.5, down - 0.5) < 0.3])
try:
    patches = split_patches(picture, 8)
    figure, axes = plt.subplots(1, len(patches), figsize=(12, 1))
    for axis, patch in zip(axes, patches, strict=True):
        axis.imshow(patch.reshape(3, 8, 8).transpose(1, 2, 0))
        axis.axis("off")
    plt.show()
    print(np.array_equal(join_patches(patches, picture.shape, 8), picture))
except NotImplementedError:
    print("split_patches, join_patches ...")
