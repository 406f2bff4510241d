# mistake: over-budget
# %%
import warnings

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


def save_onnx(model, path="model.onnx"):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            model.eval(),
            (torch.zeros(1, 1, 28, 28),),
            path,
            input_names=["images"],
            output_names=["scores"],
            dynamic_axes={"images": {0: "n"}, "scores": {0: "n"}},
            dynamo=False,
        )


model = nn.Sequential(
    nn.Conv2d(1, 16, 5, stride=2, padding=2, bias=False),
    nn.BatchNorm2d(16),
    nn.ReLU(),
    nn.Conv2d(16, 32, 3, padding=1, bias=False),
    nn.BatchNorm2d(32),
    nn.ReLU(),
    nn.MaxPool2d(2),
    nn.Flatten(),
    nn.Linear(32 * 7 * 7, 64),
    nn.ReLU(),
    nn.Linear(64, 10),
)
optimiser = torch.optim.Adam(model.parameters(), lr=2e-3)
for _ in range(1):
    model.train()
    order = rng.permutation(len(images))
    inputs = as_tensor(shift_images(images[order], rng))
    targets = torch.from_numpy(labels[order])
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


save_onnx(model)
