# %% [markdown] lang="fr"
# # La tête d’un réseau
#
# Des cartes de caractéristiques aux probabilités, en quatre fonctions. Gardez leurs noms et leurs
# paramètres : la correction les appelle.

# %% [markdown] lang="en"
# # The head of a network
#
# From feature maps to probabilities in four functions. Keep their names and parameters: they are
# what gets called.

# %%
import numpy as np

# %% [markdown] lang="fr"
# **La mise à plat.** Une ligne par image : les cartes l’une après l’autre, chacune lue ligne par
# ligne.

# %% [markdown] lang="en"
# **Flattening.** One row per image: the maps one after the other, each of them read row by row.


# %%
def flatten(maps):
    # BEGIN SOLUTION
    return maps.reshape(len(maps), -1)
    # END SOLUTION


# %% [markdown] lang="fr"
# **La couche dense.** Chaque ligne de `weights` contient les poids d’un neurone.

# %% [markdown] lang="en"
# **The dense layer.** Each row of `weights` holds the weights of one neuron.


# %%
def dense(vectors, weights, bias):
    # BEGIN SOLUTION
    return vectors @ weights.T + bias
    # END SOLUTION


# %% [markdown] lang="fr"
# **Le softmax.** Pensez aux scores immenses : que faut-il en retrancher, et image par image ou
# pour tout le lot ?

# %% [markdown] lang="en"
# **Softmax.** Think of huge scores: what has to be taken from them, and is it the same for the
# whole batch?


# %%
def softmax(scores):
    # BEGIN SOLUTION
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    return raised / raised.sum(axis=1, keepdims=True)
    # END SOLUTION


# %% [markdown] lang="fr"
# **La tête entière**, avec les trois fonctions ci-dessus.

# %% [markdown] lang="en"
# **The whole head**, made of the three functions above.


# %%
def classify(maps, weights, bias):
    # BEGIN SOLUTION
    return softmax(dense(flatten(maps), weights, bias))
    # END SOLUTION


# %% [markdown] lang="fr"
# L’exemple de l’énoncé, où l’on attend (0,2595 ; 0,7054 ; 0,0351), puis des scores immenses.

# %% [markdown] lang="en"
# The example of the statement, which should give (0.2595, 0.7054, 0.0351), then huge scores.

# %%
maps = np.array([[[[1.0, 0.0], [2.0, 1.0]], [[0.0, 3.0], [1.0, 1.0]]]])
weights = np.array(
    [
        [1.0, 0.0, 1.0, 0.0, 0.0, -1.0, 0.0, 1.0],
        [0.0, 1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0],
        [-1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 1.0],
    ]
)
bias = np.array([1.0, 0.0, 0.0])
try:
    print(flatten(maps))
    print(dense(flatten(maps), weights, bias))
    print(classify(maps, weights, bias))
    print(softmax(np.array([[1002.0, 1003.0, 1000.0], [-998.0, -997.0, -1000.0]])))
except NotImplementedError:
    print("...")
