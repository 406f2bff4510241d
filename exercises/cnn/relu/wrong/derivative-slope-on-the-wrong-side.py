# mistake: slope-on-the-wrong-side
# %%
import numpy as np


def relu(x):
    return np.where(x > 0, x, 0)


def leaky_relu(x, slope=0.01):
    return np.where(x > 0, x, slope * x)


def relu_derivative(x):
    return np.where(x > 0, 1.0, 0.0)


def leaky_relu_derivative(x, slope=0.01):
    return np.where(x > 0, slope, 1.0)
