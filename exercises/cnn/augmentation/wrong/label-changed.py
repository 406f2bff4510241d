# mistake: label-changed
# %%
import numpy as np
from scipy import ndimage


def flip_signs(images, labels, partner):
    mirrored = np.asarray(partner)[labels]
    kept = mirrored >= 0
    return images[kept, :, ::-1], labels[kept]


def shift(image, down, right):
    return ndimage.shift(image, (down, right), order=0)


def rotate(image, degrees):
    return ndimage.rotate(image, degrees, reshape=False, order=1)


def brighten(image, amount):
    return np.clip(image + amount, 0, 1)


def augment(images, labels, copies, *, most, degrees, seed):
    rng = np.random.default_rng(seed)

    def moved(image):
        down, right = rng.integers(-most, most + 1, size=2)
        return rotate(shift(image, down, right), rng.uniform(-degrees, degrees))

    copied = np.stack([moved(image) for image in np.repeat(images, copies, axis=0)])
    return copied, np.tile(labels, copies)


def nearest(known, known_labels, images):
    known, images = (np.asarray(one).reshape(len(one), -1) for one in (known, images))
    distance = (known**2).sum(axis=1) - 2 * images @ known.T
    return np.asarray(known_labels)[distance.argmin(axis=1)]


def predict(train_images, train_labels, images, copies):
    if copies == 0:
        return nearest(train_images, train_labels, images)
    more, labels = augment(train_images, train_labels, copies, most=1, degrees=40, seed=0)
    known = np.concatenate([train_images, more])
    return nearest(known, np.concatenate([train_labels, labels]), images)
