# mistake: alpha-forgotten
CHANNELS = {"grey": (), "rgb": (3,), "rgba": (3,)}


def solve(given):
    x, y, colour = given["value"]
    answers = {"values": [], "index": [(y, x, colour)]}
    for mode, (width, height) in given["sizes"].items():
        answers[f"{mode}-shape"] = [(height, width, *CHANNELS[mode])]
        answers["values"].append([width * height * (*CHANNELS[mode], 1)[0]])
    return answers
