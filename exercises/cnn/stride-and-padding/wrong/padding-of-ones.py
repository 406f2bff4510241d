# mistake: padding-not-zero
import numpy as np


def solve(given):
    kernel, padding = np.array(given["kernel"]), given["padding"]
    answers = {}
    for name, layer in given["layers"].items():
        image = np.pad(np.array(layer["image"]), padding, constant_values=1)
        windows = np.lib.stride_tricks.sliding_window_view(image, kernel.shape)
        full = np.einsum("ijab,ab->ij", windows, kernel)
        answers[name] = full[:: layer["stride"], :: layer["stride"]].tolist()
    return answers
