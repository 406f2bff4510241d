# mistake: counted-from-one
def solve(given):
    side, kernel, stride = given["line"].values()
    windows = (side - kernel) // stride + 1
    return {"overrun": [[windows], [windows * stride + 1], [(side - kernel) % stride]]}
