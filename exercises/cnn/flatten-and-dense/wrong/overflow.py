# mistake: overflow
# %%
import numpy as np


def flatten(maps):
    return maps.reshape(len(maps), -1)


def dense(vectors, weights, bias):
    return vectors @ weights.T + bias


def softmax(scores):
    raised = np.exp(scores)
    return raised / raised.sum(axis=1, keepdims=True)


def classify(maps, weights, bias):
    return softmax(dense(flatten(maps), weights, bias))
