# mistake: stride-ignored
import numpy as np


def solve(given):
    kernel, padding = np.array(given["kernel"]), given["padding"]
    answers = {}
    for name, side in (("stride-1", 3), ("stride-2", 2)):
        image = np.pad(np.array(given["layers"][name]["image"]), padding)
        windows = np.lib.stride_tricks.sliding_window_view(image, kernel.shape)
        answers[name] = np.einsum("ijab,ab->ij", windows, kernel)[:side, :side].tolist()
    places = given["line"]["side"] - given["line"]["kernel"] + 1
    answers["overrun"] = [[places], [places], [0]]
    return answers
