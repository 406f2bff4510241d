# mistake: ceil-for-floor
import math


def solve(given):
    return {name: [sizes(**task)] for name, task in given.items()}


def sizes(side, layers):
    found = []
    for kernel, stride, padding in layers:
        side = math.ceil((side - kernel + 2 * padding) / stride) + 1
        found.append(side)
    return found
