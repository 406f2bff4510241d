# %% [markdown] lang="fr"
# # Reconnaître des chiffres écrits à la main
#
# Entraînez un réseau convolutif qui reconnaît des chiffres décalés. À la fin, `predict` et
# `validation_accuracy` doivent exister.

# %% [markdown] lang="en"
# # Recognising handwritten digits
#
# Train a convolutional network that recognises shifted digits. At the end, `predict` and
# `validation_accuracy` must exist.

# %%
import numpy as np
import torch
from torch import nn

torch.manual_seed(0)
rng = np.random.default_rng(0)
device = "cuda" if torch.cuda.is_available() else "cpu"

# %% [markdown] lang="fr"
# ## Les données

# %% [markdown] lang="en"
# ## The data

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
    return torch.from_numpy(images.astype(np.float32) / 255).unsqueeze(1)


# %% [markdown] lang="fr"
# Mettez de côté quelques centaines d’images pour la validation.

# %% [markdown] lang="en"
# Set a few hundred images aside for validation.

# %%
# BEGIN SOLUTION
order = rng.permutation(len(images))
held, kept = order[:600], order[600:]
# BEGIN STARTER
# held, kept = ..., ...
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
    stage(1, 16),
    stage(16, 32),
    stage(32, 64),
    nn.Flatten(),
    nn.Linear(64 * 3 * 3, 64),
    nn.ReLU(),
    nn.Dropout(0.4),
    nn.Linear(64, 10),
).to(device)
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
epochs = 30 if len(kept) < 20_000 else 3
batch = 64
steps = epochs * -(-len(kept) // batch)
optimiser = torch.optim.Adam(model.parameters())
schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, max_lr=5e-3, total_steps=steps)

for epoch in range(epochs):
    model.train()
    shuffled = rng.permutation(kept)
    inputs = as_tensor(shift_images(images[shuffled], rng)).to(device)
    targets = torch.from_numpy(labels[shuffled]).to(device)
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
# `predict` reçoit des entiers de 0 à 255, de forme $(N, 28, 28)$, et renvoie les classes.

# %% [markdown] lang="en"
# ## The result
#
# `predict` takes whole numbers from 0 to 255, of shape $(N, 28, 28)$, and returns the classes.


# %%
def predict(images):
    # BEGIN SOLUTION
    model.eval()
    with torch.no_grad():
        return model(as_tensor(images).to(device)).argmax(dim=1).cpu().numpy()
    # END SOLUTION


# %%
# BEGIN SOLUTION
shifted = shift_images(images[held], rng)
validation_accuracy = float(np.mean(predict(shifted) == labels[held]))
print(f"validation accuracy: {validation_accuracy:.3f}")
# BEGIN STARTER
# validation_accuracy = ...
# END SOLUTION
