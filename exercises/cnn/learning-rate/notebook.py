# %% [markdown] lang="fr"
# # Choisir le taux d’apprentissage
#
# Complétez les quatre fonctions. Gardez leurs noms et leurs paramètres : la correction les appelle.

# %% [markdown] lang="en"
# # Choosing the learning rate
#
# Complete the four functions. Keep their names and parameters: they are what gets called.

# %%
import matplotlib.pyplot as plt
import numpy as np

# %% [markdown] lang="fr"
# Le modèle d’essai est donné.

# %% [markdown] lang="en"
# The model to try on is given.


# %%
def loss_and_gradient(x, y, weights):
    error = x @ weights - y
    return np.mean(error**2), 2 * x.T @ error / len(y)


# %% [markdown] lang="fr"
# **Les taux de l’essai**, en progression géométrique.

# %% [markdown] lang="en"
# **The rates of the range test**, in geometric progression.


# %%
def finder_rates(low, high, count):
    # BEGIN SOLUTION
    return low * (high / low) ** (np.arange(count) / (count - 1))
    # END SOLUTION


# %% [markdown] lang="fr"
# **Le parcours.** Dans l’ordre : la perte, l’arrêt ou la note, puis le pas.

# %% [markdown] lang="en"
# **The run.** In this order: the loss, then stop or record, then the step.


# %%
def range_test(x, y, weights, rates):
    # BEGIN SOLUTION
    losses = []
    for rate in rates:
        loss, gradient = loss_and_gradient(x, y, weights)
        if not np.isfinite(loss) or (losses and loss > 4 * min(losses)):
            break
        losses.append(loss)
        weights = weights - rate * gradient
    return losses
    # END SOLUTION


# %% [markdown] lang="fr"
# **Le choix**, avec sa marge.

# %% [markdown] lang="en"
# **The choice**, with its margin.


# %%
def suggest_rate(rates, losses):
    # BEGIN SOLUTION
    return rates[np.argmin(losses)] / 10
    # END SOLUTION


# %% [markdown] lang="fr"
# **Le cycle unique.** Deux versants, de longueurs différentes.

# %% [markdown] lang="en"
# **The one cycle.** Two slopes, which differ in length.


# %%
def one_cycle(max_rate, steps, peak, div=25.0, final_div=10000.0):
    # BEGIN SOLUTION
    def slope(start, end, length):
        """Return the rates from start, left out, to end."""
        along = np.arange(1, length + 1) / length
        return start + (end - start) * (1 - np.cos(np.pi * along)) / 2

    first = max_rate / div
    up = slope(first, max_rate, peak)
    down = slope(max_rate, first / final_div, steps - 1 - peak)
    return np.concatenate([[first], up, down])
    # END SOLUTION


# %% [markdown] lang="fr"
# Les exemples de l’énoncé : quatre pertes, le choix 0,12, puis un cycle de sept pas.

# %% [markdown] lang="en"
# The examples of the statement: four losses, the choice of 0.12, then a cycle of seven steps.

# %%
rates = np.array([0.1, 0.4, 1.2, 4.0, 10.0])
try:
    losses = range_test(np.array([[1.0]]), np.array([2.0]), np.array([0.0]), rates)
    print(losses, suggest_rate(rates, losses))
    print(np.round(one_cycle(1.0, steps=7, peak=2, div=10, final_div=10), 3))
except NotImplementedError:
    print("...")

# %% [markdown] lang="fr"
# Un essai plus grand, tracé sur des axes logarithmiques : la descente, le creux, l’explosion.

# %% [markdown] lang="en"
# A larger trial on logarithmic axes: the descent, the hollow, the explosion.

# %%
rng = np.random.default_rng(0)
x = rng.normal(size=(200, 10))
y = x @ rng.normal(size=10) + rng.normal(size=200) / 10
try:
    rates = finder_rates(1e-4, 10.0, 60)
    losses = range_test(x, y, np.zeros(10), rates)
    plt.loglog(rates[: len(losses)], losses)
    plt.axvline(suggest_rate(rates, losses), linestyle=":")
    plt.show()
except NotImplementedError:
    print("...")
