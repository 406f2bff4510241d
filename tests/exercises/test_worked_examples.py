"""The numbers that the statements of typed answers show, and those that papers publish."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from exercises.exercise import Solver
from exercises.loader import load_exercise

COURSE = Path(__file__).parents[2] / "exercises" / "cnn"
POOLED = ((1, 3, 2, 0), (4, -2, 1, 1), (0, 1, 6, 2), (-5, -1, 3, 1))
CONVOLUTIONS = (2, 2, 3, 3, 3)
VGG_FILTERS = (64, 128, 256, 512, 512)
DENSE = (4096, 4096, 1000)


def solver(slug: str) -> Solver:
    return load_exercise(COURSE / slug).reference_solver


def conv(filters: int, kernel: int, padding: int) -> tuple[str, int, int, int]:
    return "conv", filters, kernel, padding


def dense(*neurons: int) -> list[tuple[str, int, int, int]]:
    return [("dense", count, 0, 0) for count in neurons]


POOL = ("pool", 0, 2, 0)
LENET_5 = [conv(6, 5, 0), POOL, conv(16, 5, 0), POOL, *dense(120, 84, 10)]
VGG_16 = [
    layer
    for filters, many in zip(VGG_FILTERS, CONVOLUTIONS, strict=True)
    for layer in [conv(filters, 3, 1)] * many + [POOL]
] + dense(*DENSE)


def test_image_as_tensor_is_what_numpy_says() -> None:
    sizes = {"grey": (4, 2), "rgb": (4, 2), "rgba": (4, 2)}
    assert solver("image-as-tensor")({"sizes": sizes, "value": (2, 1, 1)}) == {
        "grey-shape": ((2, 4),),
        "rgb-shape": ((2, 4, 3),),
        "rgba-shape": ((2, 4, 4),),
        "values": ((8,), (24,), (32,)),
        "index": ((1, 2, 1),),
    }


def test_stride_and_padding() -> None:
    given = {
        "kernel": ((1, 2), (0, -1)),
        "padding": 1,
        "layers": {"y": {"image": ((1, 2, 0), (0, 1, 3), (2, 0, 1)), "stride": 2}},
        "line": {"side": 4, "kernel": 2, "stride": 3},
    }
    assert solver("stride-and-padding")(given) == {
        "y": ((-1, 0), (-2, 6)),
        "overrun": ((1,), (3,), (2,)),
        "padding": ((2,),),
    }


def test_pooling_by_hand_is_numpys() -> None:
    windows = sliding_window_view(np.array(POOLED), (2, 2))
    expected = {
        f"{kind}-{stride}": grid[::stride, ::stride].tolist()
        for kind, grid in (
            ("max", windows.max((2, 3))),
            ("mean", windows.mean((2, 3))),
            ("sum", windows.sum((2, 3))),
        )
        for stride in (1, 2)
    }
    found = solver("pooling-by-hand")({"image": POOLED, "window": 2})
    assert {name: [list(row) for row in grid] for name, grid in found.items()} == expected
    assert found["max-1"] == ((4, 3, 2), (4, 6, 6), (1, 6, 6))
    assert found["max-2"] == ((4, 2), (1, 6))
    assert found["mean-2"] == ((1.5, 1), (-1.25, 3))
    assert found["sum-2"] == ((6, 4), (-5, 12))


def test_lenet_5_and_vgg_16_have_as_many_parameters_as_published() -> None:
    given = {
        "neuron": (100, 100),
        "window": 5,
        "lenet": {"channels": 1, "side": 32, "layers": LENET_5},
        "vgg": {"channels": 3, "side": 224, "layers": VGG_16},
    }
    found = solver("parameter-count")(given)
    assert found["weights"] == ((10_000,), (25,))
    assert found["lenet"] == ((156,), (0,), (2416,), (0,), (48_120,), (10_164,), (850,))
    assert found["lenet-total"] == ((61_706,),)
    assert found["vgg"][0] == (1792,)
    assert found["vgg"][-3:] == ((102_764_544,), (16_781_312,), (4_097_000,))
    assert found["vgg-total"] == ((138_357_544,),)


def test_vgg_16_and_resnet_18_have_the_shapes_of_their_papers() -> None:
    given = {
        "image": (3, 224, 224),
        "filters": VGG_FILTERS,
        "dense": DENSE,
        "photo": (3, 224, 224),
        "stem": 64,
        "block": (64, 56, 56),
        "convolutions": CONVOLUTIONS,
    }
    found = solver("trace-an-architecture")(given)
    ends = ((64, 112), (128, 56), (256, 28), (512, 14), (512, 7))
    assert found["vgg"][1::2] == tuple((filters, side, side) for filters, side in ends)
    assert found["vector"] == ((25_088,), (4096,), (4096,), (1000,))
    assert found["stem"] == ((64, 112, 112), (64, 56, 56))
    assert found["block"] == ((128, 28, 28),) * 4


def test_the_traced_example() -> None:
    given = {
        "image": (3, 50, 70),
        "filters": (8, 16),
        "dense": (),
        "photo": (3, 9, 9),
        "stem": 1,
        "block": (16, 25, 30),
        "convolutions": (2, 2),
    }
    found = solver("trace-an-architecture")(given)
    assert found["vgg"] == ((8, 50, 70), (8, 25, 35), (16, 25, 35), (16, 12, 17))
    assert found["vector"] == ((3264,),)
    assert found["block"] == ((32, 13, 15),) * 4
