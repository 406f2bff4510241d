# %% [markdown] lang="fr"
# # Un carnet, plusieurs entraînements
#
# Ce carnet entraîne un petit réseau convolutif. À la correction, il tourne six fois, chaque fois
# avec d’autres paramètres.

# %% [markdown] lang="en"
# # One notebook, several trainings
#
# This notebook trains a small convolutional network. When it is graded it runs six times, each
# time with other parameters.

# %%
import numpy as np
import torch
from noyau import log
from torch import nn

# %% [markdown] lang="fr"
# ## Les paramètres
#
# Cette cellule porte l’étiquette `parameters`. Ce qu’elle contient vaut par défaut ; chaque tâche
# place juste après elle une cellule qui donne les valeurs de la grille.

# %% [markdown] lang="en"
# ## The parameters
#
# This cell has the tag `parameters`. What it holds is the default; each job puts a cell right
# after it that gives the values of the grid.

# %% tags=["parameters"]
# BEGIN SOLUTION
learning_rate = 0.003
shift = 2
# BEGIN STARTER
# learning_rate = 0.0003
# shift = 0
# END SOLUTION

# %% [markdown] lang="fr"
# ## Les données : 2 000 images pour apprendre, 500 pour valider

# %% [markdown] lang="en"
# ## The data: 2,000 images to learn from, 500 for validation

# %%
torch.manual_seed(0)
rng = np.random.default_rng(0)
with np.load("data/mnist_train.npz") as data:
    order = rng.permutation(len(data["images"]))
    images, labels = data["images"][order], data["labels"][order].astype(np.int64)
kept, held = slice(0, 2000), slice(2000, 2500)


# %%
def shift_images(images, most):
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


# %% [markdown] lang="fr"
# ## Ce que l’entraînement voit
#
# `augmented` décale les images d’au plus `shift` pixels : c’est là que sert ce paramètre.

# %% [markdown] lang="en"
# ## What training sees
#
# `augmented` shifts the images by at most `shift` pixels: this is where that parameter is used.


# %%
def augmented(images):
    # BEGIN SOLUTION
    return shift_images(images, shift)
    # END SOLUTION


# %% [markdown] lang="fr"
# ## Le réseau, donné

# %% [markdown] lang="en"
# ## The network, which is given

# %%
model = nn.Sequential(
    nn.Conv2d(1, 8, kernel_size=5, stride=2, padding=2),
    nn.ReLU(),
    nn.Conv2d(8, 16, kernel_size=5, stride=2, padding=2),
    nn.ReLU(),
    nn.Flatten(),
    nn.Linear(16 * 7 * 7, 10),
)

# %% [markdown] lang="fr"
# ## L’entraînement
#
# Douze époques d’Adam au pas `learning_rate`, par lots de 32. À chaque époque, `log` inscrit la
# perte moyenne et la précision de validation.

# %% [markdown] lang="en"
# ## Training
#
# Twelve epochs of Adam at the rate `learning_rate`, in batches of 32. In each epoch, `log` notes
# the mean loss and the validation accuracy.


# %%
def predict(images):
    # BEGIN SOLUTION
    with torch.no_grad():
        return model(as_tensor(images)).argmax(dim=1).numpy()
    # END SOLUTION


# %%
# BEGIN SOLUTION
optimiser = torch.optim.Adam(model.parameters(), lr=learning_rate)
validation = shift_images(images[held], 2)
for epoch in range(12):
    shuffled = rng.permutation(2000)
    inputs = as_tensor(augmented(images[kept][shuffled]))
    targets = torch.from_numpy(labels[kept][shuffled])
    total = 0.0
    for start in range(0, len(inputs), 32):
        scores = model(inputs[start : start + 32])
        loss = nn.functional.cross_entropy(scores, targets[start : start + 32])
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        total += loss.item() * len(scores)
    training_loss = total / len(inputs)
    validation_accuracy = float(np.mean(predict(validation) == labels[held]))
    log(step=epoch + 1, loss=training_loss, accuracy=validation_accuracy)
# BEGIN STARTER
# training_loss = ...
# validation_accuracy = ...
# END SOLUTION
