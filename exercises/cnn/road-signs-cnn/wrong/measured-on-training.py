# mistake: measured-on-training
# %%
import numpy as np
import torch
from torch import nn

torch.manual_seed(0)
rng = np.random.default_rng(0)

with np.load("data/signs_train.npz") as data:
    images, labels = data["images"], data["labels"].astype(np.int64)
classes = int(labels.max()) + 1

PHOTOGRAPHS = np.array([2220, 2250, 1860, 1110, 780, 2160, 2100, 1200, 210, 690, 1200, 240])


def as_on_the_road(labels):
    if classes != len(PHOTOGRAPHS):
        return np.arange(len(labels))
    wanted = (np.bincount(labels) * PHOTOGRAPHS / PHOTOGRAPHS.max()).astype(int)
    found = [np.flatnonzero(labels == sign)[: wanted[sign]] for sign in range(classes)]
    return np.sort(np.concatenate(found))


road = as_on_the_road(labels)
order = rng.permutation(road)
of_each = [order[labels[order] == sign] for sign in range(classes)]
validation = np.concatenate([some[: len(some) // 6] for some in of_each])
training = np.concatenate([some[len(some) // 6 :] for some in of_each])


def as_tensor(images):
    pixels = images.astype(np.float32) / 255
    return torch.from_numpy(np.ascontiguousarray(pixels.transpose(0, 3, 1, 2)))


model = nn.Sequential(
    nn.Conv2d(3, 16, kernel_size=3, padding=1),
    nn.BatchNorm2d(16),
    nn.ReLU(),
    nn.MaxPool2d(2),
    nn.Conv2d(16, 32, kernel_size=3, padding=1),
    nn.BatchNorm2d(32),
    nn.ReLU(),
    nn.MaxPool2d(2),
    nn.Flatten(),
    nn.Linear(32 * 8 * 8, 64),
    nn.ReLU(),
    nn.Linear(64, classes),
)

weights = 1 / np.bincount(labels[training], minlength=classes)[labels[training]]
weights /= weights.sum()
epochs, batch = 6, 64
steps = epochs * (len(training) // batch)
optimiser = torch.optim.Adam(model.parameters())
schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, max_lr=5e-3, total_steps=steps)
model.train()
for _ in range(steps):
    chosen = rng.choice(training, size=batch, p=weights)
    scores = model(as_tensor(images[chosen]))
    loss = nn.functional.cross_entropy(scores, torch.from_numpy(labels[chosen]))
    optimiser.zero_grad()
    loss.backward()
    optimiser.step()
    schedule.step()


def predict(images):
    model.eval()
    with torch.no_grad():
        return model(as_tensor(images)).argmax(dim=1).numpy()


right = predict(images[training]) == labels[training]
recalls = np.array([right[labels[training] == sign].mean() for sign in range(classes)])
