"""Draw a grey, an RGB and an RGBA image; ask for their shapes and sizes, and one value's place."""

from __future__ import annotations

import random
from math import prod
from typing import NamedTuple

from exercises.question import AnswerField, Bilingual, Grid, Misconception, Question

MODES = {"grey": 1, "rgb": 3, "rgba": 4}
NAMES = {
    "grey": Bilingual("niveaux de gris", "grey"),
    "rgb": Bilingual("RVB", "RGB"),
    "rgba": Bilingual("RVBA", "RGBA"),
}
COLOURS = (Bilingual("rouge", "red"), Bilingual("verte", "green"), Bilingual("bleue", "blue"))
AXES = tuple(Bilingual(f"axe {axis}", f"axis {axis}") for axis in range(3))


class Value(NamedTuple):
    """Where one value of the RGB image is: column x, row y, and the number of its colour."""

    x: int
    y: int
    colour: int


Sizes = dict[str, tuple[int, int]]
Shapes = dict[str, tuple[int, ...]]


def draw(rng: random.Random) -> Question:
    """Return a question in which every misconception shows."""
    while True:
        sizes = {mode: _size(rng) for mode in MODES}
        width, height = sizes["rgb"]
        value = Value(rng.randrange(5, width), rng.randrange(5, height), rng.randrange(3))
        if abs(value.x - value.y) < 2:
            continue
        question = _question(sizes, value)
        if question.is_distinguishing:
            return question


def _size(rng: random.Random) -> tuple[int, int]:
    """Return a width and a height that nobody takes for each other, or for channels."""
    while True:
        width, height = rng.randrange(10, 81, 2), rng.randrange(10, 61, 2)
        if abs(width - height) >= 4:
            return width, height


def _question(sizes: Sizes, value: Value) -> Question:
    shapes = {mode: _shape(mode, *sizes[mode]) for mode in MODES}
    fields = [
        AnswerField(
            f"{mode}-shape",
            Bilingual(f"Forme de l’image {_de(mode)}", f"Shape of the {NAMES[mode].en} image"),
            (shape,),
            points=1,
            columns=AXES[: len(shape)],
        )
        for mode, shape in shapes.items()
    ]
    values = AnswerField(
        "values",
        Bilingual("Nombre de valeurs", "Number of values"),
        _column(shapes),
        points=3,
        rows=tuple(NAMES.values()),
    )
    index = AnswerField(
        "index",
        Bilingual("Indices de la valeur demandée", "Indices of the value asked for"),
        ((value.y, value.x, value.colour),),
        points=1,
        columns=AXES,
    )
    return Question(
        given={"sizes": sizes, "value": tuple(value)},
        prompt=_prompt(sizes, value),
        fields=(*fields, values, index),
        solution=_solution(shapes, value),
        misconceptions=_misconceptions(shapes, value),
    )


def _shape(mode: str, width: int, height: int) -> tuple[int, ...]:
    channels = MODES[mode]
    return (height, width) if channels == 1 else (height, width, channels)


def _column(shapes: Shapes) -> Grid:
    return tuple((prod(shape),) for shape in shapes.values())


def _misconceptions(shapes: Shapes, value: Value) -> tuple[Misconception, ...]:
    swapped = {mode: (shape[1], shape[0], *shape[2:]) for mode, shape in shapes.items()}
    opaque = {**shapes, "rgba": (*shapes["rgba"][:2], 3)}
    flat = {mode: shape[:2] for mode, shape in shapes.items()}
    first = {mode: (*shape[2:], *shape[:2]) for mode, shape in shapes.items()}
    answers: dict[str, dict[str, Grid]] = {
        "width-and-height-swapped": {
            **{f"{mode}-shape": (shape,) for mode, shape in swapped.items()},
            "index": ((value.x, value.y, value.colour),),
        },
        "alpha-forgotten": {"rgba-shape": (opaque["rgba"],), "values": _column(opaque)},
        "channels-not-counted": {"values": _column(flat)},
        "channels-first": {
            **{f"{mode}-shape": (first[mode],) for mode in ("rgb", "rgba")},
            "index": ((value.colour, value.y, value.x),),
        },
        "counted-from-one": {"index": ((value.y + 1, value.x + 1, value.colour + 1),)},
    }
    return tuple(Misconception(slug, *TEXTS[slug], grids) for slug, grids in answers.items())


TEXTS = {
    "width-and-height-swapped": (
        Bilingual("Vous avez échangé largeur et hauteur", "You swapped width and height"),
        Bilingual(
            "Un tableau compte d’abord ses lignes : la hauteur vient avant la largeur, "
            "et le numéro de la ligne avant celui de la colonne.",
            "An array counts its rows first: the height comes before the width, "
            "and the row's number before the column's.",
        ),
    ),
    "alpha-forgotten": (
        Bilingual("Vous avez oublié le canal alpha", "You left out the alpha channel"),
        Bilingual(
            "Dans RVBA, le A compte aussi : chaque pixel porte une transparence, "
            "en plus de ses trois couleurs.",
            "The A of RGBA counts as well: beside its three colours, "
            "each pixel has a transparency.",
        ),
    ),
    "channels-not-counted": (
        Bilingual("Vous avez compté les pixels, non les valeurs", "You counted pixels, not values"),
        Bilingual(
            "Un pixel en couleur est fait de plusieurs nombres. Multipliez aussi par les canaux.",
            "A pixel in colour is made of several numbers. Multiply by the channels, too.",
        ),
    ),
    "channels-first": (
        Bilingual("Vous avez mis les canaux en tête", "You put the channels first"),
        Bilingual(
            "C’est l’ordre de PyTorch. Ici, comme dans NumPy et Pillow, "
            "les canaux forment le dernier axe.",
            "That is PyTorch's order. Here, as in NumPy and Pillow, "
            "the channels are the last axis.",
        ),
    ),
    "counted-from-one": (
        Bilingual("Vous avez numéroté à partir de 1", "You counted from 1"),
        Bilingual(
            "Les numéros donnés sont déjà ceux du tableau, qui commencent à 0. "
            "Le canal rouge a donc le numéro 0.",
            "The numbers given are the array's own, which start at 0. "
            "So the red channel is number 0.",
        ),
    ),
}


def _de(mode: str) -> str:
    return f"en {NAMES[mode].fr}" if mode == "grey" else NAMES[mode].fr


def _prompt(sizes: Sizes, value: Value) -> Bilingual:
    def table(language: str, head: str) -> str:
        rows = (
            f"| {NAMES[mode].in_language(language)} | {width} × {height} |"
            for mode, (width, height) in sizes.items()
        )
        return "\n".join((head, "|---|---|", *rows))

    colour = COLOURS[value.colour]
    return Bilingual(
        fr=(
            "Un logiciel de dessin annonce ces trois images :\n\n"
            f"{table('fr', '| Image | largeur × hauteur |')}\n\n"
            "Quelle est la forme de leurs tableaux, et combien de valeurs contiennent-ils ?\n\n"
            f"Par quels indices lit-on la valeur **{colour.fr}** du pixel de l’image RVB qui se "
            f"trouve dans la colonne $x = {value.x}$ et la ligne $y = {value.y}$, "
            "numérotées à partir de 0 ?"
        ),
        en=(
            "A drawing program describes these three images:\n\n"
            f"{table('en', '| Image | width × height |')}\n\n"
            "What are the shapes of their arrays, and how many values do they hold?\n\n"
            f"Which indices read the **{colour.en}** value of the RGB image's pixel in column "
            f"$x = {value.x}$ and row $y = {value.y}$, both numbered from 0?"
        ),
    )


def _solution(shapes: Shapes, value: Value) -> Bilingual:
    def lines(language: str) -> str:
        return "\n".join(
            f"- {NAMES[mode].in_language(language)}{' ' if language == 'fr' else ''}: "
            f"${_tuple(shape)}$, ${_product(shape)}$"
            for mode, shape in shapes.items()
        )

    index = _tuple((value.y, value.x, value.colour))
    return Bilingual(
        fr=(
            "La hauteur d’abord, puis la largeur, puis les canaux ; le nombre de valeurs est le "
            f"produit des trois :\n\n{lines('fr')}\n\n"
            "La ligne d’abord, puis la colonne, puis le canal (rouge 0, vert 1, bleu 2) : "
            f"${index}$."
        ),
        en=(
            "The height first, then the width, then the channels; the number of values is the "
            f"product of them all:\n\n{lines('en')}\n\n"
            f"The row first, then the column, then the channel (red 0, green 1, blue 2): ${index}$."
        ),
    )


def _tuple(numbers: tuple[int, ...]) -> str:
    return f"({', '.join(map(str, numbers))})"


def _product(numbers: tuple[int, ...]) -> str:
    factors = r" \times ".join(map(str, numbers))
    return f"{factors} = {prod(numbers)}"
