"""Draw a VGG16, the entrance of a ResNet-18 and one of its blocks; ask for the shapes inside."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from itertools import groupby
from math import prod
from typing import NamedTuple

from exercises.question import AnswerField, Bilingual, Grid, Misconception, Question

Shape = tuple[int, int, int]
"""Channels, height and width."""


class Layer(NamedTuple):
    """A convolution of so many filters, or pooling (0 filters)."""

    filters: int
    kernel: int
    stride: int
    padding: int


class Networks(NamedTuple):
    """What a question is about: inputs, and what each network makes of them."""

    image: Shape
    filters: tuple[int, ...]
    dense: tuple[int, ...]
    photo: Shape
    stem: int
    block: Shape


Rule = Callable[[int, Layer], int]
CONVOLUTIONS = (2, 2, 3, 3, 3)
POOL = Layer(0, 2, 2, 0)


def size_after(side: int, layer: Layer) -> int:
    """Return a side of the layer's output."""
    return (side - layer.kernel + 2 * layer.padding) // layer.stride + 1


def _pooling_forgotten(side: int, layer: Layer) -> int:
    return size_after(side, layer) if layer.filters else side


def _padding_forgotten(side: int, layer: Layer) -> int:
    return size_after(side, layer._replace(padding=0))


def _ceil(side: int, layer: Layer) -> int:
    return -(-(side - layer.kernel + 2 * layer.padding) // layer.stride) + 1


def _stride_forgotten(side: int, layer: Layer) -> int:
    return size_after(side, layer._replace(stride=1))


RULES: dict[str, tuple[Rule, tuple[str, ...]]] = {
    # Each mistake in the sizes, and the fields that it spoils.
    "pooling-forgotten": (_pooling_forgotten, ("vgg", "vector", "stem")),
    "padding-forgotten": (_padding_forgotten, ("vgg", "vector", "stem", "block")),
    "ceil-for-floor": (_ceil, ("vgg", "vector", "stem", "block")),
    "stride-forgotten": (_stride_forgotten, ("stem", "block")),
}


def draw(rng: random.Random) -> Question:
    """Return a question in which every misconception shows."""
    while True:
        networks = _networks(rng)
        right = _answers(networks, size_after)
        question = _question(networks, right)
        wrong = [one.answers for one in question.misconceptions]
        if all(map(_is_sound, wrong)) and question.is_distinguishing:
            return question


def _is_sound(answers: Mapping[str, Grid]) -> bool:
    """Whether a mistake shows at all, in sizes that a student would not doubt."""
    cells = [cell for grid in answers.values() for row in grid for cell in row]
    return bool(cells) and min(cells) > 0


def _networks(rng: random.Random) -> Networks:
    width, neurons = rng.choice((16, 24, 32, 48, 64)), rng.choice((512, 1024, 2048, 4096))
    return Networks(
        image=(3, *_sides(rng, range(224, 449, 4))),
        filters=tuple(times * width for times in (1, 2, 4, 8, 8)),
        dense=(neurons, neurons, rng.choice((10, 20, 43, 100, 200, 1000))),
        photo=(3, *_sides(rng, range(161, 450, 3))),
        stem=rng.choice((16, 32, 48, 64)),
        block=(rng.choice((32, 48, 64, 96, 128)), *_sides(rng, range(17, 61))),
    )


def _sides(rng: random.Random, lengths: Sequence[int]) -> tuple[int, int]:
    height, width = rng.sample(lengths, 2)
    return height, width


def _after(shape: Shape, layer: Layer, rule: Rule) -> Shape:
    channels, height, width = shape
    return layer.filters or channels, rule(height, layer), rule(width, layer)


def _trace(shape: Shape, layers: Sequence[Layer], rule: Rule) -> tuple[Shape, ...]:
    """Return the shapes after each layer, or after the last of several alike."""
    shapes = []
    for _, alike in groupby(layers):
        for layer in alike:
            shape = _after(shape, layer, rule)
        shapes.append(shape)
    return tuple(shapes)


def _vgg(filters: tuple[int, ...]) -> list[Layer]:
    layers = []
    for count, many in zip(filters, CONVOLUTIONS, strict=True):
        layers += [Layer(count, 3, 1, 1)] * many + [POOL]
    return layers


def _answers(networks: Networks, rule: Rule) -> dict[str, Grid]:
    vgg = _trace(networks.image, _vgg(networks.filters), rule)
    stem = [Layer(networks.stem, 7, 2, 3), Layer(0, 3, 2, 1)]
    return {
        "vgg": vgg,
        "vector": _vector(prod(vgg[-1]), networks),
        "stem": _trace(networks.photo, stem, rule),
        "block": _block(networks.block, rule),
    }


def _vector(flat: int, networks: Networks) -> Grid:
    return ((flat,), *((neurons,) for neurons in networks.dense))


def _block(shape: Shape, rule: Rule) -> Grid:
    filters = 2 * shape[0]
    first = _after(shape, Layer(filters, 3, 2, 1), rule)
    second = _after(first, Layer(filters, 3, 1, 1), rule)
    return first, second, _after(shape, Layer(filters, 1, 2, 0), rule), second


def _question(networks: Networks, right: dict[str, Grid]) -> Question:
    points = {"vgg": 5, "vector": 2, "stem": 1, "block": 3}
    return Question(
        given={**networks._asdict(), "convolutions": CONVOLUTIONS},
        prompt=_prompt(networks),
        fields=tuple(
            AnswerField(
                name,
                TITLES[name],
                right[name],
                points[name],
                rows=ROWS[name],
                columns=() if name == "vector" else AXES,
            )
            for name in right
        ),
        solution=_solution(networks, right),
        misconceptions=_misconceptions(networks, right),
    )


def _same(*texts: str) -> tuple[Bilingual, ...]:
    return tuple(Bilingual(text, text) for text in texts)


AXES = _same("C", "H", "W")
TITLES = {
    "vgg": Bilingual("VGG16, les cartes", "VGG16, the maps"),
    "vector": Bilingual("VGG16, longueur du vecteur après", "VGG16, length of the vector after"),
    "stem": Bilingual("Entrée de ResNet-18", "Entrance of ResNet-18"),
    "block": Bilingual("Bloc de ResNet-18", "Block of ResNet-18"),
}
ROWS = {
    "vgg": tuple(
        name
        for block in range(1, len(CONVOLUTIONS) + 1)
        for name in (
            *_same(f"convs {block}"),
            Bilingual(f"sous-éch. {block}", f"pooling {block}"),
        )
    ),
    "vector": (
        Bilingual("mise à plat", "flattening"),
        *_same("dense 1", "dense 2", "dense 3"),
    ),
    "stem": (*_same("conv 7×7"), Bilingual("sous-éch.", "pooling")),
    "block": (
        *_same("conv a", "conv b"),
        Bilingual("raccourci", "skip"),
        Bilingual("somme", "sum"),
    ),
}


def _misconceptions(networks: Networks, right: dict[str, Grid]) -> tuple[Misconception, ...]:
    found: list[tuple[str, dict[str, Grid]]] = []
    for slug, (rule, fields) in RULES.items():
        answers = _answers(networks, rule)
        # Sizes that do not show the mistake say nothing of it.
        found.append((slug, {n: answers[n] for n in fields if answers[n] != right[n]}))
    found += [*_vgg_mistakes(networks, right), *_block_mistakes(networks.block, right["block"])]
    return tuple(_misconception(slug, answers) for slug, answers in found)


def _misconception(slug: str, answers: dict[str, Grid]) -> Misconception:
    title_fr, title_en, hint_fr, hint_en = TEXTS[slug]
    return Misconception(slug, Bilingual(title_fr, title_en), Bilingual(hint_fr, hint_en), answers)


def _vgg_mistakes(networks: Networks, right: dict[str, Grid]) -> list[tuple[str, dict[str, Grid]]]:
    shapes = right["vgg"]
    halved = tuple((c // 2, h, w) if row % 2 else (c, h, w) for row, (c, h, w) in enumerate(shapes))
    flat = {
        "flattened-too-early": prod(shapes[-2]),
        "channels-not-flattened": prod(shapes[-1][1:]),
        "sizes-not-flattened": shapes[-1][0],
    }
    swapped = {
        name: tuple((c, w, h) for c, h, w in right[name]) for name in ("vgg", "stem", "block")
    }
    return [
        ("height-and-width-swapped", swapped),
        ("pooling-halves-channels", {"vgg": halved}),
        *((slug, {"vector": _vector(length, networks)}) for slug, length in flat.items()),
    ]


def _block_mistakes(shape: Shape, right: Grid) -> list[tuple[str, dict[str, Grid]]]:
    channels, *sides = shape
    first, second, skip, _ = right
    quarter = _after(first, Layer(2 * channels, 3, 2, 1), size_after)
    grids = [
        # The skip that does nothing, the one without its stride, the one without its filters.
        ("skip-shape", (first, second, shape, second)),
        ("skip-shape", (first, second, (2 * channels, *sides), second)),
        ("skip-shape", (first, second, (channels, *skip[1:]), second)),
        ("sum-concatenates", (first, second, skip, (4 * channels, *second[1:]))),
        ("sum-concatenates", (first, second, skip, (3 * channels, *second[1:]))),
        ("stride-twice", (first, quarter, skip, quarter)),
    ]
    return [(slug, {"block": grid}) for slug, grid in grids]


TEXTS = {
    # Title and hint, in French and in English.
    "pooling-forgotten": (
        "Vous avez oublié le sous-échantillonnage",
        "You left out the pooling",
        "Le sous-échantillonnage aussi fait avancer une fenêtre : il raccourcit les côtés.",
        "Pooling moves a window as well: the sides get shorter.",
    ),
    "padding-forgotten": (
        "Vous avez oublié le remplissage",
        "You left out the padding",
        "Ajoutez $P$ de chaque côté avant d’ôter le noyau.",
        "Add $P$ on each side before you take the kernel away.",
    ),
    "ceil-for-floor": (
        "Vous avez arrondi vers le haut",
        "You rounded up",
        "Un pas qui ferait sortir la fenêtre n’a pas lieu : on arrondit vers le bas.",
        "A step that would take the window over the edge is not made: round down.",
    ),
    "stride-forgotten": (
        "Vous avez oublié le pas",
        "You left out the stride",
        "Avec un pas de 2, une position sur deux seulement donne un pixel.",
        "With stride 2, only every other place gives a pixel.",
    ),
    "height-and-width-swapped": (
        "Vous avez échangé hauteur et largeur",
        "You swapped height and width",
        "L’ordre est $(C, H, W)$ : la hauteur vient avant la largeur.",
        "The order is $(C, H, W)$: the height comes before the width.",
    ),
    "pooling-halves-channels": (
        "Vous avez réduit le nombre de cartes",
        "You reduced the number of maps",
        "Le sous-échantillonnage traite chaque carte à part : il en sort autant qu’il en entre.",
        "Pooling takes each map on its own: as many come out as went in.",
    ),
    "flattened-too-early": (
        "Vous avez mis à plat trop tôt",
        "You flattened too early",
        "Le dernier sous-échantillonnage vient avant la mise à plat.",
        "The last pooling comes before the flattening.",
    ),
    "channels-not-flattened": (
        "Vous n’avez mis à plat qu’une carte",
        "You flattened one map only",
        "Toutes les cartes vont dans le vecteur, bout à bout.",
        "All maps go into the vector, one after the other.",
    ),
    "sizes-not-flattened": (
        "Vous avez compté les cartes, non les pixels",
        "You counted maps, not pixels",
        "Chaque pixel de chaque carte prend une place dans le vecteur.",
        "Every pixel of every map takes a place in the vector.",
    ),
    "skip-shape": (
        "La forme du raccourci ne convient pas",
        "The skip's shape does not fit",
        "On n’ajoute que des formes égales : la convolution du raccourci est là pour cela.",
        "Only equal shapes can be added: that is what the skip's convolution is for.",
    ),
    "sum-concatenates": (
        "Vous avez empilé les cartes",
        "You stacked the maps",
        "Une somme ajoute les valeurs une à une : le nombre de cartes ne grandit pas.",
        "A sum adds value to value: the number of maps does not grow.",
    ),
    "stride-twice": (
        "Vous avez compté le pas deux fois",
        "You took the stride twice",
        "Dans le bloc, seule la première des deux convolutions a un pas de 2.",
        "Of the block's two convolutions, only the first has stride 2.",
    ),
}


def _prompt(networks: Networks) -> Bilingual:
    blocks = "\n".join(
        f"| {block} | {many} | {filters} |"
        for block, (many, filters) in enumerate(
            zip(CONVOLUTIONS, networks.filters, strict=True), start=1
        )
    )
    dense = ", ".join(map(str, networks.dense))
    return Bilingual(
        fr=(
            f"**VGG16.** L’image a la forme ${networks.image}$. Les trois couches denses ont, "
            f"dans cet ordre, {dense} neurones.\n\n"
            f"| Bloc | Convolutions | Filtres de chacune |\n|---|---|---|\n{blocks}\n\n"
            f"**Entrée de ResNet-18.** L’image a la forme ${networks.photo}$ ; la convolution, "
            f"{networks.stem} filtres.\n\n"
            f"**Bloc de ResNet-18.** Il reçoit des cartes de forme ${networks.block}$ et en double "
            "le nombre."
        ),
        en=(
            f"**VGG16.** The image has the shape ${networks.image}$. The three dense layers have, "
            f"in this order, {dense} neurons.\n\n"
            f"| Block | Convolutions | Filters in each |\n|---|---|---|\n{blocks}\n\n"
            f"**Entrance of ResNet-18.** The image has the shape ${networks.photo}$, the "
            f"convolution {networks.stem} filters.\n\n"
            f"**Block of ResNet-18.** It receives maps of shape ${networks.block}$, and doubles "
            "their number."
        ),
    )


def _solution(networks: Networks, right: dict[str, Grid]) -> Bilingual:
    def table(name: str, language: str) -> str:
        rows = (
            f"| {row.in_language(language)} | ${tuple(map(int, shape))}$ |"
            for row, shape in zip(ROWS[name], right[name], strict=True)
        )
        return "\n".join(("| | $(C, H, W)$ |", "|---|---|", *rows))

    factors = r" \times ".join(str(int(side)) for side in right["vgg"][-1])
    flat = rf"${factors} = {right['vector'][0][0]}$"
    height = networks.block[1]
    halved = rf"$\lfloor ({height} - 1) / 2 \rfloor + 1 = {right['block'][0][1]}$"
    return Bilingual(
        fr=(
            "Les convolutions d’un VGG gardent la taille ; chaque sous-échantillonnage la divise "
            f"par deux, en arrondissant vers le bas.\n\n{table('vgg', 'fr')}\n\n"
            f"Mise à plat : {flat}. Une couche dense rend autant de valeurs qu’elle a de "
            f"neurones.\n\n{table('stem', 'fr')}\n\n"
            f"Dans le bloc, la hauteur devient {halved} sur les deux branches ; la somme n’y "
            f"change rien.\n\n{table('block', 'fr')}"
        ),
        en=(
            "The convolutions of a VGG keep the size; each pooling halves it, rounding down.\n\n"
            f"{table('vgg', 'en')}\n\n"
            f"Flattened: {flat}. A dense layer returns as many values as it has neurons.\n\n"
            f"{table('stem', 'en')}\n\n"
            f"In the block the height becomes {halved} on both branches, and the sum leaves it "
            f"so.\n\n{table('block', 'en')}"
        ),
    )
