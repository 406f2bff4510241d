# mistake: never-shifted
# %%
import numpy as np
import torch
from torch import nn

torch.manual_seed(0)
rng = np.random.default_rng(0)

with np.load("data/mnist_train.npz") as data:
    images, labels = data["images"], data["labels"].astype(np.int64)


def shift_images(images, rng, most=2):
    count, height, width = images.shape
    padded = np.pad(images, ((0, 0), (most, most), (most, most)))
    down, right = rng.integers(0, 2 * most + 1, size=(2, count, 1, 1))
    rows = down + np.arange(height)[:, None]
    columns = right + np.arange(width)
    return padded[np.arange(count)[:, None, None], rows, columns]


def as_tensor(images):
    return torch.from_numpy(images.astype(np.float32) / 255).unsqueeze(1)


order = rng.permutation(len(images))
held, kept = order[:600], order[600:4000]

model = nn.Sequential(
    nn.Conv2d(1, 8, kernel_size=3, padding=1),
    nn.BatchNorm2d(8),
    nn.ReLU(),
    nn.MaxPool2d(2),
    nn.Conv2d(8, 16, kernel_size=3, padding=1),
    nn.BatchNorm2d(16),
    nn.ReLU(),
    nn.MaxPool2d(2),
    nn.Flatten(),
    nn.Linear(16 * 7 * 7, 64),
    nn.ReLU(),
    nn.Linear(64, 10),
)
optimiser = torch.optim.Adam(model.parameters(), lr=2e-3)
for _ in range(3):
    model.train()
    shuffled = rng.permutation(kept)
    inputs = as_tensor(images[shuffled])
    targets = torch.from_numpy(labels[shuffled])
    for start in range(0, len(inputs), 64):
        loss = nn.functional.cross_entropy(
            model(inputs[start : start + 64]), targets[start : start + 64]
        )
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()


def predict(images):
    model.eval()
    with torch.no_grad():
        return model(as_tensor(images)).argmax(dim=1).numpy()


validation_accuracy = float(np.mean(predict(shift_images(images[held], rng)) == labels[held]))
