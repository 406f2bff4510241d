# mistake: padding-on-one-side
import numpy as np


def solve(given):
    kernel, padding = np.array(given["kernel"]), given["padding"]
    answers = {}
    for name, layer in given["layers"].items():
        image = np.pad(np.array(layer["image"]), (0, 2 * padding))
        windows = np.lib.stride_tricks.sliding_window_view(image, kernel.shape)
        full = np.einsum("ijab,ab->ij", windows, kernel)
        answers[name] = full[:: layer["stride"], :: layer["stride"]].tolist()
    side, size, stride = given["line"].values()
    answers["overrun"] = [[0], [0], [0]]
    answers["padding"] = [[next(p for p in range(stride) if (side - size + p) % stride == 0)]]
    return answers
