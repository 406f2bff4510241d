# mistake: best-feature-only
# %%
import numpy as np


def match(patch, feature):
    return np.mean(patch * feature)


def match_map(image, feature):
    height, width = feature.shape
    rows, columns = image.shape[0] - height + 1, image.shape[1] - width + 1
    return np.array(
        [
            [match(image[i : i + height, j : j + width], feature) for j in range(columns)]
            for i in range(rows)
        ]
    )


def score(image, features):
    return np.max([match_map(image, feature).max() for feature in features])


def x_or_o(image, x_features, o_features):
    return "X" if score(image, x_features) > score(image, o_features) else "O"
