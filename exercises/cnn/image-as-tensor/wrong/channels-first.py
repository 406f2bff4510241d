# mistake: channels-first
CHANNELS = {"grey": (), "rgb": (3,), "rgba": (4,)}


def solve(given):
    x, y, colour = given["value"]
    answers = {"values": [], "index": [(colour, y, x)]}
    for mode, (width, height) in given["sizes"].items():
        answers[f"{mode}-shape"] = [(*CHANNELS[mode], height, width)]
        answers["values"].append([width * height * (*CHANNELS[mode], 1)[0]])
    return answers
