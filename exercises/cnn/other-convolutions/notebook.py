# %% [markdown] lang="fr"
# # Les autres convolutions
#
# Complétez les six fonctions. Gardez leurs noms et leurs paramètres : la correction les appelle.

# %% [markdown] lang="en"
# # The other convolutions
#
# Complete the six functions. Keep their names and parameters: they are what gets called.

# %%
import numpy as np

# %% [markdown] lang="fr"
# ## Dilatée
#
# Avec `dilation=1`, c’est la convolution ordinaire.

# %% [markdown] lang="en"
# ## Dilated
#
# With `dilation=1` it is the ordinary convolution.


# %%
def dilated_conv2d(image, kernel, dilation):
    # BEGIN SOLUTION
    rows, columns = np.subtract(image.shape, dilation * np.subtract(kernel.shape, 1))
    output = np.zeros((rows, columns))
    for (a, b), weight in np.ndenumerate(kernel):
        top, left = a * dilation, b * dilation
        output += weight * image[top : top + rows, left : left + columns]
    return output
    # END SOLUTION


# %% [markdown] lang="fr"
# ## Transposée
#
# Partez d’une sortie nulle, de la bonne taille, et déposez-y les copies du noyau.

# %% [markdown] lang="en"
# ## Transposed
#
# Start from an output of zeros of the right size, and put the copies of the kernel on it.


# %%
def transposed_conv2d(image, kernel, stride):
    # BEGIN SOLUTION
    height, width = kernel.shape
    output = np.zeros(np.subtract(image.shape, 1) * stride + kernel.shape)
    for (i, j), pixel in np.ndenumerate(image):
        top, left = i * stride, j * stride
        output[top : top + height, left : left + width] += pixel * kernel
    return output
    # END SOLUTION


# %% [markdown] lang="fr"
# ## Séparable en profondeur
#
# Chaque canal par son noyau, puis le mélange des canaux en chaque pixel.

# %% [markdown] lang="en"
# ## Depthwise-separable
#
# Each channel by its own kernel, then the channels are mixed in each pixel.


# %%
def separable_conv2d(image, depthwise, pointwise):
    # BEGIN SOLUTION
    maps = [
        dilated_conv2d(channel, kernel, 1) for channel, kernel in zip(image, depthwise, strict=True)
    ]
    return np.tensordot(pointwise, np.array(maps), axes=1)
    # END SOLUTION


# %% [markdown] lang="fr"
# ## Ce que chacune économise
#
# Le nombre de coefficients de la couche ordinaire, moins celui de sa cousine.

# %% [markdown] lang="en"
# ## What each of them saves
#
# The number of weights of the ordinary layer, less that of its cousin.


# %%
def dilated_saving(size, dilation):
    # BEGIN SOLUTION
    span = dilation * (size - 1) + 1
    return span**2 - size**2
    # END SOLUTION


def transposed_saving(height, width, size, stride):
    # BEGIN SOLUTION
    rows, columns = (height - 1) * stride + size, (width - 1) * stride + size
    return height * width * rows * columns - size**2
    # END SOLUTION


def separable_saving(channels, filters, size):
    # BEGIN SOLUTION
    return filters * channels * size**2 - (channels * size**2 + filters * channels)
    # END SOLUTION


# %% [markdown] lang="fr"
# Les exemples de l’énoncé. Quand vos fonctions sont prêtes, comparez.

# %% [markdown] lang="en"
# The examples of the statement, to compare with once your functions are ready.

# %%
image = np.array([[1.0, 2, 0, 1], [0, 1, 3, 1], [2, 0, 1, 4], [1, 1, 0, 2]])
kernel = np.array([[1.0, 2], [0, -1]])
try:
    print(dilated_conv2d(image, kernel, dilation=2))
    print(transposed_conv2d(np.array([[1.0, 2], [3, 0]]), kernel, stride=1))
    print(transposed_conv2d(np.array([[1.0, 2], [3, 0]]), kernel, stride=2))
    print(dilated_saving(3, 2), transposed_saving(2, 2, 2, 2), separable_saving(2, 3, 2))
except NotImplementedError:
    print("...")
