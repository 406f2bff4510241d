# %% [markdown] lang="fr"
# # ReLU et ses dérivées
#
# Complétez les quatre fonctions. Gardez leurs noms et leurs paramètres : la correction les appelle.

# %% [markdown] lang="en"
# # ReLU and its derivatives
#
# Complete the four functions. Keep their names and parameters: they are what gets called.

# %%
import matplotlib.pyplot as plt
import numpy as np

# %% [markdown] lang="fr"
# ## Les fonctions
#
# Chacune renvoie un nouveau tableau : `x` ne doit pas changer.

# %% [markdown] lang="en"
# ## The functions
#
# Each returns a new array: `x` must not change.


# %%
def relu(x):
    # BEGIN SOLUTION
    return np.where(x > 0, x, 0)
    # END SOLUTION


def leaky_relu(x, slope=0.01):
    # BEGIN SOLUTION
    return np.where(x > 0, x, slope * x)
    # END SOLUTION


# %% [markdown] lang="fr"
# ## Leurs dérivées
#
# En zéro, on prend la dérivée à gauche.

# %% [markdown] lang="en"
# ## Their derivatives
#
# At zero it is the derivative on the left.


# %%
def relu_derivative(x):
    # BEGIN SOLUTION
    return np.where(x > 0, 1.0, 0.0)
    # END SOLUTION


def leaky_relu_derivative(x, slope=0.01):
    # BEGIN SOLUTION
    return np.where(x > 0, 1.0, slope)
    # END SOLUTION


# %% [markdown] lang="fr"
# Quand vos fonctions sont prêtes, regardez leurs courbes, puis ce qui reste de `values`.

# %% [markdown] lang="en"
# Once your functions are ready, look at their curves, and at what is left of `values`.

# %%
values = np.linspace(-3, 3, 13)
try:
    plt.figure(figsize=(5, 3))
    plt.plot(values, relu(values), label="relu")
    plt.plot(values, leaky_relu(values, slope=0.1), label="leaky_relu")
    plt.plot(values, leaky_relu_derivative(values, slope=0.1), ".", label="leaky_relu_derivative")
    plt.plot(values, relu_derivative(values), "x", label="relu_derivative")
    plt.legend()
    plt.show()
    print(values)
except NotImplementedError:
    plt.close()
    print("...")
