# %% [markdown] lang="fr"
# # Un X ou un O ?
#
# Complétez les trois fonctions. Gardez leurs noms et leurs paramètres : la correction les appelle.

# %% [markdown] lang="en"
# # Is it an X or an O?
#
# Complete the three functions. Keep their names and parameters: they are what gets called.

# %%
import numpy as np

# %% [markdown] lang="fr"
# ## La ressemblance
#
# `patch` et `feature` ont la même forme. Une moyenne, et non une somme : le résultat est entre
# -1 et 1 quelle que soit la taille de la caractéristique.

# %% [markdown] lang="en"
# ## The match
#
# `patch` and `feature` have the same shape. It is a mean, not a sum: the result lies between -1
# and 1, however large the feature is.


# %%
def match(patch, feature):
    # BEGIN SOLUTION
    return np.mean(patch * feature)
    # END SOLUTION


# %% [markdown] lang="fr"
# ## La carte de caractéristiques
#
# Combien de places y a-t-il, en hauteur et en largeur ?

# %% [markdown] lang="en"
# ## The feature map
#
# How many places are there, down and across?


# %%
def match_map(image, feature):
    # BEGIN SOLUTION
    height, width = feature.shape
    rows, columns = image.shape[0] - height + 1, image.shape[1] - width + 1
    found = np.empty((rows, columns))
    for i in range(rows):
        for j in range(columns):
            found[i, j] = match(image[i : i + height, j : j + width], feature)
    return found
    # END SOLUTION


# %% [markdown] lang="fr"
# ## La décision
#
# Pour chaque caractéristique, le maximum de sa carte ; pour chaque lettre, la moyenne de ces
# maximums.

# %% [markdown] lang="en"
# ## The decision
#
# For each feature, the maximum of its map; for each letter, the mean of these maxima.


# %%
def x_or_o(image, x_features, o_features):
    # BEGIN SOLUTION
    x_score = np.mean([match_map(image, feature).max() for feature in x_features])
    o_score = np.mean([match_map(image, feature).max() for feature in o_features])
    return "X" if x_score > o_score else "O"
    # END SOLUTION


# %% [markdown] lang="fr"
# L’exemple de l’énoncé. Quand vos fonctions sont prêtes, comparez.

# %% [markdown] lang="en"
# The example of the statement, to compare with once your functions are ready.

# %%
diagonal = 2 * np.eye(3, dtype=int) - 1
stroke = np.array([[-1, -1, -1], [1, 1, 1], [-1, -1, -1]])
arms = np.eye(5, dtype=int)
image = 2 * (arms | arms[::-1]) - 1
try:
    print(match(image[:3, :3], diagonal), match(image[1:4, 1:4], diagonal))
    print(9 * match_map(image, diagonal))
    print(x_or_o(image, [diagonal, diagonal[::-1]], [stroke, stroke.T]))
except NotImplementedError:
    print("...")
