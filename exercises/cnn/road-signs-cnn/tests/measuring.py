"""What a student's network is asked, and how its answers are counted."""

import contextlib

import numpy as np

from graders.errors import StudentError
from graders.expect import expect_array

CLASSES = (12, 43)
BATCH = 600


def moved(images, rng, most=2):
    """Return the images, each shifted by up to `most` pixels each way, their edges continued."""
    height, width = images.shape[1:3]
    padded = np.pad(images, ((0, 0), (most, most), (most, most), (0, 0)), mode="edge")
    corners = rng.integers(0, 2 * most + 1, size=(len(images), 2))
    return np.stack(
        [
            image[down : down + height, right : right + width]
            for image, (down, right) in zip(padded, corners, strict=True)
        ]
    )


def by_night(images, light):
    """Return the images as they are under so much of their light."""
    return np.rint(images * light).astype(np.uint8)


def classes(student, images):
    """Return the classes that the student predicts. Raises StudentError."""
    return np.concatenate(
        [
            expect_array(student.predict(part), shape=(len(part),), kinds="iu").astype(np.int64)
            for part in np.split(images, range(BATCH, len(images), BATCH))
        ]
    )


def recalls(found, labels):
    """Return the share of each class's images that are recognised, NaN for one without images.

    Of the photographs whole tracks are hidden, and a rare class has few: chance may hide none.
    """
    right = found == labels
    each = np.full(next(count for count in CLASSES if labels.max() < count), np.nan)
    for sign in np.unique(labels):
        each[sign] = right[labels == sign].mean()
    return each


def best_otherwise(student, images, labels):
    """Return the best mean recall on the images as a preparation that differs would leave them."""
    pixels = images.astype(np.float32)
    scaled = pixels / 255
    axes = (0, 1, 2)
    best = 0.0
    for other in (
        np.ascontiguousarray(images[..., ::-1]),
        scaled,
        pixels * 255,
        (scaled - scaled.mean(axis=axes)) / scaled.std(axis=axes) * 255,
        (scaled - 0.5) / 0.5 * 255,
        np.ascontiguousarray(images.transpose(0, 2, 1, 3)),
    ):
        # Nobody was asked to take such images: what is raised on them tells nothing.
        with contextlib.suppress(StudentError):
            best = max(best, np.nanmean(recalls(classes(student, other), labels)))
    return best
