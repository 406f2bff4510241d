# %% [markdown] lang="fr"
# # Des cactus vus du ciel
#
# Entraînez un réseau sur les images étiquetées, puis écrivez `predictions.csv` : une probabilité
# pour chacune des images de test. Placez d’abord `aerial.npz` dans un dossier `data`.

# %% [markdown] lang="en"
# # Cacti seen from the sky
#
# Train a network on the labelled images, then write `predictions.csv`: a probability for each of
# the test images. Put `aerial.npz` into a folder `data` first.

# %%
from pathlib import Path

import numpy as np
import torch
from torch import nn

torch.manual_seed(0)
rng = np.random.default_rng(0)

# %% [markdown] lang="fr"
# ## Les données

# %% [markdown] lang="en"
# ## The data

# %%
with np.load("data/aerial.npz") as data:
    images, labels = data["images"], data["labels"]
    test_ids, test_images = data["test_ids"], data["test_images"]
print(images.shape, f"{labels.mean():.0%} with a cactus;", test_images.shape, "to predict")


# %%
def as_tensor(images):
    """Return images (N, 32, 32, 3) of whole numbers as a tensor (N, 3, 32, 32) around 0."""
    channels_first = np.ascontiguousarray(images.transpose(0, 3, 1, 2))
    return torch.from_numpy(channels_first).float() / 127.5 - 1


# %% [markdown] lang="fr"
# Mettez de côté quelques centaines d’images pour la validation.

# %% [markdown] lang="en"
# Set a few hundred images aside for validation.

# %%
# BEGIN SOLUTION
order = rng.permutation(len(images))
held, kept = order[:500], order[500:]
# BEGIN STARTER
# held, kept = ..., ...
# END SOLUTION

# %% [markdown] lang="fr"
# ## Le réseau
#
# Sa sortie est un seul nombre par image ; la sigmoïde en fait une probabilité.

# %% [markdown] lang="en"
# ## The network
#
# It gives one number per image; the sigmoid turns it into a probability.


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
    nn.AdaptiveAvgPool2d(2),
    nn.Flatten(),
    nn.Dropout(0.3),
    nn.Linear(64 * 4, 1),
    nn.Flatten(0),
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
def turned(batch):
    """Return the images of a batch another way round: seen from the sky, no side is up."""
    batch = torch.rot90(batch, int(rng.integers(4)), dims=(2, 3))
    return batch.flip(3) if rng.random() < 0.5 else batch


epochs, size = 14, 64
inputs = as_tensor(images[kept])
targets = torch.from_numpy(labels[kept]).float()
optimiser = torch.optim.Adam(model.parameters())
steps = epochs * -(-len(kept) // size)
schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, max_lr=5e-3, total_steps=steps)

for epoch in range(epochs):
    model.train()
    total = 0.0
    for chosen in torch.randperm(len(inputs)).split(size):
        loss = nn.functional.binary_cross_entropy_with_logits(
            model(turned(inputs[chosen])), targets[chosen]
        )
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
        total += loss.item() * len(chosen)
    print(f"epoch {epoch + 1}/{epochs}: loss {total / len(inputs):.4f}")
# BEGIN STARTER
# # ...
# END SOLUTION


# %%
def probabilities(images):
    """Return the probability of a cactus in each image, of shape (N,)."""
    # BEGIN SOLUTION
    model.eval()
    with torch.no_grad():
        views = [as_tensor(images), as_tensor(images[:, ::-1]), as_tensor(images[:, :, ::-1])]
        return torch.stack([model(view).sigmoid() for view in views]).mean(dim=0).numpy()
    # END SOLUTION


# %% [markdown] lang="fr"
# ## La mesure
#
# L’AUC est la probabilité qu’une image avec cactus, prise au hasard, obtienne plus qu’une image
# sans cactus.

# %% [markdown] lang="en"
# ## The measure
#
# The AUC is the probability that an image with a cactus, drawn at random, gets more than one
# without.


# %%
def auc(labels, scores):
    """Return the share of pairs (with, without) in the right order, ties counted by half."""
    above = scores[labels == 1][:, None] - scores[labels == 0]
    return float((above > 0).mean() + (above == 0).mean() / 2)


print(f"validation AUC: {auc(labels[held], probabilities(images[held])):.4f}")

# %% [markdown] lang="fr"
# ## Le fichier

# %% [markdown] lang="en"
# ## The file

# %%
predicted = probabilities(test_images)
rows = [f"{name},{value:.6f}" for name, value in zip(test_ids, predicted, strict=True)]
Path("predictions.csv").write_text("\n".join(["id,has_cactus", *rows]) + "\n")
