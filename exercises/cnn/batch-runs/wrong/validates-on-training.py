# mistake: validates-on-training
# %%
import numpy as np
import torch
from noyau import log
from torch import nn

# %% tags=["parameters"]
learning_rate = 0.003
shift = 2

# %%
torch.manual_seed(0)
rng = np.random.default_rng(0)

with np.load("data/mnist_train.npz") as data:
    images, labels = data["images"], data["labels"].astype(np.int64)


def shift_images(images, most):
    count, height, width = images.shape
    padded = np.pad(images, ((0, 0), (most, most), (most, most)))
    down, right = rng.integers(0, 2 * most + 1, size=(2, count, 1, 1))
    rows = down + np.arange(height)[:, None]
    columns = right + np.arange(width)
    return padded[np.arange(count)[:, None, None], rows, columns]


def as_tensor(images):
    return torch.from_numpy(images.astype(np.float32) / 255).unsqueeze(1)


def augmented(images):
    return shift_images(images, shift)


model = nn.Sequential(
    nn.Conv2d(1, 8, kernel_size=5, stride=2, padding=2),
    nn.ReLU(),
    nn.Conv2d(8, 16, kernel_size=5, stride=2, padding=2),
    nn.ReLU(),
    nn.Flatten(),
    nn.Linear(16 * 7 * 7, 10),
)


def predict(images):
    with torch.no_grad():
        return model(as_tensor(images)).argmax(dim=1).numpy()


order = rng.permutation(len(images))
held, kept = order[:500], order[500:2000]
optimiser = torch.optim.Adam(model.parameters(), lr=learning_rate)
for epoch in range(6):
    shuffled = rng.permutation(kept)
    inputs, targets = as_tensor(augmented(images[shuffled])), torch.from_numpy(labels[shuffled])
    total = 0.0
    for start in range(0, len(inputs), 32):
        scores = model(inputs[start : start + 32])
        loss = nn.functional.cross_entropy(scores, targets[start : start + 32])
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        total += loss.item() * len(scores)
    training_loss = total / len(inputs)
    log(step=epoch + 1, loss=training_loss)
validation_accuracy = float(np.mean(predict(images[kept]) == labels[kept]))
