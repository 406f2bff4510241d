# mistake: divided-by-zero
# %%
import numpy as np
import torch
from torch import nn

torch.manual_seed(0)
with np.load("data/mnist_train.npz") as data:
    digits, labels = data["images"][:4000], data["labels"][:4000].astype(np.int64)

model = nn.Sequential(
    nn.Conv2d(1, 12, kernel_size=5),
    nn.ReLU(),
    nn.MaxPool2d(4),
    nn.Flatten(),
    nn.Linear(12 * 6 * 6, 10),
)


def as_tensor(images):
    return torch.from_numpy(images.astype(np.float32) / 255).unsqueeze(1)


def train(epochs=2):
    optimiser = torch.optim.Adam(model.parameters(), lr=5e-3)
    inputs, targets = as_tensor(digits), torch.from_numpy(labels)
    for _ in range(epochs):
        for batch in torch.randperm(len(inputs)).split(50):
            loss = nn.functional.cross_entropy(model(inputs[batch]), targets[batch])
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()


def predict(images):
    with torch.no_grad():
        return model(as_tensor(images)).argmax(dim=1).numpy()


before = model[0].weight[:, 0].detach().clone().numpy()
train()
after = model[0].weight[:, 0].detach().clone().numpy()


def normalise(filters):
    largest = np.abs(filters).max(axis=(1, 2), keepdims=True)
    return 0.5 + filters / (2 * largest)


def filter_grid(filters, columns):
    count, size = filters.shape[:2]
    rows, step = -(-count // columns), size + 1
    grid = np.ones((rows * step - 1, columns * step - 1))
    for place, tile in enumerate(normalise(filters)):
        row, column = divmod(place, columns)
        grid[row * step : row * step + size, column * step : column * step + size] = tile
    return grid


def feature_maps(image, filters, bias):
    size = filters.shape[-1]
    windows = np.lib.stride_tricks.sliding_window_view(image, (size, size))
    responses = np.einsum("ijab,fab->fij", windows, filters) + bias[:, None, None]
    return np.maximum(responses, 0)


def favourites(images, filters):
    size = filters.shape[-1]
    windows = np.lib.stride_tricks.sliding_window_view(images, (size, size), axis=(1, 2))
    windows = windows.reshape(-1, size**2)
    best = (windows @ filters.reshape(len(filters), -1).T).argmax(axis=0)
    return windows[best].reshape(-1, size, size)
