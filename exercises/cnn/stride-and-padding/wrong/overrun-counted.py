# mistake: overrun-counted
import math


def solve(given):
    side, kernel, stride = given["line"].values()
    windows = math.ceil((side - kernel) / stride) + 1
    return {"overrun": [[windows], [(windows - 1) * stride], [(side - kernel) % stride]]}
