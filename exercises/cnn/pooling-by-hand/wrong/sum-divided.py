# mistake: sum-divided
import numpy as np


def solve(given):
    image, size = np.array(given["image"]), given["window"]
    windows = np.lib.stride_tricks.sliding_window_view(image, (size, size))
    flat = windows.reshape(3, 3, size * size)
    pooled = {"max": flat.max(-1), "mean": flat.mean(-1), "sum": flat.mean(-1)}
    return {
        f"{kind}-{stride}": grid[::stride, ::stride].tolist()
        for kind, grid in pooled.items()
        for stride in (1, 2)
    }
