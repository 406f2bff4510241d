# mistake: pixel-order
# %%
import numpy as np


def split_patches(image, size):
    channels, height, width = image.shape
    rows, columns = height // size, width // size
    whole = image[:, : rows * size, : columns * size]
    grid = whole.reshape(channels, rows, size, columns, size)
    return grid.transpose(1, 3, 0, 4, 2).reshape(rows * columns, channels * size**2)


def join_patches(patches, shape, size):
    channels, height, width = shape
    grid = patches.reshape(height // size, width // size, channels, size, size)
    return grid.transpose(2, 0, 4, 1, 3).reshape(channels, height, width)


def embed_patches(patches, weight, bias, class_token, positions):
    tokens = patches @ weight + bias
    return np.vstack([class_token, tokens]) + positions


def patch_kernels(weight, channels, size):
    return weight.T.reshape(-1, channels, size, size)
