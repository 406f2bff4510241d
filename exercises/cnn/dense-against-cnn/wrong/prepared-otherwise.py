# mistake: prepared-otherwise
# %%
import numpy as np
import torch
from torch import nn

torch.manual_seed(0)
rng = np.random.default_rng(0)

with np.load("data/mnist_train.npz") as data:
    images, labels = data["images"], data["labels"].astype(np.int64)


def shift_images(images, rng):
    padded = np.pad(images, ((0, 0), (2, 2), (2, 2)))
    corners = np.array([(0, 2), (4, 2), (2, 0), (2, 4)])[rng.integers(4, size=len(images))]
    rows = corners[:, 0, None, None] + np.arange(28)[:, None]
    columns = corners[:, 1, None, None] + np.arange(28)
    return padded[np.arange(len(images))[:, None, None], rows, columns]


def as_tensor(images):
    return torch.from_numpy(images.astype(np.float32) / 255).unsqueeze(1)


order = rng.permutation(len(images))
held, kept = order[:600], order[600:]

dense = nn.Sequential(nn.Flatten(), nn.Linear(28 * 28, 128), nn.ReLU(), nn.Linear(128, 10))
cnn = nn.Sequential(
    nn.Conv2d(1, 8, kernel_size=5, padding=2),
    nn.ReLU(),
    nn.MaxPool2d(2),
    nn.Conv2d(8, 16, kernel_size=5, padding=2),
    nn.ReLU(),
    nn.MaxPool2d(2),
    nn.Flatten(),
    nn.Linear(16 * 7 * 7, 10),
)

seen = {}
mean, deviation = 0.5, 0.5


def fit(name, model, chosen, *, epochs, rate=5e-3, batch=64):
    seen[name] = np.array(chosen)
    inputs = (as_tensor(images[chosen]) - mean) / deviation
    targets = torch.from_numpy(labels[chosen])
    steps = epochs * -(-len(inputs) // batch)
    optimiser = torch.optim.Adam(model.parameters())
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, max_lr=rate, total_steps=steps)
    model.train()
    for _ in range(epochs):
        for rows in torch.randperm(len(inputs)).split(batch):
            loss = nn.functional.cross_entropy(model(inputs[rows]), targets[rows])
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
    model.eval()


fit("dense", dense, kept, epochs=8)
fit("cnn", cnn, kept, epochs=1)


def predict_dense(images):
    with torch.no_grad():
        return dense(as_tensor(images)).argmax(dim=1).numpy()


def predict_cnn(images):
    with torch.no_grad():
        return cnn((as_tensor(images) - mean) / deviation).argmax(dim=1).numpy()


shifted = shift_images(images[held], rng)


def figures(model, predict):
    in_place = float(np.mean(predict(images[held]) == labels[held]))
    moved = float(np.mean(predict(shifted) == labels[held]))
    return {
        "parameters": sum(tensor.numel() for tensor in model.parameters()),
        "in_place": in_place,
        "shifted": moved,
        "fall": in_place - moved,
    }


report = {"dense": figures(dense, predict_dense), "cnn": figures(cnn, predict_cnn)}
