# mistake: kernel-flipped
# %%
import numpy as np


def correlate(image, kernel):
    windows = np.lib.stride_tricks.sliding_window_view(image, kernel.shape)
    return np.einsum("ijab,ab->ij", windows, kernel[::-1, ::-1])
