# %% [markdown] lang="fr"
# # Le record sur MNIST, à 30 000 paramètres
#
# Entraînez un réseau de 30 000 paramètres au plus qui reconnaît des chiffres décalés, et
# remettez-le au format ONNX. À la fin, `predict` et le fichier `model.onnx` doivent exister.

# %% [markdown] lang="en"
# # The MNIST record, with 30,000 parameters
#
# Train a network of at most 30,000 parameters that recognises shifted digits, and hand it over as
# ONNX. At the end, `predict` and the file `model.onnx` must exist.

# %%
import warnings

import numpy as np
import torch
from torch import nn

torch.manual_seed(0)
rng = np.random.default_rng(0)
device = "cuda" if torch.cuda.is_available() else "cpu"

# %% [markdown] lang="fr"
# ## Les données et les outils

# %% [markdown] lang="en"
# ## The data and the tools

# %%
with np.load("data/mnist_train.npz") as data:
    images, labels = data["images"], data["labels"].astype(np.int64)
print(images.shape, labels.shape)


# %%
def shift_images(images, rng, most=2):
    """Return the images (N, 28, 28), each shifted at random by at most `most` pixels each way."""
    count, height, width = images.shape
    padded = np.pad(images, ((0, 0), (most, most), (most, most)))
    down, right = rng.integers(0, 2 * most + 1, size=(2, count, 1, 1))
    rows = down + np.arange(height)[:, None]
    columns = right + np.arange(width)
    return padded[np.arange(count)[:, None, None], rows, columns]


def as_tensor(images):
    """Return the images as a tensor (N, 1, 28, 28) of values between 0 and 1."""
    return torch.from_numpy(images.astype(np.float32) / 255).unsqueeze(1).to(device)


def save_onnx(model, path="model.onnx"):
    """Write the network as it answers once trained, for any number of images at once."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            model.eval(),
            (torch.zeros(1, 1, 28, 28, device=device),),
            path,
            input_names=["images"],
            output_names=["scores"],
            dynamic_axes={"images": {0: "n"}, "scores": {0: "n"}},
            dynamo=False,
        )


# %% [markdown] lang="fr"
# ## Le réseau
#
# Comptez ses paramètres avant de l’entraîner.

# %% [markdown] lang="en"
# ## The network
#
# Count its parameters before you train it.


# %%
# BEGIN SOLUTION
def stage(inputs, outputs, size, stride=1):
    """Return a convolution with padding, normalised, then ReLU."""
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, size, stride=stride, padding=size // 2, bias=False),
        nn.BatchNorm2d(outputs),
        nn.ReLU(),
    )


model = nn.Sequential(
    stage(1, 16, size=5, stride=2),
    stage(16, 32, size=3),
    nn.MaxPool2d(2),
    stage(32, 64, size=3),
    nn.MaxPool2d(2),
    nn.Flatten(),
    nn.Dropout(0.3),
    nn.Linear(64 * 3 * 3, 10),
).to(device)
print(sum(one.numel() for one in model.parameters()), "parameters")
# BEGIN STARTER
# model = ...
# END SOLUTION

# %% [markdown] lang="fr"
# ## L’entraînement

# %% [markdown] lang="en"
# ## Training

# %%
# BEGIN SOLUTION
# Many passes over few images, few passes over many.
epochs = 15 if len(images) < 20_000 else 2
batch = 64
steps = epochs * -(-len(images) // batch)
optimiser = torch.optim.AdamW(model.parameters(), lr=5e-3)
schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, max_lr=5e-3, total_steps=steps)

for epoch in range(epochs):
    model.train()
    order = rng.permutation(len(images))
    inputs = as_tensor(shift_images(images[order], rng))
    targets = torch.from_numpy(labels[order]).to(device)
    total = 0.0
    for start in range(0, len(inputs), batch):
        scores = model(inputs[start : start + batch])
        loss = nn.functional.cross_entropy(scores, targets[start : start + batch])
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
        total += loss.item() * len(scores)
    print(f"epoch {epoch + 1}/{epochs}: loss {total / len(inputs):.4f}")
# BEGIN STARTER
# # ...
# END SOLUTION

# %% [markdown] lang="fr"
# ## Le résultat
#
# `predict` reçoit des entiers de 0 à 255, de forme $(N, 28, 28)$, et renvoie les classes que donne
# votre réseau dans ce carnet.

# %% [markdown] lang="en"
# ## The result
#
# `predict` takes whole numbers from 0 to 255, of shape $(N, 28, 28)$, and returns the classes that
# your network gives in this notebook.


# %%
def predict(images):
    # BEGIN SOLUTION
    model.eval()
    with torch.no_grad():
        return model(as_tensor(images)).argmax(dim=1).cpu().numpy()
    # END SOLUTION


# %%
# BEGIN SOLUTION
save_onnx(model)
# BEGIN STARTER
# # save_onnx(model)
# END SOLUTION
