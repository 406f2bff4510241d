# %% [markdown] lang="fr"
# # Flou, netteté, contours
#
# Complétez les quatre fonctions. Gardez leurs noms et leurs paramètres : la correction les appelle.

# %% [markdown] lang="en"
# # Blur, sharpness, edges
#
# Complete the four functions. Keep their names and parameters: they are what gets called.

# %%
import matplotlib.pyplot as plt
import numpy as np

KERNELS = {
    "identity": np.array([[0, 0, 0], [0, 1, 0], [0, 0, 0]]),
    "blur": np.array([[1, 1, 1], [1, 1, 1], [1, 1, 1]]),
    "gaussian": np.array([[1, 2, 1], [2, 4, 2], [1, 2, 1]]),
    "sharpen": np.array([[0, -1, 0], [-1, 5, -1], [0, -1, 0]]),
    "outline": np.array([[-1, -1, -1], [-1, 8, -1], [-1, -1, -1]]),
    "sobel_x": np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]),
    "sobel_y": np.array([[-1, -2, -1], [0, 0, 0], [1, 2, 1]]),
}

# %% [markdown] lang="fr"
# ## La somme des coefficients
#
# On divise par la somme, sauf si elle est nulle.

# %% [markdown] lang="en"
# ## The sum of the weights
#
# The kernel is divided by their sum, unless that is zero.


# %%
def normalise(kernel):
    # BEGIN SOLUTION
    total = kernel.sum()
    return kernel / total if total != 0 else kernel
    # END SOLUTION


# %% [markdown] lang="fr"
# ## Appliquer un noyau
#
# L’image filtrée a la taille de l’image. Au bord, un pixel qui manque prend la valeur du plus
# proche. Attention au type de vos calculs : les entiers `uint8` s’arrêtent à 255.

# %% [markdown] lang="en"
# ## Applying a kernel
#
# The filtered image is as large as the image. At the border, a missing pixel takes the value of
# the nearest one. Mind the type that you compute with: `uint8` goes no further than 255.


# %%
def apply_kernel(image, kernel):
    # BEGIN SOLUTION
    height, width = image.shape
    down, across = kernel.shape[0] // 2, kernel.shape[1] // 2
    wide = np.pad(image.astype(float), ((down, down), (across, across)), mode="edge")
    filtered = np.zeros((height, width))
    for (a, b), weight in np.ndenumerate(kernel):
        filtered += weight * wide[a : a + height, b : b + width]
    return filtered
    # END SOLUTION


# %%
def filter_image(image, name):
    # BEGIN SOLUTION
    return apply_kernel(image, normalise(KERNELS[name]))
    # END SOLUTION


# %% [markdown] lang="fr"
# ## Choisir
#
# L’énoncé décrit les cinq travaux : `"noise"`, `"detail"`, `"posts"`, `"horizon"`, `"shapes"`.

# %% [markdown] lang="en"
# ## Choosing
#
# The statement tells of the five jobs: `"noise"`, `"detail"`, `"posts"`, `"horizon"`, `"shapes"`.


# %%
def choose_kernel(job):
    # BEGIN SOLUTION
    return {
        "noise": "gaussian",
        "detail": "sharpen",
        "posts": "sobel_x",
        "horizon": "sobel_y",
        "shapes": "outline",
    }[job]
    # END SOLUTION


# %% [markdown] lang="fr"
# Un disque clair et un peu de grain. Quand vos fonctions sont prêtes, regardez ce que chaque
# noyau en fait.

# %% [markdown] lang="en"
# A bright disc and some grain. Once your functions are ready, see what each kernel makes of it.

# %%
rows, columns = np.indices((48, 48))
disc = np.where(np.hypot(rows - 24, columns - 24) < 14, 200.0, 60.0)
photo = disc + np.random.default_rng(0).normal(0, 12, disc.shape)
try:
    figure, axes = plt.subplots(1, len(KERNELS), figsize=(14, 2.4))
    for axis, name in zip(axes, KERNELS, strict=True):
        axis.imshow(filter_image(photo, name), cmap="gray")
        axis.set_title(name)
        axis.axis("off")
    plt.show()
except NotImplementedError:
    plt.close()
    print("...")
