# mistake: channels-not-flattened
def size(n, k, s, p):
    return (n - k + 2 * p) // s + 1


def after(shape, filters, k, s, p):
    return (filters, *(size(n, k, s, p) for n in shape[1:]))


def pooled(shape, k, s, p):
    return after(shape, shape[0], k, s, p)


def solve(given):
    maps, shape = [], given["image"]
    for filters, many in zip(given["filters"], given["convolutions"], strict=True):
        for _ in range(many):
            shape = after(shape, filters, 3, 1, 1)
        maps.append(shape)
        shape = pooled(shape, 2, 2, 0)
        maps.append(shape)
    _, h, w = shape
    stem = after(given["photo"], given["stem"], 7, 2, 3)
    shape = given["block"]
    first = after(shape, 2 * shape[0], 3, 2, 1)
    second = after(first, 2 * shape[0], 3, 1, 1)
    skip = after(shape, 2 * shape[0], 1, 2, 0)
    answers = {"vgg": maps, "stem": [stem, pooled(stem, 3, 2, 1)]}
    answers["block"] = [first, second, skip, second]
    answers["vector"] = [[length] for length in (h * w, *given["dense"])]
    return answers
