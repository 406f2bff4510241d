"""Notebooks as Colab saves them: forms, hidden cells, pictures among the outputs."""

from __future__ import annotations

import json
from typing import Any

# A picture of one pixel.
PICTURE = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg=="
)
SET_UP = """\
#@title Set-up { display-mode: "form" }
%matplotlib inline
%config InlineBackend.figure_format = 'retina'
%load_ext autoreload
%autoreload 2
import matplotlib.pyplot as plt
import numpy as np
plt.rc('image', cmap='gray_r')
plt.rc('font', family='serif', size=16)
rate = 0.5  #@param {type: "slider", min: 0.1, max: 1, step: 0.1}
"""
# Five layers on the small digits that scikit-learn carries, with a rate that decays.
DIGITS = """\
%%time
import torch
from sklearn.datasets import load_digits
from torch import nn

digits = load_digits()
inputs = torch.tensor(digits.images / 16, dtype=torch.float32).flatten(1)
targets = torch.tensor(digits.target)
torch.manual_seed(0)
layers = []
for before, after in zip((64, 100, 60, 40, 30), (100, 60, 40, 30, 10)):
    layers += [nn.Linear(before, after), nn.ReLU(), nn.Dropout(0.05)]
model = nn.Sequential(*layers[:-2])
optimiser = torch.optim.Adam(model.parameters(), lr=0.01)
decay = torch.optim.lr_scheduler.ExponentialLR(optimiser, 0.95)
losses = []
for epoch in range(15):
    for batch in torch.randperm(1500).split(100):
        loss = nn.functional.cross_entropy(model(inputs[batch]), targets[batch])
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    losses.append(loss.item())
    decay.step()
"""
SHOWN = """\
#@markdown The curve of the loss
from IPython.display import HTML, display
display(HTML('<style>table {float: left}</style>'))
fig, axes = plt.subplots(1, 2)
axes[0].plot(losses)
axes[1].imshow(digits.images[0])
plt.show()

def predict(images):
    model.eval()
    with torch.no_grad():
        return model(torch.as_tensor(images, dtype=torch.float32).flatten(1) / 16).argmax(1)
"""
KERAS = (
    """\
%tensorflow_version 2.x
!pip install -q tensorflow-datasets""",
    """\
#@title Imports { display-mode: "form" }
import numpy as np
import tensorflow as tf
from tensorflow.keras import layers
import matplotlib.pyplot as plt
%matplotlib inline""",
    """\
from google.colab import drive, files
drive.mount('/content/drive')""",
    """\
!wget -q https://example.org/digits.npz""",
    """\
import tensorflow_datasets as tfds, cv2
model = tf.keras.Sequential([layers.Dense(10, activation='softmax', input_shape=(784,))])""",
)


def colab_notebook(*sources: str, minor: int = 0) -> bytes:
    """Return a notebook of these code cells, with the outputs of an earlier run."""
    text: dict[str, Any] = {
        "cell_type": "markdown",
        "metadata": {"id": "intro", "colab_type": "text"},
        "source": ["<a href='https://example.org'><img src='badge.svg'></a>\n", "# Digits"],
    }
    cells = [text, *(_cell(source, place) for place, source in enumerate(sources))]
    metadata = {
        "accelerator": "GPU",
        "colab": {"name": "digits.ipynb", "provenance": [], "collapsed_sections": ["a1"]},
        "kernelspec": {"display_name": "Python 3", "name": "python3"},
        "widgets": {"application/vnd.jupyter.widget-state+json": {}},
    }
    return json.dumps(
        {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": minor}
    ).encode()


def _cell(source: str, place: int) -> dict[str, Any]:
    picture = {"image/png": PICTURE, "text/plain": ["<Figure size 432x288>"]}
    return {
        "cell_type": "code",
        "metadata": {"id": f"cell{place}", "cellView": "form", "colab": {"height": 35}},
        "source": source.splitlines(keepends=True),
        "execution_count": place + 7,
        "outputs": [
            {"output_type": "stream", "name": "stdout", "text": ["Epoch 1/5\n"]},
            {"output_type": "display_data", "data": picture, "metadata": {"tags": []}},
        ],
    }
