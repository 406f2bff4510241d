# mistake: changes-its-input
# %%
import numpy as np


def relu(x):
    x[x < 0] = 0
    return x


def leaky_relu(x, slope=0.01):
    return np.where(x > 0, x, slope * x)


def relu_derivative(x):
    return np.where(x > 0, 1.0, 0.0)


def leaky_relu_derivative(x, slope=0.01):
    return np.where(x > 0, 1.0, slope)
