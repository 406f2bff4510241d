# mistake: divided-by-h
# %%
import numpy as np


def patches(images, shape):
    return np.lib.stride_tricks.sliding_window_view(images, shape, axis=(1, 2))


def predict(images, kernel, bias):
    return np.einsum("mijuv,uv->mij", patches(images, kernel.shape), kernel) + bias


def loss(images, targets, kernel, bias):
    return np.mean((predict(images, kernel, bias) - targets) ** 2)


def gradients(images, targets, kernel, bias):
    error = predict(images, kernel, bias) - targets
    seen = patches(images, kernel.shape)
    return 2 * np.einsum("mij,mijuv->uv", error, seen) / error.size, 2 * error.mean()


def finite_differences(images, targets, kernel, bias, h):
    slopes = np.zeros_like(kernel)
    for place in np.ndindex(kernel.shape):
        move = np.zeros_like(kernel)
        move[place] = h
        ahead = loss(images, targets, kernel + move, bias)
        behind = loss(images, targets, kernel - move, bias)
        slopes[place] = (ahead - behind) / h
    ahead = loss(images, targets, kernel, bias + h)
    behind = loss(images, targets, kernel, bias - h)
    return slopes, (ahead - behind) / h


def descent_step(images, targets, kernel, bias, rate):
    kernel_slope, bias_slope = gradients(images, targets, kernel, bias)
    return kernel - rate * kernel_slope, bias - rate * bias_slope
