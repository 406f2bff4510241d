# mistake: zero-padding-under-negatives
# %%
import numpy as np


def starts(length, size, stride, edge):
    if edge == "drop":
        return range(0, length - size + 1, stride)
    return range(0, length - size + stride, stride)


def pool2d(image, size, stride, edge, summary):
    height, width = image.shape
    rows = starts(height, size, stride, edge)
    columns = starts(width, size, stride, edge)
    return np.array([[summary(image[i : i + size, j : j + size]) for j in columns] for i in rows])


def max_pool2d(image, size, stride, edge="drop"):
    height, width = image.shape
    if edge == "partial":
        image = np.pad(image, ((0, -(height - size) % stride), (0, -(width - size) % stride)))
    return pool2d(image, size, stride, "drop", np.max)


def mean_pool2d(image, size, stride, edge="drop"):
    return pool2d(image, size, stride, edge, np.mean)


def sum_pool2d(image, size, stride, edge="drop"):
    return pool2d(image, size, stride, edge, np.sum)
