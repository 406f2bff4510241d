# mistake: updates-in-evaluation
# %%
import numpy as np


def dropout(x, rate, training, seed):
    if not training:
        return x
    kept = np.random.default_rng(seed).random(x.shape) >= rate
    return x * kept / (1 - rate)


def batch_norm(x, gamma, beta, mean, variance, training, momentum=0.1, eps=1e-5):  # noqa: PLR0917
    batch_mean, batch_variance = x.mean(axis=(0, 2, 3)), x.var(axis=(0, 2, 3))
    used_mean = batch_mean if training else mean
    used_variance = batch_variance if training else variance
    count = x.size / len(gamma)
    mean = (1 - momentum) * mean + momentum * batch_mean
    variance = (1 - momentum) * variance + momentum * batch_variance * count / (count - 1)
    centred = x - used_mean[:, None, None]
    normal = centred / np.sqrt(used_variance + eps)[:, None, None]
    return normal * gamma[:, None, None] + beta[:, None, None], mean, variance
