# %% [markdown] lang="fr"
# # Choisir un taux d’apprentissage
#
# Une convolution par des filtres fixes donne des caractéristiques ; une couche dense les classe.

# %% [markdown] lang="en"
# # Choosing a learning rate
#
# A convolution with fixed filters gives the features; a dense layer classifies them.

# %%
import numpy as np

# %% tags=["parameters"]
# BEGIN SOLUTION
learning_rate = 1.0
# BEGIN STARTER
# learning_rate = 0.0001
# END SOLUTION

# %%
with np.load("data/mnist_train.npz") as data:
    images, labels = data["images"][:1000], data["labels"][:1000].astype(np.int64)


# %%
def features(images):
    """Return horizontal and vertical edges of images (N, 28, 28), pooled by the maximum."""
    x = images.astype(np.float64) / 255
    edges = np.stack([np.abs(np.diff(x, axis=axis))[:, :27, :27] for axis in (1, 2)], axis=1)
    pooled = edges.reshape(len(x), 2, 9, 3, 9, 3).max(axis=(3, 5)).reshape(len(x), -1)
    return np.hstack([pooled, np.ones((len(x), 1))])


# %% [markdown] lang="fr"
# ## La descente de gradient
#
# `weights`, de forme $(163, 10)$, part de zéro. Faites-lui faire 100 pas de taux `learning_rate`.

# %% [markdown] lang="en"
# ## The gradient descent
#
# `weights`, of shape $(163, 10)$, starts at zero. Take 100 steps at the rate `learning_rate`.

# %%
# BEGIN SOLUTION
inputs, targets = features(images), np.eye(10)[labels]
weights = np.zeros((inputs.shape[1], 10))
for _step in range(100):
    scores = inputs @ weights
    shares = np.exp(scores - scores.max(axis=1, keepdims=True))
    shares /= shares.sum(axis=1, keepdims=True)
    weights -= learning_rate * inputs.T @ (shares - targets) / len(inputs)
# BEGIN STARTER
# weights = ...
# END SOLUTION


# %%
def predict(images):
    # BEGIN SOLUTION
    return (features(images) @ weights).argmax(axis=1)
    # END SOLUTION
