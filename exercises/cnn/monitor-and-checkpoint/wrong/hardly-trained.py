# mistake: hardly-trained
# %%
import copy

import numpy as np
import torch
from torch import nn
from torch.utils.tensorboard import SummaryWriter

torch.manual_seed(0)
rng = np.random.default_rng(0)


def shift_images(images, rng, most=2):
    count, height, width = images.shape
    padded = np.pad(images, ((0, 0), (most, most), (most, most)))
    down, right = rng.integers(0, 2 * most + 1, size=(2, count, 1, 1))
    rows = down + np.arange(height)[:, None]
    columns = right + np.arange(width)
    return padded[np.arange(count)[:, None, None], rows, columns]


def as_tensor(images):
    return torch.from_numpy(images.astype(np.float32) / 255).unsqueeze(1)


with np.load("data/mnist_train.npz") as data:
    chosen = rng.permutation(len(data["images"]))[:600]
    digits = shift_images(data["images"][chosen], rng)
    classes = data["labels"][chosen].astype(np.int64)

train_images, train_labels = digits[:300], classes[:300]
validation_images, validation_labels = digits[300:], classes[300:]


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
optimiser = torch.optim.Adam(model.parameters(), lr=3e-3)
writer = SummaryWriter()
history = {"train": [], "validation": []}


def run_epoch():
    model.train()
    inputs, targets = as_tensor(train_images), torch.from_numpy(train_labels)
    total = 0.0
    for batch in torch.randperm(len(inputs)).split(50):
        loss = nn.functional.cross_entropy(model(inputs[batch]), targets[batch])
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        total += loss.item() * len(batch)
    return total / len(inputs)


def scores(images):
    model.eval()
    with torch.no_grad():
        return model(as_tensor(images)).numpy()


def validate():
    found, targets = torch.from_numpy(scores(validation_images)), validation_labels
    return nn.functional.cross_entropy(found, torch.from_numpy(targets)).item()


def follow(epoch, train_loss, validation_loss):
    writer.add_scalar("loss/train", train_loss, epoch)
    writer.add_scalar("loss/validation", validation_loss, epoch)
    history["train"].append(train_loss)
    history["validation"].append(validation_loss)


def best_epoch(losses):
    return int(np.argmin(losses))


def should_stop(losses, patience):
    return len(losses) - 1 - best_epoch(losses) >= patience


def fit(model, run_epoch, validate, follow, *, epochs, patience):
    losses, best = [], None
    for epoch in range(epochs):
        train_loss = run_epoch()
        losses.append(validate())
        follow(epoch, train_loss, losses[-1])
        if best_epoch(losses) == epoch:
            best = copy.deepcopy(model.state_dict())
        if should_stop(losses, patience):
            break
    model.load_state_dict(best)


class Counter(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(1))
        self.register_buffer("buffer", torch.zeros(1))
        self.is_own = False

    def load_state_dict(self, state_dict, *args, **kwargs):
        self.is_own = state_dict["weight"].data_ptr() == self.weight.data_ptr()
        return super().load_state_dict(state_dict, *args, **kwargs)


def rehearse(train_losses, validation_losses, patience):
    counter, points, done = Counter(), [], []

    def run_epoch():
        with torch.no_grad():
            counter.weight += 1
            counter.buffer += 1
        done.append(train_losses[len(done)])
        return done[-1]

    def validate():
        if not done:
            raise RuntimeError("validate() was called before the first run_epoch()")
        return validation_losses[len(done) - 1]

    def follow(epoch, train_loss, validation_loss):
        points.append([epoch, train_loss, validation_loss, len(done) - 1])

    fit(counter, run_epoch, validate, follow, epochs=len(validation_losses), patience=patience)
    return {
        "last": len(done) - 1,
        "weight": counter.weight.item() - 1,
        "buffer": counter.buffer.item() - 1,
        "is_own": counter.is_own,
        "points": points,
    }


EPOCHS, PATIENCE = 8, 2
last = {}


def follow_and_keep(epoch, train_loss, validation_loss):
    follow(epoch, train_loss, validation_loss)
    last.update(copy.deepcopy(model.state_dict()))


fit(model, run_epoch, validate, follow_and_keep, epochs=EPOCHS, patience=PATIENCE)
writer.close()
