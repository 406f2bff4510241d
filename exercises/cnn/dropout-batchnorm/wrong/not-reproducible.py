# mistake: not-reproducible
# %%
import numpy as np


def dropout(x, rate, training, seed):  # noqa: ARG001
    if not training:
        return x
    kept = np.random.default_rng().random(x.shape) >= rate
    return x * kept / (1 - rate)


def batch_norm(x, gamma, beta, mean, variance, training, momentum=0.1, eps=1e-5):  # noqa: PLR0917
    used_mean, used_variance = mean, variance
    if training:
        used_mean, used_variance = x.mean(axis=(0, 2, 3)), x.var(axis=(0, 2, 3))
        count = x.size / len(gamma)
        mean = (1 - momentum) * mean + momentum * used_mean
        variance = (1 - momentum) * variance + momentum * used_variance * count / (count - 1)
    centred = x - used_mean[:, None, None]
    normal = centred / np.sqrt(used_variance + eps)[:, None, None]
    return normal * gamma[:, None, None] + beta[:, None, None], mean, variance
