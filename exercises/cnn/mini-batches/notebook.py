# %% [markdown] lang="fr"
# # Les mini-lots
#
# Complétez les deux fonctions. Gardez leurs noms et leurs paramètres : la correction les appelle.

# %% [markdown] lang="en"
# # Mini-batches
#
# Complete the two functions. Keep their names and parameters: they are what gets called.

# %%
import numpy as np

# %% [markdown] lang="fr"
# Le gradient du modèle est donné : il est déjà moyenné sur les images qu’on lui passe.

# %% [markdown] lang="en"
# The model's gradient is given. It is averaged already over the images that it gets.


# %%
def probabilities(images, weights, bias):
    scores = images.reshape(len(images), -1) @ weights.T + bias
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    return raised / raised.sum(axis=1, keepdims=True)


def gradients(images, labels, weights, bias):
    error = probabilities(images, weights, bias) - np.eye(len(bias))[labels]
    return error.T @ images.reshape(len(images), -1) / len(images), error.mean(axis=0)


# %% [markdown] lang="fr"
# **Les lots d’une époque.** Un même mélange pour les images et les étiquettes, puis une coupe tous
# les `size`. Que devient le reste de la division ?

# %% [markdown] lang="en"
# **The batches of an epoch.** One shuffle for both images and labels, then a cut every `size`.
# What becomes of the remainder?


# %%
def mini_batches(images, labels, size, seed):
    # BEGIN SOLUTION
    order = np.random.default_rng(seed).permutation(len(images))
    cuts = [order[start : start + size] for start in range(0, len(order), size)]
    return [(images[cut], labels[cut]) for cut in cuts]
    # END SOLUTION


# %% [markdown] lang="fr"
# **La descente.** Un pas par lot, aux poids du moment, et un mélange neuf à chaque époque.

# %% [markdown] lang="en"
# **The descent.** One step per batch, at the weights as they are by then, and a fresh shuffle in
# each epoch.


# %%
def train(images, labels, weights, bias, *, size, rate, epochs, seed):
    # BEGIN SOLUTION
    for epoch_seed in np.random.SeedSequence(seed).generate_state(epochs):
        for some_images, some_labels in mini_batches(images, labels, size, epoch_seed):
            weights_slope, bias_slope = gradients(some_images, some_labels, weights, bias)
            weights = weights - rate * weights_slope
            bias = bias - rate * bias_slope
    return weights, bias
    # END SOLUTION


# %% [markdown] lang="fr"
# Dix images dont l’unique pixel est le numéro, et qui est aussi l’étiquette.

# %% [markdown] lang="en"
# Ten images whose only pixel is their number, which is their label too.

# %%
numbers = np.arange(10)
try:
    for batch, labels in mini_batches(numbers.reshape(10, 1, 1), numbers, size=4, seed=0):
        print(batch.ravel(), labels)
except NotImplementedError:
    print("...")

# %% [markdown] lang="fr"
# Trois classes de petites images bruitées : combien de réponses justes après cinq époques ?

# %% [markdown] lang="en"
# Three classes of small noisy images: how many answers are right after five epochs?

# %%
rng = np.random.default_rng(0)
labels = rng.integers(3, size=300)
images = rng.normal(size=(3, 6, 6))[labels] + rng.normal(size=(300, 6, 6))
try:
    start = np.zeros((3, 36)), np.zeros(3)
    weights, bias = train(images, labels, *start, size=32, rate=0.1, epochs=5, seed=0)
    print((probabilities(images, weights, bias).argmax(axis=1) == labels).mean())
except NotImplementedError:
    print("...")
