"""The pieces of a statement that a student can play with: a convolution, a pooling."""

from exercises.explore.blocks import Convolution, Piece, Pooling
from exercises.explore.reading import KINDS, read_block, read_blocks
from exercises.explore.windows import Read, Window, output_shape, pixel, window

__all__ = [
    "KINDS",
    "Convolution",
    "Piece",
    "Pooling",
    "Read",
    "Window",
    "output_shape",
    "pixel",
    "read_block",
    "read_blocks",
    "window",
]
