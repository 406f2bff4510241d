# %% [markdown] lang="fr"
# # Dropout et normalisation par lots
#
# Complétez les deux fonctions. Gardez leurs noms et leurs paramètres : la correction les appelle.

# %% [markdown] lang="en"
# # Dropout and batch normalisation
#
# Complete the two functions. Keep their names and parameters: they are what gets called.

# %%
import numpy as np

# %% [markdown] lang="fr"
# **Le dropout inversé.** `rate` est la probabilité d’être éteint, non celle de rester.

# %% [markdown] lang="en"
# **Inverted dropout.** `rate` is the probability of being switched off, not that of staying on.


# %%
def dropout(x, rate, training, seed):
    # BEGIN SOLUTION
    if not training:
        return x
    kept = np.random.default_rng(seed).random(x.shape) >= rate
    return x * kept / (1 - rate)
    # END SOLUTION


# %% [markdown] lang="fr"
# **La normalisation par lots.** Sur quels axes faut-il moyenner pour qu’il reste un nombre par
# canal ? Et comment lui redonner la forme qu’il faut pour le soustraire à `x` ?

# %% [markdown] lang="en"
# **Batch normalisation.** Over which axes does the mean run, to leave one number per channel? And
# which shape does it take to subtract that from `x`?


# %%
def batch_norm(x, gamma, beta, mean, variance, training, momentum=0.1, eps=1e-5):  # noqa: PLR0917
    # BEGIN SOLUTION
    used_mean, used_variance = mean, variance
    if training:
        used_mean, used_variance = x.mean(axis=(0, 2, 3)), x.var(axis=(0, 2, 3))
        count = x.size / len(gamma)
        mean = (1 - momentum) * mean + momentum * used_mean
        variance = (1 - momentum) * variance + momentum * used_variance * count / (count - 1)
    scale = gamma / np.sqrt(used_variance + eps)
    shift = beta - scale * used_mean
    return x * scale[:, None, None] + shift[:, None, None], mean, variance
    # END SOLUTION


# %% [markdown] lang="fr"
# Les exemples de l’énoncé. Le dropout, lui, dépend de votre générateur ; mais sur un million de
# uns, la moyenne doit rester proche de 1, et la part de zéros proche de 0,2.

# %% [markdown] lang="en"
# The examples of the statement. Dropout depends on your generator; but over a million ones the
# mean should stay near 1, and the share of zeros near 0.2.

# %%
x = np.array([[[[1.0, 3.0]]], [[[5.0, 7.0]]]])
two, one, zero = np.array([2.0]), np.array([1.0]), np.array([0.0])
try:
    print(dropout(np.arange(1.0, 6.0), rate=0.2, training=True, seed=0))
    dropped = dropout(np.ones(10**6), rate=0.2, training=True, seed=1)
    print(dropped.mean(), (dropped == 0).mean())
except NotImplementedError:
    print("...")
try:
    print(*batch_norm(x, two, one, mean=zero, variance=one, training=True, eps=4.0), sep="\n")
    print(*batch_norm(x, two, one, mean=zero, variance=5 * one, training=False, eps=4.0), sep="\n")
except NotImplementedError:
    print("...")
