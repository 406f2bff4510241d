# %% [markdown] lang="fr"
# # Augmenter ses données
#
# Complétez les six fonctions. Gardez leurs noms et leurs paramètres : la correction les appelle.

# %% [markdown] lang="en"
# # Data augmentation
#
# Complete the six functions. Keep their names and parameters: they are what gets called.

# %%
import matplotlib.pyplot as plt
import numpy as np

# %% [markdown] lang="fr"
# ## Des panneaux
#
# Cette cellule est donnée : elle dessine des panneaux comme ceux de la correction. Chaque classe
# a sa partenaire, celle de son image dans un miroir.

# %% [markdown] lang="en"
# ## Road signs
#
# This cell is given: it draws signs like those of the judge. Each class has a partner, the class
# of its image in a mirror.

# %%
NAMES = ["left", "right", "ahead", "no entry", "no stopping", "closed", "end"]
PARTNER = [1, 0, 2, 3, 4, 5, -1]


def pictogram(kind, x, y):
    """Return where the pictogram is dark, x to the right and y down from the sign's centre."""
    arrow = (np.abs(y) < 1.6) & (x > -6) & (x < 2) | (x >= 1) & (np.abs(y) < 6 - x)
    bar = (np.abs(y) < 2) & (np.abs(x) < 6)
    cross = (np.abs(np.abs(x) - np.abs(y)) < 1.5) & (np.abs(x) < 5)
    ring = np.abs(np.hypot(x, y) - 4) < 1.3
    return [None, arrow, None, bar, cross, ring, np.abs(x + y) < 2][kind]


def draw_sign(kind, rng, most=0, degrees=0):
    """Return a sign (24, 24) in greys of 0 to 1, shifted and tilted at random."""
    y, x = np.mgrid[:24, :24] - 11.5
    down, right = rng.integers(-most, most + 1, size=2)
    tilt = np.deg2rad(rng.uniform(-degrees, degrees))
    y, x = y - down, x - right
    x, y = x * np.cos(tilt) - y * np.sin(tilt), x * np.sin(tilt) + y * np.cos(tilt)
    inside = np.hypot(x, y) < 8.5
    if kind in (0, 2):  # both are the arrow, turned
        kind, x, y = (1, -x, -y) if kind == 0 else (1, -y, x)
    grey = np.where(pictogram(kind, x, y), 0.2, 0.9) * rng.uniform(0.7, 1)
    return np.where(inside, np.clip(grey + rng.normal(0, 0.05, size=grey.shape), 0, 1), 0)


def draw_signs(count, rng, most=0, degrees=0):
    """Return `count` signs of each class (N, 24, 24), and their labels (N,)."""
    labels = np.repeat(np.arange(len(NAMES)), count)
    return np.stack([draw_sign(kind, rng, most, degrees) for kind in labels]), labels


# %%
rng = np.random.default_rng(0)
few, few_labels = draw_signs(3, rng)
many, many_labels = draw_signs(50, rng, most=1, degrees=40)
figure, axes = plt.subplots(2, 7, figsize=(10, 3))
for kind in range(7):
    axes[0, kind].imshow(few[3 * kind], cmap="gray", vmin=0, vmax=1)
    axes[1, kind].imshow(many[50 * kind], cmap="gray", vmin=0, vmax=1)
    axes[0, kind].set_title(NAMES[kind], fontsize=8)
for axis in axes.flat:
    axis.axis("off")
plt.show()

# %% [markdown] lang="fr"
# ## Retourner
#
# `flip_signs` retourne de gauche à droite les images qui gardent un sens dans un miroir, et leur
# donne la classe qu’elles y prennent.

# %% [markdown] lang="en"
# ## Flipping
#
# `flip_signs` flips from left to right the images that still make sense in a mirror, and gives
# them the class that they take on there.


# %%
def flip_signs(images, labels, partner):
    # BEGIN SOLUTION
    mirrored = np.asarray(partner)[labels]
    kept = mirrored >= 0
    return images[kept, :, ::-1], mirrored[kept]
    # END SOLUTION


# %% [markdown] lang="fr"
# ## Décaler
#
# Ce qui sort est perdu, ce qui entre est noir. Les deux décalages peuvent être négatifs.

# %% [markdown] lang="en"
# ## Shifting
#
# What leaves is lost, what enters is black. Both shifts may be negative.


# %%
def shift(image, down, right):
    # BEGIN SOLUTION
    height, width = image.shape
    room = np.zeros((3 * height, 3 * width))
    room[height : 2 * height, width : 2 * width] = image
    return room[height - down : 2 * height - down, width - right : 2 * width - right]
    # END SOLUTION


# %% [markdown] lang="fr"
# ## Tourner
#
# Pour chaque pixel d’arrivée, cherchez d’où il vient ; l’inverse laisserait des trous.

# %% [markdown] lang="en"
# ## Rotating
#
# For each pixel of the result, look for where it comes from; the other way would leave holes.


# %%
def rotate(image, degrees):
    # BEGIN SOLUTION
    height, width = image.shape
    middle_y, middle_x = (height - 1) / 2, (width - 1) / 2
    cos, sin = np.cos(np.deg2rad(degrees)), np.sin(np.deg2rad(degrees))
    y, x = np.mgrid[:height, :width]
    y, x = y - middle_y, x - middle_x
    from_y, from_x = middle_y + x * sin + y * cos, middle_x + x * cos - y * sin
    top, left = np.floor(from_y).astype(int), np.floor(from_x).astype(int)
    result = np.zeros(image.shape)
    for row, column in ((top, left), (top, left + 1), (top + 1, left), (top + 1, left + 1)):
        share = (1 - np.abs(from_y - row)) * (1 - np.abs(from_x - column))
        inside = (row >= 0) & (row < height) & (column >= 0) & (column < width)
        result[inside] += share[inside] * image[row[inside], column[inside]]
    return result
    # END SOLUTION


# %% [markdown] lang="fr"
# ## Éclaircir
#
# Un gris reste un gris : ni moins que 0, ni plus que 1.

# %% [markdown] lang="en"
# ## Brightening
#
# A grey remains a grey: no less than 0, no more than 1.


# %%
def brighten(image, amount):
    # BEGIN SOLUTION
    return np.clip(image + amount, 0, 1)
    # END SOLUTION


# %% [markdown] lang="fr"
# ## Augmenter
#
# `augment` fait de chaque image `copies` copies, chacune décalée et tournée à sa manière, et
# donne à chaque copie la classe de son image.

# %% [markdown] lang="en"
# ## Augmenting
#
# `augment` makes `copies` copies of each image, each of them shifted and rotated in its own way,
# and gives each copy the class of its image.


# %%
def augment(images, labels, copies, *, most, degrees, seed):
    # BEGIN SOLUTION
    rng = np.random.default_rng(seed)

    def moved(image):
        down, right = rng.integers(-most, most + 1, size=2)
        return rotate(shift(image, down, right), rng.uniform(-degrees, degrees))

    copied = np.stack([moved(image) for image in np.repeat(images, copies, axis=0)])
    return copied, np.repeat(labels, copies)
    # END SOLUTION


# %% [markdown] lang="fr"
# ## Ce que l’on y gagne
#
# `nearest` est donnée : elle classe une image comme celle qui lui ressemble le plus. `predict`
# doit l’appeler avec les images d’entraînement, plus `copies` copies de chacune.

# %% [markdown] lang="en"
# ## What is gained
#
# `nearest` is given: it classifies an image like the one that looks most like it. `predict` is to
# call it with the training images, plus `copies` copies of each.


# %%
def nearest(known, known_labels, images):
    """Return for each image the label of the known one at the least distance, pixel by pixel."""
    known, images = (np.asarray(one).reshape(len(one), -1) for one in (known, images))
    distance = (known**2).sum(axis=1) - 2 * images @ known.T
    return np.asarray(known_labels)[distance.argmin(axis=1)]


def predict(train_images, train_labels, images, copies):
    # BEGIN SOLUTION
    if copies == 0:
        return nearest(train_images, train_labels, images)
    more, labels = augment(train_images, train_labels, copies, most=1, degrees=40, seed=0)
    known = np.concatenate([train_images, more])
    return nearest(known, np.concatenate([train_labels, labels]), images)
    # END SOLUTION


# %%
for copies in (0, 1, 5, 20, 40):
    try:
        accuracy = np.mean(predict(few, few_labels, many, copies) == many_labels)
        print(f"{copies:2} copies: {accuracy:.1%}")
    except NotImplementedError:
        print(f"{copies:2} copies: ...")
