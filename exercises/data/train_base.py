"""Train the base network of `transfer-learning`: alone in a room, on `data/images.npz`.

`train_base.py PERIOD LEFT` learns every class but those whose number leaves the remainder LEFT
when it is divided by PERIOD. The weights go to the standard output as a safetensors file. Equal
images give equal weights on the same software.
"""

from __future__ import annotations

import sys
from collections import OrderedDict

import numpy as np
import torch
from safetensors.torch import save
from torch import nn

# Not one that students take: their networks would start from the weights that this one had.
SEED = 20_261
BATCH = 64
MOST_SHIFT = 2
PEAK_RATE = 5e-3
# Images seen in all; a large collection is passed over twice all the same.
IMAGES_SEEN = 20_000
LEAST_EPOCHS = 2


def main() -> None:
    """Train, and write the weights."""
    torch.manual_seed(SEED)
    torch.use_deterministic_algorithms(mode=True)
    period, left = map(int, sys.argv[1:])
    images, labels = _base_classes("data/images.npz", period=period, left=left)
    model = network(int(labels.max()) + 1)
    train(model, images, labels, rng=np.random.default_rng(SEED))
    sys.stdout.buffer.write(save(model.state_dict()))


def stage(inputs: int, outputs: int) -> nn.Sequential:
    """Return a convolution that keeps the size, normalised, then halved by pooling."""
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, kernel_size=3, padding=1, bias=False),
        nn.BatchNorm2d(outputs),
        nn.ReLU(),
        nn.MaxPool2d(2),
    )


def network(classes: int) -> nn.Sequential:
    """Return the network that the exercise's notebook builds, for images (N, 3, 32, 32)."""
    return nn.Sequential(
        OrderedDict(
            stage1=stage(3, 16),
            stage2=stage(16, 32),
            stage3=stage(32, 64),
            flatten=nn.Flatten(),
            head=nn.Linear(64 * 4 * 4, classes),
        )
    )


def train(
    model: nn.Sequential, images: np.ndarray, labels: np.ndarray, *, rng: np.random.Generator
) -> None:
    """Train on images (N, 32, 32, 3) of bytes, each shifted anew in every epoch."""
    epochs = max(IMAGES_SEEN // len(images), LEAST_EPOCHS)
    steps = epochs * -(-len(images) // BATCH)
    optimiser = torch.optim.Adam(model.parameters())
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, max_lr=PEAK_RATE, total_steps=steps)
    model.train()
    for _ in range(epochs):
        for batch in np.array_split(rng.permutation(len(images)), steps // epochs):
            inputs = torch.from_numpy(_shifted(images[batch], rng).astype(np.float32) / 255)
            scores = model(inputs.permute(0, 3, 1, 2))
            loss = nn.functional.cross_entropy(scores, torch.from_numpy(labels[batch]))
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()


def _base_classes(path: str, *, period: int, left: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the images of the base's classes, and their numbers from 0 in the order of labels."""
    with np.load(path, allow_pickle=False) as arrays:
        images, labels = arrays["images"], arrays["labels"]
    known = labels % period != left
    return images[known], np.unique(labels[known], return_inverse=True)[1].astype(np.int64)


def _shifted(images: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return the images moved by up to MOST_SHIFT pixels each way, their borders continued."""
    count, height, width = images.shape[:3]
    most = MOST_SHIFT
    padded = np.pad(images, ((0, 0), (most, most), (most, most), (0, 0)), mode="edge")
    down, right = rng.integers(0, 2 * most + 1, size=(2, count, 1, 1))
    rows = down + np.arange(height)[:, None]
    moved: np.ndarray = padded[np.arange(count)[:, None, None], rows, right + np.arange(width)]
    return moved


if __name__ == "__main__":
    main()
