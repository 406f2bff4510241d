# %% [markdown] lang="fr"
# # Reprendre un réseau déjà entraîné
#
# Un réseau sait déjà reconnaître des panneaux. Apprenez-lui-en d’autres, avec trois images de
# chacun. À la fin, `model`, `rates` et `predict` doivent exister.

# %% [markdown] lang="en"
# # Starting from a trained network
#
# A network already recognises some road signs. Teach it others, with three images of each. At the
# end, `model`, `rates` and `predict` must exist.

# %%
from collections import OrderedDict

import matplotlib.pyplot as plt
import numpy as np
import torch
from safetensors.torch import load_file
from torch import nn

torch.manual_seed(0)
rng = np.random.default_rng(0)

# %% [markdown] lang="fr"
# ## Les nouveaux panneaux

# %% [markdown] lang="en"
# ## The new signs

# %%
with np.load("data/new_signs.npz") as data:
    images, labels = data["images"], data["labels"].astype(np.int64)
classes = int(labels.max()) + 1
print(images.shape, labels)

figure, axes = plt.subplots(1, min(len(images), 12), figsize=(12, 1.3))
for axis, place in zip(axes, np.argsort(labels), strict=False):
    axis.imshow(images[place])
    axis.set_title(labels[place])
    axis.axis("off")
plt.show()


# %%
def as_tensor(images):
    """Return the images (N, 32, 32, 3) as a tensor (N, 3, 32, 32) of values between 0 and 1."""
    return torch.from_numpy(images.astype(np.float32) / 255).permute(0, 3, 1, 2)


def shift_images(images, rng, most=2):
    """Return the images (N, H, W, 3), each shifted at random by at most `most` pixels each way."""
    count, height, width = images.shape[:3]
    padded = np.pad(images, ((0, 0), (most, most), (most, most), (0, 0)), mode="edge")
    down, right = rng.integers(0, 2 * most + 1, size=(2, count, 1, 1))
    rows = down + np.arange(height)[:, None]
    return padded[np.arange(count)[:, None, None], rows, right + np.arange(width)]


# %% [markdown] lang="fr"
# ## Le réseau de base
#
# `network` construit un réseau tout neuf ; `base` contient les poids de celui qui est entraîné,
# par leur nom.

# %% [markdown] lang="en"
# ## The base network
#
# `network` builds a brand-new network; `base` has the weights of the trained one, by name.


# %%
def stage(inputs, outputs):
    """Return a convolution that keeps the size, normalised, then halved by pooling."""
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, kernel_size=3, padding=1, bias=False),
        nn.BatchNorm2d(outputs),
        nn.ReLU(),
        nn.MaxPool2d(2),
    )


def network(classes):
    """Return a network for images (N, 3, 32, 32) whose weights are drawn at random."""
    return nn.Sequential(
        OrderedDict(
            stage1=stage(3, 16),
            stage2=stage(16, 32),
            stage3=stage(32, 64),
            flatten=nn.Flatten(),
            head=nn.Linear(64 * 4 * 4, classes),
        )
    )


base = load_file("data/base.safetensors")
for name, weights in base.items():
    print(f"{name:<28} {tuple(weights.shape)}")

# %% [markdown] lang="fr"
# ## La greffe
#
# Chargez les poids de `base` dans `model`, gelez ses deux premiers étages, donnez-lui une tête
# neuve.

# %% [markdown] lang="en"
# ## The graft
#
# Load the weights of `base` into `model`, freeze its first two stages, give it a new head.

# %%
# BEGIN SOLUTION
model = network(len(base["head.bias"]))
model.load_state_dict(base)
frozen = [model.stage1, model.stage2]
for part in frozen:
    part.requires_grad_(requires_grad=False)
model.head = nn.Linear(model.head.in_features, classes)
# BEGIN STARTER
# model = ...
# END SOLUTION

# %% [markdown] lang="fr"
# ## Les vitesses
#
# Un optimiseur peut avoir plusieurs groupes de paramètres, chacun avec sa vitesse :
# `torch.optim.Adam([{"params": ..., "lr": ...}, {"params": ..., "lr": ...}])`. `rates_of` relit
# ces vitesses dans l’optimiseur ; si vous entraînez avec plusieurs optimiseurs, définissez
# `rates` vous-même : pour chaque étage, sa plus haute vitesse.

# %% [markdown] lang="en"
# ## The rates
#
# An optimiser may have several groups of parameters, each with its own rate:
# `torch.optim.Adam([{"params": ..., "lr": ...}, {"params": ..., "lr": ...}])`. `rates_of` reads
# these rates back from the optimiser; should you train with several of them, define `rates`
# yourself: the highest rate of each part.


# %%
def rates_of(model, optimiser):
    """Return the rate at which the optimiser trains each part of the model, 0 for none."""
    rates = {}
    for name, part in model.named_children():
        trained = {id(one) for one in part.parameters() if one.requires_grad}
        groups = [
            group.get("initial_lr", group["lr"])
            for group in optimiser.param_groups
            if trained & {id(one) for one in group["params"]}
        ]
        rates[name] = float(max(groups, default=0.0))
    return rates


def drift(model):
    """Return how far the third stage's filters have moved from the base's, relative to these."""
    before = base["stage3.0.weight"]
    after = model.state_dict()["stage3.0.weight"].cpu()
    return float((after - before).norm() / before.norm())


# %%
# BEGIN SOLUTION
optimiser = torch.optim.Adam(
    [
        {"params": model.head.parameters(), "lr": 3e-3},
        {"params": model.stage3.parameters(), "lr": 3e-4},
    ]
)
rates = rates_of(model, optimiser)
print(rates)
# BEGIN STARTER
# optimiser = ...
# rates = ...  # rates_of(model, optimiser)
# END SOLUTION

# %% [markdown] lang="fr"
# ## L’entraînement

# %% [markdown] lang="en"
# ## Training

# %%
# BEGIN SOLUTION
epochs = 60
schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, epochs)
for epoch in range(epochs):
    model.train()
    # In training mode, batch normalisation would go on averaging, and its stage would move.
    for part in frozen:
        part.eval()
    inputs = as_tensor(shift_images(images, rng))
    targets = torch.from_numpy(labels)
    total = 0.0
    for batch in torch.randperm(len(inputs)).split(16):
        loss = nn.functional.cross_entropy(model(inputs[batch]), targets[batch])
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        total += loss.item() * len(batch)
    schedule.step()
    if (epoch + 1) % 10 == 0:
        print(f"epoch {epoch + 1}/{epochs}: loss {total / len(inputs):.4f}")
print(f"drift of the third stage: {drift(model):.1%}")
# BEGIN STARTER
# # ...
# END SOLUTION

# %% [markdown] lang="fr"
# ## Le résultat
#
# `predict` reçoit des entiers de 0 à 255, de forme $(N, 32, 32, 3)$, et renvoie les classes.

# %% [markdown] lang="en"
# ## The result
#
# `predict` takes whole numbers from 0 to 255, of shape $(N, 32, 32, 3)$, and returns the classes.


# %%
def predict(images):
    # BEGIN SOLUTION
    model.eval()
    with torch.no_grad():
        return model(as_tensor(images)).argmax(dim=1).numpy()
    # END SOLUTION
