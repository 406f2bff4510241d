# %% [markdown] lang="fr"
# # Le sous-échantillonnage
#
# Complétez les trois fonctions. Gardez leurs noms et leurs paramètres : la correction les appelle.

# %% [markdown] lang="en"
# # Pooling
#
# Complete the three functions. Keep their names and parameters: they are what gets called.

# %%
import numpy as np

# %% [markdown] lang="fr"
# Les trois fonctions ne diffèrent que par le résumé d’une fenêtre. Libre à vous d’écrire ici
# ce qu’elles ont en commun.

# %% [markdown] lang="en"
# The three functions differ only in how they sum up a window. You are free to write here what they
# have in common.


# %%
# BEGIN SOLUTION
def starts(length, size, stride, edge):
    """Return where the windows start along an axis of that length."""
    if edge == "drop":
        return range(0, length - size + 1, stride)
    return range(0, length - size + stride, stride)


def pool2d(image, size, stride, edge, summary):
    """Return the summary of each window. A slice leaves out what lies beyond the edge."""
    height, width = image.shape
    return np.array(
        [
            [summary(image[i : i + size, j : j + size]) for j in starts(width, size, stride, edge)]
            for i in starts(height, size, stride, edge)
        ]
    )


# BEGIN STARTER
# # ...
# END SOLUTION


# %%
def max_pool2d(image, size, stride, edge="drop"):
    # BEGIN SOLUTION
    return pool2d(image, size, stride, edge, np.max)
    # END SOLUTION


def mean_pool2d(image, size, stride, edge="drop"):
    # BEGIN SOLUTION
    return pool2d(image, size, stride, edge, np.mean)
    # END SOLUTION


def sum_pool2d(image, size, stride, edge="drop"):
    # BEGIN SOLUTION
    return pool2d(image, size, stride, edge, np.sum)
    # END SOLUTION


# %% [markdown] lang="fr"
# L’exemple de l’énoncé. Quand vos fonctions sont prêtes, comparez.

# %% [markdown] lang="en"
# The example of the statement, to compare with once your functions are ready.

# %%
image = np.array([[1, 3, 2, 0, 5], [4, 2, 1, 1, 3], [0, 1, 6, 2, 1], [2, 5, 3, 1, 4]])
for pool in (max_pool2d, mean_pool2d, sum_pool2d):
    for edge in ("drop", "partial"):
        try:
            print(pool.__name__, edge, pool(image, 2, 2, edge), sep="\n")
        except NotImplementedError:
            print(pool.__name__, edge, "...")
