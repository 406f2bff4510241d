# mistake: mean-divided-by-side
import numpy as np


def solve(given):
    image, size = np.array(given["image"]), given["window"]
    windows = np.lib.stride_tricks.sliding_window_view(image, (size, size))
    flat = windows.reshape(3, 3, size * size)
    pooled = {"max": flat.max(-1), "mean": flat.sum(-1) / size, "sum": flat.sum(-1)}
    return {
        f"{kind}-{stride}": grid[::stride, ::stride].tolist()
        for kind, grid in pooled.items()
        for stride in (1, 2)
    }
