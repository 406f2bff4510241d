# mistake: windows-overlap
import numpy as np


def solve(given):
    image, size = np.array(given["image"]), given["window"]
    windows = np.lib.stride_tricks.sliding_window_view(image, (size, size))
    flat = windows.reshape(3, 3, size * size)
    pooled = {"max": flat.max(-1), "mean": flat.mean(-1), "sum": flat.sum(-1)}
    return {
        f"{kind}-{stride}": grid[:side, :side].tolist()
        for kind, grid in pooled.items()
        for stride, side in ((1, 3), (2, 2))
    }
