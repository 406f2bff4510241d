# mistake: width-and-height-swapped
CHANNELS = {"grey": (), "rgb": (3,), "rgba": (4,)}


def solve(given):
    answers = {"values": [], "index": [given["value"]]}
    for mode, (width, height) in given["sizes"].items():
        answers[f"{mode}-shape"] = [(width, height, *CHANNELS[mode])]
        answers["values"].append([width * height * (*CHANNELS[mode], 1)[0]])
    return answers
