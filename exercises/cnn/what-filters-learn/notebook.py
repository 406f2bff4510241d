# %% [markdown] lang="fr"
# # Ce que les filtres apprennent
#
# Un petit réseau s’entraîne ici en quelques secondes sur de vrais chiffres. À vous de montrer ce
# que sa première couche y gagne.

# %% [markdown] lang="en"
# # What filters learn
#
# A small network trains here on real digits within seconds. It is for you to show what its first
# layer gains by it.

# %%
import matplotlib.pyplot as plt
import numpy as np
import torch
from torch import nn

torch.manual_seed(0)

# %% [markdown] lang="fr"
# ## Le réseau
#
# Cette cellule est donnée : douze filtres de $5 \times 5$, un sous-échantillonnage, une couche
# dense.

# %% [markdown] lang="en"
# ## The network
#
# This cell is given: twelve filters of $5 \times 5$, pooling, a dense layer.

# %%
with np.load("data/mnist_train.npz") as data:
    digits, labels = data["images"][:4000], data["labels"][:4000].astype(np.int64)

model = nn.Sequential(
    nn.Conv2d(1, 12, kernel_size=5),
    nn.ReLU(),
    nn.MaxPool2d(4),
    nn.Flatten(),
    nn.Linear(12 * 6 * 6, 10),
)


def as_tensor(images):
    """Return images (N, 28, 28) of bytes as a tensor (N, 1, 28, 28) between 0 and 1."""
    return torch.from_numpy(images.astype(np.float32) / 255).unsqueeze(1)


def train(epochs=3):
    """Train the model on the digits."""
    optimiser = torch.optim.Adam(model.parameters(), lr=5e-3)
    inputs, targets = as_tensor(digits), torch.from_numpy(labels)
    for epoch in range(epochs):
        for batch in torch.randperm(len(inputs)).split(50):
            loss = nn.functional.cross_entropy(model(inputs[batch]), targets[batch])
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
        print(f"epoch {epoch + 1}/{epochs}: loss {loss.item():.3f}")


def predict(images):
    """Return the class of each image (N, 28, 28) of bytes."""
    with torch.no_grad():
        return model(as_tensor(images)).argmax(dim=1).numpy()


# %% [markdown] lang="fr"
# ## Avant et après
#
# Gardez les filtres de la première couche avant l’entraînement, dans `before`, puis entraînez, et
# gardez-les de nouveau, dans `after` : deux tableaux NumPy de forme $(12, 5, 5)$. Les poids sont
# dans `model[0].weight`, de forme $(12, 1, 5, 5)$ ; `.detach()` les détache du gradient.

# %% [markdown] lang="en"
# ## Before and after
#
# Keep the filters of the first layer before training, in `before`, then train, and keep them
# again, in `after`: two NumPy arrays of shape $(12, 5, 5)$. The weights are in `model[0].weight`,
# of shape $(12, 1, 5, 5)$; `.detach()` detaches them from the gradient.

# %%
# BEGIN SOLUTION
before = model[0].weight[:, 0].detach().clone().numpy()
train()
after = model[0].weight[:, 0].detach().clone().numpy()
# BEGIN STARTER
# before = ...
# train()
# after = ...
# END SOLUTION

# %% [markdown] lang="fr"
# ## Voir des filtres
#
# `normalise` ramène chaque filtre entre 0 et 1, à sa propre échelle, avec 0,5 pour un poids nul.
# `filter_grid` les dispose en mosaïque.

# %% [markdown] lang="en"
# ## Seeing filters
#
# `normalise` brings each filter between 0 and 1, on its own scale, with 0.5 for a weight of zero.
# `filter_grid` lays them out in a mosaic.


# %%
def normalise(filters):
    # BEGIN SOLUTION
    largest = np.abs(filters).max(axis=(1, 2), keepdims=True)
    return 0.5 + filters / np.where(largest > 0, 2 * largest, 1)
    # END SOLUTION


def filter_grid(filters, columns):
    # BEGIN SOLUTION
    count, size = filters.shape[:2]
    rows, step = -(-count // columns), size + 1
    grid = np.ones((rows * step - 1, columns * step - 1))
    for place, tile in enumerate(normalise(filters)):
        row, column = divmod(place, columns)
        grid[row * step : row * step + size, column * step : column * step + size] = tile
    return grid
    # END SOLUTION


# %% [markdown] lang="fr"
# ## Voir des cartes
#
# `feature_maps` donne les cartes de caractéristiques d’une image, après ReLU ; `favourites`, le
# morceau d’image auquel chaque filtre répond le plus fort.

# %% [markdown] lang="en"
# ## Seeing maps
#
# `feature_maps` gives the feature maps of an image, after ReLU; `favourites`, the piece of image
# to which each filter responds most strongly.


# %%
# BEGIN SOLUTION
def windows_of(images, size):
    """Return all windows of (..., H, W) as (..., H - size + 1, W - size + 1, size, size)."""
    return np.lib.stride_tricks.sliding_window_view(images, (size, size), axis=(-2, -1))


# BEGIN STARTER
# # ...
# END SOLUTION


# %%
def feature_maps(image, filters, bias):
    # BEGIN SOLUTION
    windows = windows_of(image, filters.shape[-1])
    responses = np.einsum("ijab,fab->fij", windows, filters) + bias[:, None, None]
    return np.maximum(responses, 0)
    # END SOLUTION


def favourites(images, filters):
    # BEGIN SOLUTION
    size = filters.shape[-1]
    windows = windows_of(images, size).reshape(-1, size**2)
    best = (windows @ filters.reshape(len(filters), -1).T).argmax(axis=0)
    return windows[best].reshape(-1, size, size)
    # END SOLUTION


# %% [markdown] lang="fr"
# Les filtres avant et après, les morceaux qu’ils préfèrent, puis les cartes d’un chiffre. Que
# cherche chacun ?

# %% [markdown] lang="en"
# The filters before and after, the pieces they like best, then the maps of a digit. What does
# each of them look for?

# %%
try:
    pictures = digits[:200] / 255
    rows = {"before": before, "after": after, "favourites": favourites(pictures, after)}
    figure, axes = plt.subplots(1, 3, figsize=(10, 3))
    for axis, (name, tiles) in zip(axes, rows.items(), strict=True):
        axis.imshow(filter_grid(tiles, 4), cmap="gray", vmin=0, vmax=1)
        axis.set_title(name)
        axis.axis("off")
    maps = feature_maps(pictures[0], after, model[0].bias.detach().numpy())
    figure, axes = plt.subplots(2, 6, figsize=(10, 3.5))
    for axis, one in zip(axes.flat, maps, strict=True):
        axis.imshow(one, cmap="magma")
        axis.axis("off")
    plt.show()
except (NameError, NotImplementedError):
    print("...")
