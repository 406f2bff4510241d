# %% [markdown] lang="fr"
# # Surveiller l’entraînement et garder le meilleur modèle
#
# Les données, le réseau et ses courbes sont donnés. À vous de conduire l’entraînement : le suivre,
# l’arrêter à temps et rendre le modèle à son meilleur moment.

# %% [markdown] lang="en"
# # Watching the training and keeping the best model
#
# The data, the network and its curves are given. It is for you to conduct the training: to follow
# it, to stop it in time, and to give back the model at its best.

# %%
import copy

import numpy as np
import torch
from torch import nn
from torch.utils.tensorboard import SummaryWriter

torch.manual_seed(0)
rng = np.random.default_rng(0)

# %% [markdown] lang="fr"
# ## Les données
#
# Peu d’images, et un seul décalage pour chacune : de quoi voir le réseau apprendre par cœur.

# %% [markdown] lang="en"
# ## The data
#
# Few images, and one shift for each of them: enough to see the network learn by heart.


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


with np.load("data/mnist_train.npz") as data:
    chosen = rng.permutation(len(data["images"]))[:2500]
    digits = shift_images(data["images"][chosen], rng)
    classes = data["labels"][chosen].astype(np.int64)

train_images, train_labels = digits[:1500], classes[:1500]
validation_images, validation_labels = digits[1500:], classes[1500:]

# %% [markdown] lang="fr"
# ## Le réseau et ses courbes
#
# `run_epoch` entraîne le réseau pendant une époque et renvoie la perte d’entraînement ; `validate`
# renvoie la perte de validation ; `follow` ajoute un point à chaque courbe. Une fois le carnet
# déposé, la page de votre envoi trace ces courbes pendant que le réseau s’entraîne ; chez vous,
# `tensorboard --logdir runs` les montre.

# %% [markdown] lang="en"
# ## The network and its curves
#
# `run_epoch` trains the network for one epoch and returns the training loss; `validate` returns
# the validation loss; `follow` adds a point to each curve. Once the notebook is handed in, the page
# of your attempt draws these curves while the network trains; at home,
# `tensorboard --logdir runs` shows them.

# %%
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
    """Train the model for one epoch; return the mean training loss."""
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
    """Return the scores (N, 10) that the model gives to images (N, 28, 28) of bytes."""
    model.eval()
    with torch.no_grad():
        return model(as_tensor(images)).numpy()


def validate():
    """Return the mean loss on the validation images."""
    found, targets = torch.from_numpy(scores(validation_images)), validation_labels
    return nn.functional.cross_entropy(found, torch.from_numpy(targets)).item()


def follow(epoch, train_loss, validation_loss):
    """Add a point to each curve, and keep the losses in `history`."""
    writer.add_scalar("loss/train", train_loss, epoch)
    writer.add_scalar("loss/validation", validation_loss, epoch)
    history["train"].append(train_loss)
    history["validation"].append(validation_loss)
    print(f"epoch {epoch}: train {train_loss:.4f}, validation {validation_loss:.4f}")


# %% [markdown] lang="fr"
# ## Quand s’arrêter, que garder

# %% [markdown] lang="en"
# ## When to stop, what to keep


# %%
def best_epoch(losses):
    # BEGIN SOLUTION
    return int(np.argmin(losses))
    # END SOLUTION


def should_stop(losses, patience):
    # BEGIN SOLUTION
    return len(losses) - 1 - best_epoch(losses) >= patience
    # END SOLUTION


# %% [markdown] lang="fr"
# ## Conduire l’entraînement

# %% [markdown] lang="en"
# ## Conducting the training


# %%
def fit(model, run_epoch, validate, follow, *, epochs, patience):
    # BEGIN SOLUTION
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
    # END SOLUTION


# %% [markdown] lang="fr"
# ## Répéter avant de jouer
#
# `rehearse` appelle votre `fit` avec des pertes écrites d’avance et un modèle de deux nombres, un
# poids et un tampon, qui gagnent 1 à chaque époque : on lit ainsi quelle époque vous avez rendue.

# %% [markdown] lang="en"
# ## Rehearsing
#
# `rehearse` calls your `fit` with losses written in advance and a model of two numbers, a weight
# and a buffer, which grow by 1 with every epoch: so one can read which epoch you have given back.


# %%
class Counter(nn.Module):
    """A model that counts its epochs, in a weight and in a buffer."""

    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(1))
        self.register_buffer("buffer", torch.zeros(1))
        self.is_own = False

    def load_state_dict(self, state_dict, *args, **kwargs):
        """Load the state, and remember whether it was the model's own memory."""
        self.is_own = state_dict["weight"].data_ptr() == self.weight.data_ptr()
        return super().load_state_dict(state_dict, *args, **kwargs)


def rehearse(train_losses, validation_losses, patience):
    """Call `fit` on losses written in advance; return what it did, epochs counted from 0."""
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


# BEGIN SOLUTION
print(rehearse([0.8, 0.5, 0.3, 0.2, 0.1], [0.9, 0.6, 0.7, 0.8, 0.5], patience=2))
# BEGIN STARTER
# # print(rehearse([0.8, 0.5, 0.3, 0.2, 0.1], [0.9, 0.6, 0.7, 0.8, 0.5], patience=2))
# END SOLUTION

# %% [markdown] lang="fr"
# ## L’entraînement
#
# Une fois `fit` prête, entraînez le réseau. `last` garde les poids de la dernière époque, pour
# les comparer à ceux que `fit` rend dans `model`.

# %% [markdown] lang="en"
# ## The training
#
# Once `fit` is ready, train the network. `last` keeps the weights of the last epoch, to be compared
# with those that `fit` leaves in `model`.

# %%
EPOCHS, PATIENCE = 60, 5
last = {}


def follow_and_keep(epoch, train_loss, validation_loss):
    """Follow the curves, and keep the weights as this epoch leaves them."""
    follow(epoch, train_loss, validation_loss)
    last.update(copy.deepcopy(model.state_dict()))


# BEGIN SOLUTION
fit(model, run_epoch, validate, follow_and_keep, epochs=EPOCHS, patience=PATIENCE)
print(f"best epoch {best_epoch(history['validation'])}, loss {validate():.4f}")
# BEGIN STARTER
# # fit(model, run_epoch, validate, follow_and_keep, epochs=EPOCHS, patience=PATIENCE)
# END SOLUTION
writer.close()
