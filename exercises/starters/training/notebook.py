# %% [markdown] lang="fr"
# # Un premier réseau convolutif
#
# À la fin, `model` et `predict` doivent exister.

# %% [markdown] lang="en"
# # A first convolutional network
#
# At the end, `model` and `predict` must exist.

# %%
import numpy as np
import torch
from noyau import log
from torch import nn

torch.manual_seed(0)
with np.load("data/mnist_train.npz") as data:
    images, labels = data["images"][:3000], data["labels"][:3000].astype(np.int64)


# %%
def as_tensor(images):
    """Return the images as a tensor (N, 1, 28, 28) of values between 0 and 1."""
    return torch.from_numpy(images.astype(np.float32) / 255).unsqueeze(1)


# %% [markdown] lang="fr"
# ## Le réseau et son entraînement

# %% [markdown] lang="en"
# ## The network and its training

# %%
# BEGIN SOLUTION
model = nn.Sequential(
    nn.Conv2d(1, 8, kernel_size=5, stride=2, padding=2),
    nn.ReLU(),
    nn.MaxPool2d(2),
    nn.Flatten(),
    nn.Linear(8 * 7 * 7, 10),
)
optimiser = torch.optim.Adam(model.parameters(), lr=5e-3)
for epoch in range(3):
    total = 0.0
    for chosen in torch.randperm(len(images)).split(50):
        scores = model(as_tensor(images[chosen.numpy()]))
        loss = nn.functional.cross_entropy(scores, torch.from_numpy(labels)[chosen])
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        total += loss.item() * len(chosen)
    log(step=epoch + 1, loss=total / len(images))
# BEGIN STARTER
# model = ...
# END SOLUTION


# %%
def predict(images):
    # BEGIN SOLUTION
    with torch.no_grad():
        return model(as_tensor(images)).argmax(dim=1).numpy()
    # END SOLUTION
