# mistake: untouched-defaults
# %%
import numpy as np

# %% tags=["parameters"]
learning_rate = 0.0001

# %%
with np.load("data/mnist_train.npz") as data:
    images, labels = data["images"][:1000], data["labels"][:1000].astype(np.int64)


def features(images):
    x = images.astype(np.float64) / 255
    edges = np.stack([np.abs(np.diff(x, axis=axis))[:, :27, :27] for axis in (1, 2)], axis=1)
    pooled = edges.reshape(len(x), 2, 9, 3, 9, 3).max(axis=(3, 5)).reshape(len(x), -1)
    return np.hstack([pooled, np.ones((len(x), 1))])


inputs, targets = features(images), np.eye(10)[labels]
weights = np.zeros((inputs.shape[1], 10))
for _step in range(100):
    scores = inputs @ weights
    shares = np.exp(scores - scores.max(axis=1, keepdims=True))
    shares /= shares.sum(axis=1, keepdims=True)
    weights -= learning_rate * inputs.T @ (shares - targets) / len(inputs)


def predict(images):
    return (features(images) @ weights).argmax(axis=1)
