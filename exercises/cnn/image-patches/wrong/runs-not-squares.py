# mistake: runs-not-squares
# %%
import numpy as np


def split_patches(image, size):
    channels, height, width = image.shape
    rows, columns = height // size, width // size
    whole = image[:, : rows * size, : columns * size]
    return whole.reshape(rows * columns, channels * size**2)


def join_patches(patches, shape, size):  # noqa: ARG001
    return patches.reshape(shape)


def embed_patches(patches, weight, bias, class_token, positions):
    tokens = patches @ weight + bias
    return np.vstack([class_token, tokens]) + positions


def patch_kernels(weight, channels, size):
    return weight.T.reshape(-1, channels, size, size)
