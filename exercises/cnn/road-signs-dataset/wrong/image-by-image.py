# mistake: image-by-image
# %%
import h5py
import numpy as np
from PIL import Image


def to_grey(image):
    return (image @ np.array([0.299, 0.587, 0.114]) / 255).astype(np.float32)


def letterbox(image, size):
    height, width = (max(1, round(side * size / max(image.shape))) for side in image.shape)
    small = Image.fromarray(image.astype(np.float32)).resize((width, height))
    square = np.zeros((size, size), dtype=np.float32)
    top, left = (size - height) // 2, (size - width) // 2
    square[top : top + height, left : left + width] = small
    return square


def write_dataset(path, images, labels, size, smallest):
    kept = [place for place, image in enumerate(images) if min(image.shape[:2]) >= smallest]
    with h5py.File(path, "w") as file:
        for number, place in enumerate(kept):
            file[f"{number:05}"] = letterbox(to_grey(images[place]), size)
            file[f"{number:05}"].attrs["label"] = labels[place]


def read_dataset(path, start=0, stop=None):
    with h5py.File(path, "r") as file:
        parts = list(file.values())[start:stop]
        images = np.stack([part[:] for part in parts])
        return images, np.array([part.attrs["label"] for part in parts])


def describe(path):
    with h5py.File(path, "r") as file:
        return {name: [list(data.shape), str(data.dtype)] for name, data in file.items()}
