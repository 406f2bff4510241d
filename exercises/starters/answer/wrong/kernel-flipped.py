# mistake: kernel-flipped
import numpy as np


def solve(given):
    image, kernel = np.array(given["image"]), np.rot90(np.array(given["kernel"]), 2)
    windows = np.lib.stride_tricks.sliding_window_view(image, kernel.shape)
    return {"output": np.einsum("ijab,ab->ij", windows, kernel).tolist()}
