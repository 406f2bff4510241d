# mistake: border-mirrored
# %%
import numpy as np

KERNELS = {
    "identity": np.array([[0, 0, 0], [0, 1, 0], [0, 0, 0]]),
    "blur": np.array([[1, 1, 1], [1, 1, 1], [1, 1, 1]]),
    "gaussian": np.array([[1, 2, 1], [2, 4, 2], [1, 2, 1]]),
    "sharpen": np.array([[0, -1, 0], [-1, 5, -1], [0, -1, 0]]),
    "outline": np.array([[-1, -1, -1], [-1, 8, -1], [-1, -1, -1]]),
    "sobel_x": np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]),
    "sobel_y": np.array([[-1, -2, -1], [0, 0, 0], [1, 2, 1]]),
}
CHOICES = {
    "noise": "gaussian",
    "detail": "sharpen",
    "posts": "sobel_x",
    "horizon": "sobel_y",
    "shapes": "outline",
}


def normalise(kernel):
    total = kernel.sum()
    return kernel / total if total != 0 else kernel


def apply_kernel(image, kernel):
    height, width = image.shape
    down, across = kernel.shape[0] // 2, kernel.shape[1] // 2
    wide = np.pad(image.astype(float), ((down, down), (across, across)), mode="reflect")
    filtered = np.zeros((height, width))
    for (a, b), weight in np.ndenumerate(kernel):
        filtered += weight * wide[a : a + height, b : b + width]
    return filtered


def filter_image(image, name):
    return apply_kernel(image, normalise(KERNELS[name]))


def choose_kernel(job):
    return CHOICES[job]
