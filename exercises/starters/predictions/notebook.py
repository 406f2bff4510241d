# %% [markdown] lang="fr"
# # Un fichier de probabilités
#
# Placez d’abord `aerial.npz` dans un dossier `data`.

# %% [markdown] lang="en"
# # A file of probabilities
#
# Put `aerial.npz` into a folder `data` first.

# %%
from pathlib import Path

import numpy as np

with np.load("data/aerial.npz") as data:
    images, labels = data["images"], data["labels"]
    test_ids, test_images = data["test_ids"], data["test_images"]

# %% [markdown] lang="fr"
# ## Des caractéristiques, et une régression logistique

# %% [markdown] lang="en"
# ## Features, and a logistic regression


# %%
# BEGIN SOLUTION
def features(images):
    """Return the mean and spread of each channel and of its edges, of images (N, 32, 32, 3)."""
    x = images.astype(np.float64) / 255
    edges = [np.diff(x, axis=axis) for axis in (1, 2)]
    found = [part.mean(axis=(1, 2)) for part in (x, *map(np.abs, edges))]
    return np.hstack([*found, *(part.std(axis=(1, 2)) for part in (x, *edges))])


known = features(images)
centre, scale = known.mean(axis=0), known.std(axis=0)
inputs = np.hstack([(known - centre) / scale, np.ones((len(known), 1))])
weights = np.zeros(inputs.shape[1])
for _step in range(1000):
    shares = 1 / (1 + np.exp(-inputs @ weights))
    weights -= 0.5 * inputs.T @ (shares - labels) / len(labels)
# BEGIN STARTER
# # ...
# END SOLUTION


# %%
def probabilities(images):
    """Return the probability of a cactus in each image, of shape (N,)."""
    # BEGIN SOLUTION
    found = (features(images) - centre) / scale
    return 1 / (1 + np.exp(-np.hstack([found, np.ones((len(found), 1))]) @ weights))
    # END SOLUTION


# %%
predicted = probabilities(test_images)
rows = [f"{name},{value:.6f}" for name, value in zip(test_ids, predicted, strict=True)]
Path("predictions.csv").write_text("\n".join(["id,has_cactus", *rows]) + "\n")
