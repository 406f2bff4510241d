# mistake: ends-where-it-began
# %%
import numpy as np


def loss_and_gradient(x, y, weights):
    error = x @ weights - y
    return np.mean(error**2), 2 * x.T @ error / len(y)


def finder_rates(low, high, count):
    return np.geomspace(low, high, count)


def range_test(x, y, weights, rates):
    losses = []
    for rate in rates:
        loss, gradient = loss_and_gradient(x, y, weights)
        if not np.isfinite(loss) or (losses and loss > 4 * min(losses)):
            break
        losses.append(loss)
        weights = weights - rate * gradient
    return losses


def suggest_rate(rates, losses):
    return rates[np.argmin(losses)] / 10


def one_cycle(max_rate, steps, peak, div=25.0, final_div=10000.0):  # noqa: ARG001
    first = max_rate / div
    last = first
    rates = []
    for step in range(steps):
        if step <= peak:
            share = (1 - np.cos(np.pi * step / peak)) / 2
            rates.append(first + (max_rate - first) * share)
        else:
            share = (1 + np.cos(np.pi * (step - peak) / (steps - 1 - peak))) / 2
            rates.append(last + (max_rate - last) * share)
    return rates
