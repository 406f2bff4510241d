"""What both networks of a student are asked, and on which images."""

import contextlib

import numpy as np
import pytest
from PIL import Image

from graders.errors import StudentError
from graders.expect import expect_array, expect_number
from graders.intervals import wilson_interval

NETWORKS = ("dense", "cnn")
DIRECTIONS = np.array([(-2, 0), (2, 0), (0, -2), (0, 2)])
BATCH = 1_000
# What a network keeps beside its parameters.
STATISTICS = {"running_mean", "running_var", "num_batches_tracked"}


def turned(images, rng, most=5):
    """Return the images turned by a few degrees, so that none is one that the web knows."""
    return np.stack(
        [
            np.asarray(Image.fromarray(image).rotate(angle, Image.Resampling.BILINEAR))
            for image, angle in zip(images, rng.uniform(-most, most, len(images)), strict=True)
        ]
    )


def shifted(images, rng):
    """Return the images turned a little, and moved by 2 pixels in a direction drawn for each."""
    padded = np.pad(turned(images, rng), ((0, 0), (2, 2), (2, 2)))
    return np.stack(
        [
            image[2 - down : 30 - down, 2 - right : 30 - right]
            for image, (down, right) in zip(
                padded, DIRECTIONS[rng.integers(4, size=len(images))], strict=True
            )
        ]
    )


def classes(student, network, images):
    """Return the classes that the network's function predicts. Raises StudentError."""
    return np.concatenate(
        [
            expect_array(
                student.call(f"predict_{network}", part), shape=(len(part),), kinds="iu"
            ).astype(np.int64)
            for part in np.split(images, range(BATCH, len(images), BATCH))
        ]
    )


def accuracy(student, network, images, labels):
    return float(np.mean(classes(student, network, images) == labels))


def on_shifted(student, network, held, rng):
    """Return the accuracy on shifted images, the mean of several draws where images are few."""
    images, labels = held["images"], held["labels"]
    rounds = max(1, 3 * BATCH // len(images))
    return np.mean(
        [accuracy(student, network, shifted(images, rng), labels) for _ in range(rounds)]
    ).item()


def parameters(student, network):
    """Return the tensors that training moves, by name. Raises StudentError."""
    tensors = student.tensors(network)
    return {k: v for k, v in tensors.items() if k.rpartition(".")[2] not in STATISTICS}


def size(tensors):
    return sum(tensor.size for tensor in tensors.values())


def claimed(student, network, name):
    """Return a figure of the student's report. Raises StudentError."""
    report = student.get("report")
    row = report.get(network) if isinstance(report, dict) else None
    if not isinstance(row, dict) or name not in row:
        pytest.fail(f"report[{network!r}] has no {name!r}")
    return expect_number(row[name], name=f"report[{network!r}][{name!r}]")


def report_accuracy(measure, name, share, count):
    low, high = wilson_interval(round(share * count), count)
    measure(name, share, low=low, high=high)


def best_otherwise(student, network, images, labels):
    """Return the best accuracy on the images as a preparation that is missing would leave them."""
    pixels = images.astype(np.float32)
    scaled = pixels / 255
    best = 0.0
    for other in (
        scaled,
        pixels * 255,
        (scaled - scaled.mean()) / scaled.std() * 255,
        (scaled - 0.5) / 0.5 * 255,
        255 - pixels,
        images.transpose(0, 2, 1),
    ):
        # Nobody was asked to take such images: what is raised on them tells nothing.
        with contextlib.suppress(StudentError):
            best = max(best, accuracy(student, network, other, labels))
    return best
