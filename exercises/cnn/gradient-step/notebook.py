# %% [markdown] lang="fr"
# # Un pas de descente de gradient
#
# Complétez les quatre fonctions. Gardez leurs noms et leurs paramètres : la correction les appelle.

# %% [markdown] lang="en"
# # One step of gradient descent
#
# Complete the four functions. Keep their names and parameters: they are what gets called.

# %%
import numpy as np

# %% [markdown] lang="fr"
# `predict` est donnée. `patches` aussi : `patches(images, shape)[m, i, j]` est le morceau de
# l’image `m` que le noyau recouvre quand son coin est en `(i, j)`.

# %% [markdown] lang="en"
# `predict` is given, and so is `patches`: `patches(images, shape)[m, i, j]` is the piece of image
# `m` that the kernel covers when its corner is at `(i, j)`.


# %%
def patches(images, shape):
    return np.lib.stride_tricks.sliding_window_view(images, shape, axis=(1, 2))


def predict(images, kernel, bias):
    return np.einsum("mijuv,uv->mij", patches(images, kernel.shape), kernel) + bias


# %% [markdown] lang="fr"
# **La perte.** Une moyenne, sur toutes les images et tous les pixels.

# %% [markdown] lang="en"
# **The loss.** A mean over all images and all pixels.


# %%
def loss(images, targets, kernel, bias):
    # BEGIN SOLUTION
    return np.mean((predict(images, kernel, bias) - targets) ** 2)
    # END SOLUTION


# %% [markdown] lang="fr"
# **Le gradient.** Deux résultats : un tableau de la taille du noyau, et un nombre pour le biais.

# %% [markdown] lang="en"
# **The gradient.** Two results: an array of the kernel's size, and a number for the bias.


# %%
def gradients(images, targets, kernel, bias):
    # BEGIN SOLUTION
    error = predict(images, kernel, bias) - targets
    seen = patches(images, kernel.shape)
    return 2 * np.einsum("mij,mijuv->uv", error, seen) / error.size, 2 * error.mean()
    # END SOLUTION


# %% [markdown] lang="fr"
# **Le contrôle.** Un paramètre à la fois : les autres doivent rester à leur place.

# %% [markdown] lang="en"
# **The check.** One parameter at a time: the others have to stay where they are.


# %%
def finite_differences(images, targets, kernel, bias, h):
    # BEGIN SOLUTION
    def slope(kernel_move, bias_move):
        ahead = loss(images, targets, kernel + kernel_move, bias + bias_move)
        behind = loss(images, targets, kernel - kernel_move, bias - bias_move)
        return (ahead - behind) / (2 * h)

    moves = h * np.eye(kernel.size).reshape(kernel.size, *kernel.shape)
    slopes = [slope(move, 0) for move in moves]
    return np.reshape(slopes, kernel.shape), slope(0, h)
    # END SOLUTION


# %% [markdown] lang="fr"
# **Le pas.** Renvoyez le nouveau noyau et le nouveau biais.

# %% [markdown] lang="en"
# **The step.** Return the new kernel and the new bias.


# %%
def descent_step(images, targets, kernel, bias, rate):
    # BEGIN SOLUTION
    kernel_slope, bias_slope = gradients(images, targets, kernel, bias)
    return kernel - rate * kernel_slope, bias - rate * bias_slope
    # END SOLUTION


# %% [markdown] lang="fr"
# L’exemple de l’énoncé.

# %% [markdown] lang="en"
# The example of the statement.

# %%
images = np.array([[[1.0, 2.0, 0.0], [0.0, 1.0, 3.0]]])
targets = np.array([[[3.0, -1.0]]])
kernel = np.array([[1.0, 0.0], [0.0, -1.0]])
try:
    print(loss(images, targets, kernel, 1.0))
    print(gradients(images, targets, kernel, 1.0))
    print(finite_differences(images, targets, kernel, 1.0, h=0.1))
    print(descent_step(images, targets, kernel, 1.0, rate=0.1))
except NotImplementedError:
    print("...")

# %% [markdown] lang="fr"
# Et maintenant, la descente entière. Un filtre inconnu est passé sur huit images de bruit ; partant
# de zéro, votre pas répété doit le retrouver : un détecteur de contours verticaux, et un biais
# de 0,5.

# %% [markdown] lang="en"
# And now the whole descent. An unknown filter has run over eight images of noise. From zero, your
# step, taken again and again, should find it: a detector of vertical edges, and a bias of 0.5.

# %%
rng = np.random.default_rng(0)
images = rng.normal(size=(8, 12, 12))
edges = np.array([[1.0, 0.0, -1.0], [2.0, 0.0, -2.0], [1.0, 0.0, -1.0]])
targets = predict(images, edges, 0.5)
kernel, bias = np.zeros((3, 3)), 0.0
try:
    for _ in range(50):
        kernel, bias = descent_step(images, targets, kernel, bias, rate=0.2)
    print(np.round(kernel, 2), np.round(bias, 2), sep="\n")
except NotImplementedError:
    print("...")
