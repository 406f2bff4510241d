# %% [markdown] lang="fr"
# # Une couche convolutive, à la main
#
# Complétez `conv2d`. Gardez son nom et ses paramètres : la correction l’appelle.
#
# Avancez par étapes, chacune rapporte des points : un canal et un filtre, puis plusieurs canaux,
# le biais, enfin le pas et le remplissage.

# %% [markdown] lang="en"
# # A convolutional layer from scratch
#
# Complete `conv2d`. Keep its name and parameters: it is what gets called.
#
# Go step by step, each earns points: one channel and one filter, then several channels, the bias,
# and at last stride and padding.

# %%
import numpy as np


# %%
def conv2d(image, kernels, bias=None, stride=1, padding=0):
    # BEGIN SOLUTION
    padded = np.pad(image, ((0, 0), (padding, padding), (padding, padding)))
    filters, _, height, width = kernels.shape
    rows = (padded.shape[1] - height) // stride + 1
    columns = (padded.shape[2] - width) // stride + 1
    output = np.empty((filters, rows, columns))
    for i in range(rows):
        for j in range(columns):
            top, left = i * stride, j * stride
            window = padded[:, top : top + height, left : left + width]
            output[:, i, j] = (kernels * window).sum(axis=(1, 2, 3))
    return output if bias is None else output + bias[:, None, None]
    # END SOLUTION


# %% [markdown] lang="fr"
# L’exemple de l’énoncé. Quand votre fonction est prête, comparez.

# %% [markdown] lang="en"
# The example of the statement, to compare with once your function is ready.

# %%
image = np.array([[[1, 2, 0], [0, 1, 3], [2, 0, 1]], [[0, 1, 1], [2, 0, 1], [1, 1, 0]]])
kernels = np.array([[[[1, 0], [0, 1]], [[0, 1], [1, 0]]], [[[1, -1], [0, 0]], [[0, 0], [0, 2]]]])
bias = np.array([1, -2])
try:
    print(conv2d(image, kernels, bias))
    print(conv2d(image, kernels, bias, stride=2, padding=1))
except NotImplementedError:
    print("...")
