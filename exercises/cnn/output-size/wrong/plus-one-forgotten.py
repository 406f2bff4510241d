# mistake: plus-one-forgotten
import math


def solve(given):
    return {name: [sizes(**task)] for name, task in given.items()}


def sizes(side, layers):
    found = []
    for kernel, stride, padding in layers:
        side = math.floor((side - kernel + 2 * padding) / stride)
        found.append(side)
    return found
