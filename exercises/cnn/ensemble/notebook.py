# %% [markdown] lang="fr"
# # Plusieurs réseaux valent mieux qu’un
#
# Entraînez au moins trois réseaux sur des vues différentes des mêmes panneaux, puis combinez leurs
# probabilités. À la fin, `combine`, `member_probabilities`, `predict_proba`, `weights` et
# `validation_scores` doivent exister.

# %% [markdown] lang="en"
# # Several networks are better than one
#
# Train at least three networks on different views of the same road signs, then combine their
# probabilities. At the end, `combine`, `member_probabilities`, `predict_proba`, `weights` and
# `validation_scores` must exist.

# %%
import matplotlib.pyplot as plt
import numpy as np
import torch
from torch import nn

torch.manual_seed(0)
rng = np.random.default_rng(0)

# %% [markdown] lang="fr"
# ## Les données
#
# Quelques centaines d’images suffisent ; avec peu d’images, chaque réseau se trompe à sa façon.

# %% [markdown] lang="en"
# ## The data
#
# A few hundred images are enough; with few images, each network errs in its own way.

# %%
with np.load("data/signs.npz") as data:
    images, labels = data["images"], data["labels"].astype(np.int64)
classes = int(labels.max()) + 1
print(images.shape, classes, "classes")


def shift_images(images, rng, most=2):
    """Return the images (N, H, W, 3), each shifted at random by at most `most` pixels each way."""
    count, height, width = images.shape[:3]
    padded = np.pad(images, ((0, 0), (most, most), (most, most), (0, 0)), mode="edge")
    down, right = rng.integers(0, 2 * most + 1, size=(2, count, 1, 1))
    rows = down + np.arange(height)[:, None]
    return padded[np.arange(count)[:, None, None], rows, right + np.arange(width)]


# %% [markdown] lang="fr"
# Mettez de côté quelques centaines d’images pour la validation.

# %% [markdown] lang="en"
# Set a few hundred images aside for validation.

# %%
# BEGIN SOLUTION
order = rng.permutation(len(images))
held, kept = order[:400], order[400:1000]
# BEGIN STARTER
# held, kept = ..., ...
# END SOLUTION

# %% [markdown] lang="fr"
# ## Trois vues
#
# Chacune reçoit des images $(N, 32, 32, 3)$ et renvoie des valeurs $(N, C, 32, 32)$, à la lumière
# et au contraste ramenés.

# %% [markdown] lang="en"
# ## Three views
#
# Each takes images $(N, 32, 32, 3)$ and returns values $(N, C, 32, 32)$ whose light and contrast
# are evened out.


# %%
def colour_view(images):
    """Return the colours as three channels."""
    values = images.astype(np.float32)
    mean, spread = values.mean(axis=(1, 2), keepdims=True), values.std(axis=(1, 2), keepdims=True)
    return ((values - mean) / (spread + 4)).transpose(0, 3, 1, 2)


def grey_view(images):
    """Return the luminance as one channel."""
    grey = images @ np.array([0.299, 0.587, 0.114], dtype=np.float32)
    mean, spread = grey.mean(axis=(1, 2), keepdims=True), grey.std(axis=(1, 2), keepdims=True)
    return ((grey - mean) / (spread + 4))[:, None]


def edge_view(images):
    """Return how the luminance grows to the right and downwards, as two channels."""
    grey = np.pad(grey_view(images)[:, 0], ((0, 0), (1, 1), (1, 1)), mode="edge")
    right = grey[:, 1:-1, 2:] - grey[:, 1:-1, :-2]
    down = grey[:, 2:, 1:-1] - grey[:, :-2, 1:-1]
    return np.stack([right, down], axis=1)


views = [colour_view, grey_view, edge_view]

figure, axes = plt.subplots(4, 6, figsize=(9, 6))
for column, axis in zip(axes.T, images[:6], strict=True):
    column[0].imshow(axis)
    for row, view in zip(column[1:], views, strict=True):
        row.imshow(view(axis[None])[0].mean(axis=0), cmap="gray")
for axis in axes.flat:
    axis.axis("off")
plt.show()

# %% [markdown] lang="fr"
# ## Les membres

# %% [markdown] lang="en"
# ## The members


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


def network(channels):
    """Return a small network for images (N, channels, 32, 32)."""
    return nn.Sequential(
        stage(channels, 12),
        stage(12, 24),
        stage(24, 32),
        nn.Flatten(),
        nn.Linear(32 * 4 * 4, classes),
    )


def train(view, epochs=10, batch=32):
    """Return a network trained on a view of the images kept."""
    model = network(view(images[:1]).shape[1])
    optimiser = torch.optim.Adam(model.parameters())
    steps = epochs * -(-len(kept) // batch)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, max_lr=5e-3, total_steps=steps)
    for _ in range(epochs):
        shuffled = rng.permutation(kept)
        inputs = torch.from_numpy(view(shift_images(images[shuffled], rng)))
        targets = torch.from_numpy(labels[shuffled])
        for start in range(0, len(inputs), batch):
            scores = model(inputs[start : start + batch])
            loss = nn.functional.cross_entropy(scores, targets[start : start + batch])
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
    return model.eval()


members = [train(view) for view in views]
# BEGIN STARTER
# members = ...
# END SOLUTION


# %%
def member_probabilities(images):
    # BEGIN SOLUTION
    with torch.no_grad():
        answers = [
            torch.softmax(member(torch.from_numpy(view(images))), dim=1)
            for member, view in zip(members, views, strict=True)
        ]
    return torch.stack(answers).numpy()
    # END SOLUTION


# %% [markdown] lang="fr"
# ## L’ensemble

# %% [markdown] lang="en"
# ## The ensemble


# %%
def combine(probabilities, weights):
    # BEGIN SOLUTION
    return np.average(probabilities, axis=0, weights=weights)
    # END SOLUTION


# %%
# BEGIN SOLUTION
answers = member_probabilities(shift_images(images[held], rng))
validation_scores = (answers.argmax(axis=2) == labels[held]).mean(axis=1)
# A member that errs half as often counts twice as much.
weights = 1 / (1.02 - validation_scores)
weights /= weights.sum()
print("members:", validation_scores.round(3), "weights:", weights.round(3))
print("ensemble:", np.mean(combine(answers, weights).argmax(axis=1) == labels[held]).round(3))
# BEGIN STARTER
# validation_scores = ...
# weights = ...
# END SOLUTION


# %%
def predict_proba(images):
    # BEGIN SOLUTION
    return combine(member_probabilities(images), weights)
    # END SOLUTION
