# mistake: stride-ignored
import numpy as np


def solve(given):
    image, kernel = np.array(given["image"]), np.array(given["kernel"])
    windows = np.lib.stride_tricks.sliding_window_view(image, kernel.shape)
    full = np.einsum("ijab,ab->ij", windows, kernel)
    return {"stride-1": full.tolist(), "stride-2": full[:2, :2].tolist()}
