# mistake: counted-from-one
CHANNELS = {"grey": (), "rgb": (3,), "rgba": (4,)}


def solve(given):
    x, y, colour = given["value"]
    answers = {"values": [], "index": [(y + 1, x + 1, colour + 1)]}
    for mode, (width, height) in given["sizes"].items():
        answers[f"{mode}-shape"] = [(height, width, *CHANNELS[mode])]
        answers["values"].append([width * height * (*CHANNELS[mode], 1)[0]])
    return answers
