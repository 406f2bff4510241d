"""A GPU that rooms share: which there are, who holds a share of one, what a room uses of it."""

from sandbox.gpu.device import Gpu, GpuShare
from sandbox.gpu.find import Gpus, check_gpus, find_gpus
from sandbox.gpu.share import NoFreeShare, hold_share

__all__ = ["Gpu", "GpuShare", "Gpus", "NoFreeShare", "check_gpus", "find_gpus", "hold_share"]
