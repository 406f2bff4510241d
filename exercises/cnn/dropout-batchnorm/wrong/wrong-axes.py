# mistake: wrong-axes
# %%
import numpy as np


def dropout(x, rate, training, seed):
    if not training:
        return x
    kept = np.random.default_rng(seed).random(x.shape) >= rate
    return x * kept / (1 - rate)


def batch_norm(x, gamma, beta, mean, variance, training, momentum=0.1, eps=1e-5):  # noqa: PLR0917
    used_mean, used_variance = mean, variance
    if training:
        used_mean, used_variance = np.full(len(gamma), x.mean()), np.full(len(gamma), x.var())
        count = x.size / len(gamma)
        mean = (1 - momentum) * mean + momentum * used_mean
        variance = (1 - momentum) * variance + momentum * used_variance * count / (count - 1)
    centred = x - used_mean[:, None, None]
    normal = centred / np.sqrt(used_variance + eps)[:, None, None]
    return normal * gamma[:, None, None] + beta[:, None, None], mean, variance
