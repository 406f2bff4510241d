# mistake: weights-not-shared
def solve(given):
    (h, w), size = given["neuron"], given["window"]
    lenet = counts(**given["lenet"])
    vgg = [count for count in counts(**given["vgg"]) if count]
    return {
        "weights": [[h * w], [size * size * (h - size + 1) * (w - size + 1)]],
        "lenet": [[count] for count in lenet],
        "lenet-total": [[sum(lenet)]],
        "vgg": [[count] for count in vgg],
        "vgg-total": [[sum(vgg)]],
    }


def counts(channels, side, layers):
    c, s, i, found = channels, side, None, []
    for kind, n, k, padding in layers:
        if kind == "conv":
            found.append(c * n * k * k + n)
            c, s = n, s + 2 * padding - k + 1
        elif kind == "pool":
            found.append(0)
            s //= 2
        else:
            found.append(c * s * s * n + n if i is None else i * n + n)
            i = n
    return found
