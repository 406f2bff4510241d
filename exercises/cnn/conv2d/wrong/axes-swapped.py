# mistake: axes-swapped
# %%
import numpy as np


def conv2d(image, kernels, bias=None, stride=1, padding=0):
    padded = np.pad(image, ((0, 0), (padding, padding), (padding, padding)))
    filters, _, height, width = kernels.shape
    rows = (padded.shape[1] - height) // stride + 1
    columns = (padded.shape[2] - width) // stride + 1
    if bias is None:
        bias = np.zeros(filters)
    output = np.zeros((filters, rows, columns))
    for f, i, j in np.ndindex(output.shape):
        window = padded[:, i * stride : i * stride + height, j * stride : j * stride + width]
        output[f, i, j] = (kernels[f] * window).sum() + bias[f]
    return output.swapaxes(1, 2)
