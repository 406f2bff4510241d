# mistake: kernel-not-summed
import numpy as np


def solve(given):
    image, kernel = np.array(given["image"]), np.array(given["kernel"])
    products = image[:3, :3] * kernel
    return {name: products[::step, ::step].tolist() for name, step in given["strides"].items()}
