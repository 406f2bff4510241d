"""Draw a dense neuron, a window, a cousin of LeNet and one of VGG16; ask for their parameters."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import NamedTuple

from exercises.question import AnswerField, Bilingual, Grid, Misconception, Question


class Layer(NamedTuple):
    """What a layer's parameters depend on.

    `area` is the kernel's, or that of a map which a dense layer reads flattened; `inputs` are
    channels, or neurons; `outputs` are filters, or neurons.
    """

    kind: str
    name: Bilingual
    area: int
    inputs: int
    outputs: int


class Network(NamedTuple):
    """The input's channels and side, then each layer's kind, outputs, window side and padding."""

    channels: int
    side: int
    layers: tuple[tuple[str, int, int, int], ...]


Rule = Callable[[Layer], int]


def draw(rng: random.Random) -> Question:
    """Return a question in which every misconception shows."""
    while True:
        neuron = (rng.randrange(40, 161, 10), rng.randrange(40, 161, 10), rng.choice((3, 5, 7, 9)))
        question = _question(neuron, {"lenet": _lenet(rng), "vgg": _vgg(rng)})
        if question.is_distinguishing:
            return question


def _lenet(rng: random.Random) -> Network:
    first = rng.randrange(4, 13, 2)
    second = rng.randrange(first + 4, 33, 2)
    dense = (rng.randrange(80, 161, 20), rng.randrange(40, 73, 4), rng.choice((10, 26, 36)))
    layers = [("conv", first, 5, 0), ("pool", 0, 2, 0), ("conv", second, 5, 0), ("pool", 0, 2, 0)]
    layers += [("dense", neurons, 0, 0) for neurons in dense]
    return Network(rng.choice((1, 3)), rng.choice((28, 32, 36, 40, 44)), tuple(layers))


def _vgg(rng: random.Random) -> Network:
    width, neurons = rng.choice((16, 24, 32, 48, 64)), rng.choice((256, 512, 1024, 2048))
    layers = []
    for times, convolutions in ((1, 2), (2, 2), (4, 3), (8, 3), (8, 3)):
        layers += [("conv", times * width, 3, 1)] * convolutions + [("pool", 0, 2, 0)]
    classes = rng.choice((10, 20, 43, 50, 100, 200))
    layers += [("dense", outputs, 0, 0) for outputs in (neurons, neurons, classes)]
    return Network(3, rng.choice((64, 96, 128, 160, 192, 224)), tuple(layers))


def _layers(network: Network, *, with_pooling: bool) -> tuple[Layer, ...]:
    """Return the layers to count, each with what it reads."""
    channels, side, found = network.channels, network.side, []
    names = iter(_names(network))
    for kind, outputs, window, padding in network.layers:
        name = next(names)
        if kind == "pool":
            side //= window
            if with_pooling:
                found.append(Layer(kind, name, 0, channels, 0))
        elif kind == "conv":
            side += 2 * padding - window + 1
            found.append(Layer(kind, name, window**2, channels, outputs))
            channels = outputs
        else:
            found.append(Layer(kind, name, side**2, channels, outputs))
            channels, side = outputs, 1
    return tuple(found)


def _names(network: Network) -> list[Bilingual]:
    """Return `conv 2-1` for the second block's first convolution; `conv 2` where it is alone."""
    kinds = [kind for kind, *_ in network.layers]
    is_alone = kinds.count("conv") == kinds.count("pool")
    block, place, dense, names = 1, 0, 0, []
    for kind in kinds:
        if kind == "conv":
            place += 1
            name = f"conv {block}" if is_alone else f"conv {block}-{place}"
            names.append(Bilingual(name, name))
        elif kind == "pool":
            names.append(Bilingual(f"sous-éch. {block}", f"pooling {block}"))
            block, place = block + 1, 0
        else:
            dense += 1
            names.append(Bilingual(f"dense {dense}", f"dense {dense}"))
    return names


def parameters(layer: Layer) -> int:
    """Return the number of weights and biases."""
    return layer.area * layer.inputs * layer.outputs + layer.outputs


CONV, FLAT, DENSE = "conv", "flat", "dense"
MISTAKES: dict[str, tuple[Rule, tuple[frozenset[str], ...]]] = {
    # Each mistake, and where it may be made: some forget in one kind of layer only.
    "bias-forgotten": (
        lambda layer: layer.area * layer.inputs * layer.outputs,
        (frozenset({CONV, FLAT, DENSE}), frozenset({CONV}), frozenset({FLAT, DENSE})),
    ),
    "channels-forgotten": (
        lambda layer: (layer.area + 1) * layer.outputs,
        (frozenset({CONV, FLAT}), frozenset({CONV}), frozenset({FLAT})),
    ),
    "bias-per-channel": (
        lambda layer: (layer.area + 1) * layer.inputs * layer.outputs,
        (frozenset({CONV}),),
    ),
    "filters-forgotten": (
        lambda layer: layer.area * layer.inputs + 1,
        (frozenset({CONV}),),
    ),
    "map-size-forgotten": (
        lambda layer: (layer.inputs + 1) * layer.outputs,
        (frozenset({FLAT}),),
    ),
    "last-pooling-forgotten": (
        lambda layer: (4 * layer.area * layer.inputs + 1) * layer.outputs,
        (frozenset({FLAT}),),
    ),
}


def _counts(layers: tuple[Layer, ...], rule: Rule, made_in: frozenset[str]) -> list[int]:
    def group(layer: Layer) -> str:
        return FLAT if layer.kind == DENSE and layer.area > 1 else layer.kind

    return [(rule if group(layer) in made_in else parameters)(layer) for layer in layers]


def _grids(name: str, counts: list[int]) -> dict[str, Grid]:
    return {name: tuple((count,) for count in counts), f"{name}-total": ((sum(counts),),)}


def _question(neuron: tuple[int, int, int], networks: dict[str, Network]) -> Question:
    layers = {
        name: _layers(network, with_pooling=name == "lenet") for name, network in networks.items()
    }
    height, width, window = neuron
    fields = [AnswerField("weights", WEIGHTS, ((height * width,), (window**2,)), 2, rows=WINDOWS)]
    for name, points in (("lenet", 4), ("vgg", 6)):
        counts = _grids(name, [parameters(layer) for layer in layers[name]])
        title, rows = TITLES[name], tuple(layer.name for layer in layers[name])
        total = Bilingual(f"{title.fr}, total", f"{title.en}, total")
        fields += [
            AnswerField(name, title, counts[name], points, rows=rows),
            AnswerField(f"{name}-total", total, counts[f"{name}-total"], 1),
        ]
    return Question(
        given={
            "neuron": neuron[:2],
            "window": window,
            **{name: network._asdict() for name, network in networks.items()},
        },
        prompt=_prompt(neuron, networks),
        fields=tuple(fields),
        solution=_solution(neuron, layers),
        misconceptions=_misconceptions(neuron, layers),
    )


WEIGHTS = Bilingual("Poids, sans biais", "Weights, without biases")
WINDOWS = (Bilingual("neurone dense", "dense neuron"), Bilingual("fenêtre", "window"))
TITLES = {"lenet": Bilingual("LeNet", "LeNet"), "vgg": Bilingual("VGG16", "VGG16")}


def _misconceptions(
    neuron: tuple[int, int, int], layers: dict[str, tuple[Layer, ...]]
) -> tuple[Misconception, ...]:
    height, width, window = neuron
    places = (height - window + 1) * (width - window + 1)
    found: list[tuple[str, dict[str, Grid]]] = [
        ("bias-counted", {"weights": ((height * width + 1,), (window**2 + 1,))}),
        ("weights-not-shared", {"weights": ((height * width,), (window**2 * places,))}),
    ]
    for slug, (rule, forms) in MISTAKES.items():
        for made_in in forms:
            answers: dict[str, Grid] = {}
            for name, stack in layers.items():
                answers |= _grids(name, _counts(stack, rule, made_in))
            found.append((slug, answers))
    return tuple(_misconception(slug, answers) for slug, answers in found)


def _misconception(slug: str, answers: dict[str, Grid]) -> Misconception:
    title_fr, title_en, hint_fr, hint_en = TEXTS[slug]
    return Misconception(slug, Bilingual(title_fr, title_en), Bilingual(hint_fr, hint_en), answers)


TEXTS = {
    # Title and hint, in French and in English.
    "bias-counted": (
        "Vous avez compté le biais",
        "You counted the bias",
        "Pour ces deux cases, seuls les poids comptent.",
        "In these two cells the weights alone count.",
    ),
    "weights-not-shared": (
        "Vos poids ne sont pas partagés",
        "Your weights are not shared",
        "La fenêtre glisse avec ses poids : elle n’en change pas d’une position à l’autre.",
        "The window slides and takes its weights along: every place has the same ones.",
    ),
    "bias-forgotten": (
        "Vous avez oublié les biais",
        "You left out the biases",
        "Chaque filtre et chaque neurone ajoute un biais à sa somme : il s’apprend aussi.",
        "Every filter and every neuron adds a bias to its sum: it is learnt as well.",
    ),
    "channels-forgotten": (
        "Vous avez oublié les canaux d’entrée",
        "You left out the input channels",
        "Un filtre a un noyau pour chaque carte d’entrée ; mises à plat, toutes comptent.",
        "A filter has a kernel for each map that comes in; flattened, all of them count.",
    ),
    "bias-per-channel": (
        "Vous avez compté trop de biais",
        "You counted too many biases",
        "Les noyaux d’un filtre s’additionnent, puis un seul biais s’ajoute à leur somme.",
        "The kernels of one filter are added up, and a single bias joins their sum.",
    ),
    "filters-forgotten": (
        "Vous n’avez compté qu’un filtre",
        "You counted one filter only",
        "Chaque carte de sortie a son propre filtre et son propre biais.",
        "Each map that comes out has a filter and a bias of its own.",
    ),
    "map-size-forgotten": (
        "Vous n’avez pas mis les cartes à plat",
        "You did not flatten the maps",
        "La première couche dense lit chaque pixel de chaque carte, et non une valeur par carte.",
        "The first dense layer reads every pixel of every map, not one value for each map.",
    ),
    "last-pooling-forgotten": (
        "Vous avez mis à plat trop tôt",
        "You flattened too early",
        "Le dernier sous-échantillonnage réduit encore les cartes avant leur mise à plat.",
        "The last pooling makes the maps smaller once more before they are flattened.",
    ),
}


def _prompt(neuron: tuple[int, int, int], networks: dict[str, Network]) -> Bilingual:
    height, width, window = neuron
    lenet, vgg = networks["lenet"], networks["vgg"]
    return Bilingual(
        fr=(
            f"**Poids.** Un neurone dense relié à chaque pixel d’une image de ${height} \\times "
            f"{width}$ à un canal, et une fenêtre de ${window} \\times {window}$ qui glisse "
            "sur elle.\n\n"
            f"**LeNet.** {_input_fr(lenet)} Convolutions de $5 \\times 5$ sans remplissage, "
            "sous-échantillonnage de $2 \\times 2$ et de pas 2.\n\n"
            f"{_table(lenet, 'fr', '| Couche | Filtres ou neurones |')}\n\n"
            f"**VGG16.** {_input_fr(vgg)} Convolutions de $3 \\times 3$ avec un remplissage de 1, "
            "qui gardent la taille ; sous-échantillonnage de $2 \\times 2$ et de pas 2.\n\n"
            f"{_table(vgg, 'fr', '| Couche | Filtres ou neurones |')}"
        ),
        en=(
            f"**Weights.** A dense neuron connected to every pixel of a ${height} \\times {width}$ "
            f"image of one channel, and a ${window} \\times {window}$ window sliding over it.\n\n"
            f"**LeNet.** {_input_en(lenet)} Convolutions of $5 \\times 5$ without padding, "
            "pooling of $2 \\times 2$ with stride 2.\n\n"
            f"{_table(lenet, 'en', '| Layer | Filters or neurons |')}\n\n"
            f"**VGG16.** {_input_en(vgg)} Convolutions of $3 \\times 3$ with padding 1, which keep "
            "the size; pooling of $2 \\times 2$ with stride 2.\n\n"
            f"{_table(vgg, 'en', '| Layer | Filters or neurons |')}"
        ),
    )


def _input_fr(network: Network) -> str:
    channels = "un canal" if network.channels == 1 else f"{network.channels} canaux"
    return f"Entrée : images de ${network.side} \\times {network.side}$ à {channels}."


def _input_en(network: Network) -> str:
    channels = "one channel" if network.channels == 1 else f"{network.channels} channels"
    return f"Input: images of ${network.side} \\times {network.side}$ with {channels}."


def _table(network: Network, language: str, head: str) -> str:
    """Return the network as a table: a block of convolutions and its pooling in one row."""
    rows, block = [], []
    for name, layer in zip(_names(network), network.layers, strict=True):
        block.append((name.in_language(language), layer[1]))
        if layer[0] != "conv":
            rows.append(f"| {', '.join(word for word, _ in block)} | {block[0][1]} |")
            block = []
    return "\n".join((head, "|---|---|", *rows))


def _solution(neuron: tuple[int, int, int], layers: dict[str, tuple[Layer, ...]]) -> Bilingual:
    height, width, window = neuron
    weights = (
        f"$${height} \\times {width} = {_grouped(height * width)}$$\n\n"
        f"$${window} \\times {window} = {window**2}$$"
    )
    share = 100 * max(map(parameters, layers["vgg"])) / sum(map(parameters, layers["vgg"]))
    largest = max(layers["vgg"], key=parameters).name
    return Bilingual(
        fr=(
            f"{weights}\n\n**LeNet**\n\n{_worked(layers['lenet'], 'fr')}"
            f"\n\n**VGG16**\n\n{_worked(layers['vgg'], 'fr')}\n\n"
            f"La couche {largest.fr} en a {share:.0f} % à elle seule."
        ),
        en=(
            f"{weights}\n\n**LeNet**\n\n{_worked(layers['lenet'], 'en')}"
            f"\n\n**VGG16**\n\n{_worked(layers['vgg'], 'en')}\n\n"
            f"Layer {largest.en} alone has {share:.0f}% of them."
        ),
    )


def _worked(layers: tuple[Layer, ...], language: str) -> str:
    colon = " :" if language == "fr" else ":"
    rows = [f"- {layer.name.in_language(language)}{colon} ${_sum(layer)}$" for layer in layers]
    rows.append(f"- total{colon} ${_grouped(sum(map(parameters, layers)))}$")
    return "\n".join(rows)


def _sum(layer: Layer) -> str:
    if not layer.outputs:
        return "0"
    area = f"{layer.area} \\times " if layer.area > 1 else ""
    products = f"{area}{layer.inputs} \\times {layer.outputs}"
    return f"{products} + {layer.outputs} = {_grouped(parameters(layer))}"


def _grouped(number: int) -> str:
    """Return a number with thin spaces between its thousands, as LaTeX."""
    return f"{number:,}".replace(",", r"\,")
