# %% [markdown] lang="fr"
# # Panneaux routiers : premières convolutions
#
# Entraînez un réseau convolutif sur des panneaux. À la fin, `training`, `validation`, `predict` et
# `recalls` doivent exister.

# %% [markdown] lang="en"
# # Road signs: first convolutions
#
# Train a convolutional network on road signs. At the end, `training`, `validation`, `predict` and
# `recalls` must exist.

# %%
import numpy as np
import torch
from torch import nn

torch.manual_seed(0)
rng = np.random.default_rng(0)

# %% [markdown] lang="fr"
# ## Les données
#
# `road` contient les indices des images dont vous disposez. Le jeu de panneaux dessinés a autant
# d’images de chaque classe ; on en garde ici dans les proportions de la route.

# %% [markdown] lang="en"
# ## The data
#
# `road` holds the indices of the images at your disposal. The set of drawn signs has as many images
# of each class; here they are kept in the proportions of the road.

# %%
with np.load("data/signs_train.npz") as data:
    images, labels = data["images"], data["labels"].astype(np.int64)
classes = int(labels.max()) + 1

# How many photographs GTSRB has of each of the twelve signs that are drawn.
PHOTOGRAPHS = np.array([2220, 2250, 1860, 1110, 780, 2160, 2100, 1200, 210, 690, 1200, 240])


def as_on_the_road(labels):
    """Return the indices of as many images of each class as a road would show."""
    if classes != len(PHOTOGRAPHS):
        return np.arange(len(labels))
    wanted = (np.bincount(labels) * PHOTOGRAPHS / PHOTOGRAPHS.max()).astype(int)
    found = [np.flatnonzero(labels == sign)[: wanted[sign]] for sign in range(classes)]
    return np.sort(np.concatenate(found))


road = as_on_the_road(labels)
print(images.shape, images.dtype)
print(np.bincount(labels[road]))

# %% [markdown] lang="fr"
# Partagez `road` : `training` pour entraîner, `validation` pour mesurer, sans image commune.

# %% [markdown] lang="en"
# Divide `road`: `training` to train on, `validation` to measure on, without an image in common.

# %%
# BEGIN SOLUTION
# The same share of each class, so that the rarest is in both.
order = rng.permutation(road)
of_each = [order[labels[order] == sign] for sign in range(classes)]
validation = np.concatenate([some[: len(some) // 6] for some in of_each])
training = np.concatenate([some[len(some) // 6 :] for some in of_each])
# BEGIN STARTER
# training, validation = ..., ...
# END SOLUTION

# %% [markdown] lang="fr"
# ## La préparation
#
# Un réseau attend des tenseurs $(N, 3, 32, 32)$ : torch place les canaux avant les lignes.

# %% [markdown] lang="en"
# ## Preparation
#
# A network takes tensors $(N, 3, 32, 32)$: torch puts the channels ahead of the rows.


# %%
def as_tensor(images):
    # BEGIN SOLUTION
    """Return the images as a tensor (N, 3, 32, 32), each with mean 0 and deviation 1.

    Light multiplies an image: divided by its own deviation, it is the same by day and by night.
    """
    pixels = images.astype(np.float32)
    mean = pixels.mean(axis=(1, 2, 3), keepdims=True)
    deviation = pixels.std(axis=(1, 2, 3), keepdims=True)
    even = (pixels - mean) / np.maximum(deviation, 1e-3)
    return torch.from_numpy(np.ascontiguousarray(even.transpose(0, 3, 1, 2)))
    # END SOLUTION


# %% [markdown] lang="fr"
# ## Le réseau

# %% [markdown] lang="en"
# ## The network

# %%
# BEGIN SOLUTION


def stage(inputs, outputs):
    """Return a convolution that keeps the size, normalised, then halved by pooling."""
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, kernel_size=3, padding=1, bias=False),
        nn.BatchNorm2d(outputs),
        nn.ReLU(),
        nn.MaxPool2d(2),
    )


model = nn.Sequential(
    stage(3, 16),
    stage(16, 32),
    stage(32, 64),
    nn.Flatten(),
    nn.Dropout(0.3),
    nn.Linear(64 * 4 * 4, 64),
    nn.ReLU(),
    nn.Linear(64, classes),
)
# BEGIN STARTER
# model = ...
# END SOLUTION

# %% [markdown] lang="fr"
# ## L’entraînement

# %% [markdown] lang="en"
# ## Training

# %%
# BEGIN SOLUTION


def shift_images(images, rng, most=2):
    """Return the images (N, H, W, 3), each shifted at random, their edges continued."""
    count, height, width, _ = images.shape
    padded = np.pad(images, ((0, 0), (most, most), (most, most), (0, 0)), mode="edge")
    down, right = rng.integers(0, 2 * most + 1, size=(2, count, 1, 1))
    rows = down + np.arange(height)[:, None]
    columns = right + np.arange(width)
    return padded[np.arange(count)[:, None, None], rows, columns]


# A rare sign is drawn as often as a common one: its images come up more often.
weights = 1 / np.bincount(labels[training], minlength=classes)[labels[training]]
weights /= weights.sum()
# Many passes over few images, few passes over many.
epochs, batch = (10 if len(training) < 10_000 else 3), 64
steps = epochs * (len(training) // batch)
optimiser = torch.optim.Adam(model.parameters())
schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, max_lr=5e-3, total_steps=steps)

for epoch in range(epochs):
    model.train()
    total = 0.0
    for _ in range(steps // epochs):
        chosen = rng.choice(training, size=batch, p=weights)
        scores = model(as_tensor(shift_images(images[chosen], rng)))
        loss = nn.functional.cross_entropy(scores, torch.from_numpy(labels[chosen]))
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
        total += loss.item()
    print(f"epoch {epoch + 1}/{epochs}: loss {total / (steps // epochs):.4f}")
# BEGIN STARTER
# # ...
# END SOLUTION

# %% [markdown] lang="fr"
# ## Le résultat
#
# `predict` reçoit des entiers de 0 à 255, de forme $(N, 32, 32, 3)$, et renvoie $N$ classes.
# `recalls` a une valeur par classe.

# %% [markdown] lang="en"
# ## The result
#
# `predict` takes whole numbers from 0 to 255, of shape $(N, 32, 32, 3)$, and returns $N$ classes.
# `recalls` has a value per class.


# %%
def predict(images):
    # BEGIN SOLUTION
    model.eval()
    with torch.no_grad():
        return model(as_tensor(images)).argmax(dim=1).numpy()
    # END SOLUTION


# %%
# BEGIN SOLUTION
right = predict(images[validation]) == labels[validation]
recalls = np.array([right[labels[validation] == sign].mean() for sign in range(classes)])
print(f"mean {recalls.mean():.3f}, lowest {recalls.min():.3f}: sign {recalls.argmin()}")
# BEGIN STARTER
# recalls = ...
# END SOLUTION
