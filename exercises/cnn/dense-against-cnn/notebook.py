# %% [markdown] lang="fr"
# # Réseau dense contre réseau convolutif
#
# Entraînez les deux réseaux sur les mêmes images, puis comparez-les. À la fin, `dense`, `cnn`,
# `seen`, `predict_dense`, `predict_cnn` et `report` doivent exister.

# %% [markdown] lang="en"
# # Dense network against CNN
#
# Train both networks on the same images, then compare them. At the end, `dense`, `cnn`, `seen`,
# `predict_dense`, `predict_cnn` and `report` must exist.

# %%
import numpy as np
import torch
from torch import nn

torch.manual_seed(0)
rng = np.random.default_rng(0)

# %% [markdown] lang="fr"
# ## Les données
#
# `shift_images` déplace chaque image de 2 pixels, dans une direction tirée au hasard. Elle sert à
# mesurer, non à entraîner.

# %% [markdown] lang="en"
# ## The data
#
# `shift_images` moves each image by 2 pixels, in a direction drawn at random. It is for measuring,
# not for training.

# %%
with np.load("data/mnist_train.npz") as data:
    images, labels = data["images"], data["labels"].astype(np.int64)
print(images.shape, labels.shape)


# %%
def shift_images(images, rng):
    """Return the images (N, 28, 28), each moved by 2 pixels up, down, left or right."""
    padded = np.pad(images, ((0, 0), (2, 2), (2, 2)))
    corners = np.array([(0, 2), (4, 2), (2, 0), (2, 4)])[rng.integers(4, size=len(images))]
    rows = corners[:, 0, None, None] + np.arange(28)[:, None]
    columns = corners[:, 1, None, None] + np.arange(28)
    return padded[np.arange(len(images))[:, None, None], rows, columns]


def as_tensor(images):
    """Return the images as a tensor (N, 1, 28, 28) of values between 0 and 1."""
    return torch.from_numpy(images.astype(np.float32) / 255).unsqueeze(1)


# %% [markdown] lang="fr"
# Mettez au moins 500 images de côté pour la validation : `held` et `kept` sont des indices.

# %% [markdown] lang="en"
# Set at least 500 images aside for validation: `held` and `kept` are indices.

# %%
# BEGIN SOLUTION
order = rng.permutation(len(images))
held, kept = order[:600], order[600:]
# BEGIN STARTER
# held, kept = ..., ...
# END SOLUTION

# %% [markdown] lang="fr"
# ## Les deux réseaux
#
# Ils reçoivent des tenseurs $(N, 1, 28, 28)$. Celui de `dense` commence donc par `nn.Flatten()`.

# %% [markdown] lang="en"
# ## The two networks
#
# They take tensors $(N, 1, 28, 28)$, so `dense` begins with `nn.Flatten()`.

# %%
# BEGIN SOLUTION
dense = nn.Sequential(nn.Flatten(), nn.Linear(28 * 28, 128), nn.ReLU(), nn.Linear(128, 10))
cnn = nn.Sequential(
    nn.Conv2d(1, 8, kernel_size=5, padding=2),
    nn.ReLU(),
    nn.MaxPool2d(2),
    nn.Conv2d(8, 16, kernel_size=5, padding=2),
    nn.ReLU(),
    nn.MaxPool2d(2),
    nn.Conv2d(16, 32, kernel_size=3, padding=1),
    nn.ReLU(),
    nn.MaxPool2d(2),
    nn.Flatten(),
    nn.Linear(32 * 3 * 3, 10),
)
# BEGIN STARTER
# dense = ...
# cnn = ...
# END SOLUTION

# %% [markdown] lang="fr"
# ## L’entraînement
#
# `fit` est donnée. Elle note dans `seen` les images que chaque réseau a vues.

# %% [markdown] lang="en"
# ## Training
#
# `fit` is given. It notes in `seen` which images each network has seen.

# %%
seen = {}


def fit(name, model, chosen, *, epochs, rate=5e-3, batch=64):
    """Train the model on the images of these indices, in place."""
    seen[name] = np.array(chosen)
    inputs, targets = as_tensor(images[chosen]), torch.from_numpy(labels[chosen])
    steps = epochs * -(-len(inputs) // batch)
    optimiser = torch.optim.Adam(model.parameters())
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, max_lr=rate, total_steps=steps)
    model.train()
    for epoch in range(epochs):
        total = 0.0
        for rows in torch.randperm(len(inputs)).split(batch):
            loss = nn.functional.cross_entropy(model(inputs[rows]), targets[rows])
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
            total += loss.item() * len(rows)
        print(f"{name}, epoch {epoch + 1}/{epochs}: loss {total / len(inputs):.4f}")
    model.eval()


# %%
# BEGIN SOLUTION
# Many passes over few images, few passes over many.
epochs = 10 if len(kept) < 20_000 else 2
fit("dense", dense, kept, epochs=epochs)
fit("cnn", cnn, kept, epochs=epochs)
# BEGIN STARTER
# # ...
# END SOLUTION

# %% [markdown] lang="fr"
# ## Les réponses
#
# Les deux fonctions reçoivent des entiers de 0 à 255, de forme $(N, 28, 28)$, et renvoient $N$
# classes.

# %% [markdown] lang="en"
# ## The answers
#
# Both functions take whole numbers from 0 to 255, of shape $(N, 28, 28)$, and return $N$ classes.


# %%
def predict_dense(images):
    # BEGIN SOLUTION
    dense.eval()
    with torch.no_grad():
        return dense(as_tensor(images)).argmax(dim=1).numpy()
    # END SOLUTION


def predict_cnn(images):
    # BEGIN SOLUTION
    cnn.eval()
    with torch.no_grad():
        return cnn(as_tensor(images)).argmax(dim=1).numpy()
    # END SOLUTION


# %% [markdown] lang="fr"
# ## La comparaison
#
# Pour chaque réseau : le nombre de poids et de biais, la précision sur les images de `held` telles
# quelles, celle sur les mêmes images décalées, et la chute de l’une à l’autre.

# %% [markdown] lang="en"
# ## The comparison
#
# For each network: how many weights and biases it has, its accuracy on the images of `held` as
# they are, that on the same images shifted, and the fall from the one to the other.

# %%
# BEGIN SOLUTION
shifted = shift_images(images[held], rng)


def figures(model, predict):
    """Return the four figures of a network."""
    in_place = float(np.mean(predict(images[held]) == labels[held]))
    moved = float(np.mean(predict(shifted) == labels[held]))
    return {
        "parameters": sum(tensor.numel() for tensor in model.parameters()),
        "in_place": in_place,
        "shifted": moved,
        "fall": in_place - moved,
    }


report = {"dense": figures(dense, predict_dense), "cnn": figures(cnn, predict_cnn)}
for name, row in report.items():
    print(name, row)
# BEGIN STARTER
# report = {
#     "dense": {"parameters": ..., "in_place": ..., "shifted": ..., "fall": ...},
#     "cnn": {"parameters": ..., "in_place": ..., "shifted": ..., "fall": ...},
# }
# END SOLUTION
