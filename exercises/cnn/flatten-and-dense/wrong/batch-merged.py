# mistake: batch-merged
# %%
import numpy as np


def flatten(maps):
    return maps.ravel()


def dense(vectors, weights, bias):
    return vectors @ weights.T + bias


def softmax(scores):
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    return raised / raised.sum(axis=1, keepdims=True)


def classify(maps, weights, bias):
    return softmax(dense(flatten(maps), weights, bias))
