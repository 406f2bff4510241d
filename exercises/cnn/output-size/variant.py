"""Draw two single layers and a small network; ask for the size after each layer."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import NamedTuple

from exercises.question import AnswerField, Bilingual, Grid, Misconception, Question


class Layer(NamedTuple):
    """Kernel, stride and padding of a convolution, or of a pooling layer."""

    name: str
    kernel: int
    stride: int
    padding: int


Rule = Callable[[int, Layer], int]
Task = tuple[int, tuple[Layer, ...]]


def size_after(side: int, layer: Layer) -> int:
    """Return the side of the layer's output."""
    return (side - layer.kernel + 2 * layer.padding) // layer.stride + 1


def _padding_once(side: int, layer: Layer) -> int:
    return (side - layer.kernel + layer.padding) // layer.stride + 1


def _no_plus_one(side: int, layer: Layer) -> int:
    return (side - layer.kernel + 2 * layer.padding) // layer.stride


def _ceil(side: int, layer: Layer) -> int:
    return -(-(side - layer.kernel + 2 * layer.padding) // layer.stride) + 1


RULES: dict[str, tuple[Rule, frozenset[str]]] = {
    # Each mistake, and the fields where it must show.
    "padding-counted-once": (_padding_once, frozenset({"padded", "stack"})),
    "plus-one-forgotten": (_no_plus_one, frozenset({"padded", "strided", "stack"})),
    "ceil-for-floor": (_ceil, frozenset({"strided", "stack"})),
}


def draw(rng: random.Random) -> Question:
    """Return a question in which every misconception shows."""
    while True:
        tasks = {"padded": _padded(rng), "strided": _strided(rng), "stack": _stack(rng)}
        if not _is_sound(tasks["stack"]):
            continue
        question = _question(tasks)
        shown = {one.slug: frozenset(one.answers) for one in question.misconceptions}
        meant = {slug: fields for slug, (_, fields) in RULES.items()}
        if shown == meant and question.is_distinguishing:
            return question


def _padded(rng: random.Random) -> Task:
    """A layer of stride 1, padded by 2 at least: with 1, padding once would look like no + 1."""
    kernel = rng.choice((5, 7, 9))
    padding = rng.randint(2, kernel // 2)
    return rng.randint(20, 64), (Layer("convolution", kernel, 1, padding),)


def _strided(rng: random.Random) -> Task:
    """A layer without padding whose steps do not fill the image."""
    layer = Layer("convolution", rng.choice((3, 4, 5, 7)), rng.choice((2, 3, 4)), 0)
    return rng.randint(20, 96), (layer,)


def _stack(rng: random.Random) -> Task:
    """Three or four layers as in a small classifier: a convolution, pooling, a convolution."""
    first = rng.choice(((5, 1, 2), (5, 2, 2), (7, 1, 2), (7, 2, 2), (7, 2, 3)))
    second = rng.choice(((3, 1, 0), (3, 1, 1), (5, 1, 0), (5, 1, 1), (5, 1, 2)))
    layers = [Layer("convolution", *first)]
    layers.append(Layer("pooling", *rng.choice(((2, 2, 0), (3, 2, 0)))))
    layers.append(Layer("convolution", *second))
    if rng.random() < 0.5:
        layers.append(Layer("pooling", *rng.choice(((2, 2, 0), (3, 2, 0), (3, 3, 0)))))
    return rng.randint(28, 128), tuple(layers)


def _is_sound(task: Task) -> bool:
    """Whether every size stays well above zero, whatever the mistake."""
    rules = [size_after, *(rule for rule, _ in RULES.values())]
    return all(min(_sizes(task, rule)) > 1 for rule in rules)


def _sizes(task: Task, rule: Rule) -> tuple[int, ...]:
    side, layers = task
    sizes = []
    for layer in layers:
        side = rule(side, layer)
        sizes.append(side)
    return tuple(sizes)


def _grid(task: Task, rule: Rule) -> Grid:
    return (_sizes(task, rule),)


def _question(tasks: dict[str, Task]) -> Question:
    padded, strided, stack = tasks["padded"], tasks["strided"], tasks["stack"]
    expected = {name: _grid(task, size_after) for name, task in tasks.items()}
    return Question(
        given={
            name: {"side": side, "layers": [layer[1:] for layer in layers]}
            for name, (side, layers) in tasks.items()
        },
        prompt=_prompt(padded, strided, stack),
        fields=(
            AnswerField("padded", Bilingual("Couche A", "Layer A"), expected["padded"], points=1),
            AnswerField("strided", Bilingual("Couche B", "Layer B"), expected["strided"], points=1),
            AnswerField(
                "stack",
                Bilingual("Réseau, après chaque couche", "Network, after each layer"),
                expected["stack"],
                points=4,
            ),
        ),
        solution=_solution(padded, strided, stack),
        misconceptions=tuple(_misconception(slug, tasks, expected) for slug in RULES),
    )


def _misconception(slug: str, tasks: dict[str, Task], expected: dict[str, Grid]) -> Misconception:
    rule, _ = RULES[slug]
    title, hint = TEXTS[slug]
    grids = {name: _grid(task, rule) for name, task in tasks.items()}
    wrong = {name: grid for name, grid in grids.items() if grid != expected[name]}
    return Misconception(slug, title, hint, wrong)


TEXTS = {
    "padding-counted-once": (
        Bilingual("Vous n’avez compté le remplissage qu’une fois", "You counted the padding once"),
        Bilingual(
            "Le remplissage s’ajoute des deux côtés de l’image : elle s’allonge de 2P.",
            "Padding is added on both sides of the image: it grows by 2P.",
        ),
    ),
    "plus-one-forgotten": (
        Bilingual("Vous avez oublié le « + 1 »", "You left out the + 1"),
        Bilingual(
            "La division compte les pas du noyau. Comptez aussi la position d’où il part.",
            "The division counts the kernel's steps. Count the place where it starts, too.",
        ),
    ),
    "ceil-for-floor": (
        Bilingual("Vous avez arrondi vers le haut", "You rounded up"),
        Bilingual(
            "Un pas qui ferait sortir le noyau de l’image n’a pas lieu : on arrondit vers le bas.",
            "A step that would take the kernel over the edge is not made: round down.",
        ),
    ),
}


def _prompt(padded: Task, strided: Task, stack: Task) -> Bilingual:
    return Bilingual(
        fr=(
            f"**Couche A.** {_described_fr(padded)}\n\n"
            f"**Couche B.** {_described_fr(strided)}\n\n"
            f"**Réseau.** Des images de côté ${stack[0]}$ traversent, dans cet ordre :\n\n"
            f"{_table(stack, 'Couche', NAMES_FR)}\n\n"
            "Donnez le côté de la sortie des couches A et B, puis le côté des images après chacune "
            "des couches du réseau."
        ),
        en=(
            f"**Layer A.** {_described_en(padded)}\n\n"
            f"**Layer B.** {_described_en(strided)}\n\n"
            f"**Network.** Images of side ${stack[0]}$ go through these layers in turn:\n\n"
            f"{_table(stack, 'Layer', NAMES_EN)}\n\n"
            "Give the side of the output of layers A and B, then the side of the images after each "
            "layer of the network."
        ),
    )


def _described_fr(task: Task) -> str:
    side, (layer,) = task
    return (
        f"Image de côté $I = {side}$, noyau de côté $K = {layer.kernel}$, "
        f"pas $S = {layer.stride}$, remplissage $P = {layer.padding}$."
    )


def _described_en(task: Task) -> str:
    side, (layer,) = task
    return (
        f"Image of side $I = {side}$, kernel of side $K = {layer.kernel}$, "
        f"stride $S = {layer.stride}$, padding $P = {layer.padding}$."
    )


NAMES_FR = {"convolution": "Convolution", "pooling": "Sous-échantillonnage"}
NAMES_EN = {"convolution": "Convolution", "pooling": "Pooling"}


def _table(stack: Task, heading: str, names: dict[str, str]) -> str:
    rows = [
        f"| {number}. {names[name]} | {kernel} | {stride} | {padding} |"
        for number, (name, kernel, stride, padding) in enumerate(stack[1], start=1)
    ]
    return "\n".join((f"| {heading} | $K$ | $S$ | $P$ |", "|---|---|---|---|", *rows))


def _solution(padded: Task, strided: Task, stack: Task) -> Bilingual:
    (a,), (b,) = map(_worked, (padded, strided))
    # A numbered list: its numbers are those of the layers in the question.
    network = "\n\n".join(f"1. ${line}$" for line in _worked(stack))
    return Bilingual(
        fr=(
            f"Couche A :\n\n$${a}$$\n\nCouche B :\n\n$${b}$$\n\n"
            f"Réseau, couche après couche :\n\n{network}"
        ),
        en=(
            f"Layer A:\n\n$${a}$$\n\nLayer B:\n\n$${b}$$\n\n"
            f"The network, layer after layer:\n\n{network}"
        ),
    )


def _worked(task: Task) -> list[str]:
    """Return each layer's sum, as LaTeX."""
    side, layers = task
    lines = []
    for layer in layers:
        after = size_after(side, layer)
        lines.append(
            rf"\displaystyle \left\lfloor "
            rf"\frac{{{side} - {layer.kernel} + 2 \times {layer.padding}}}{{{layer.stride}}}"
            rf" \right\rfloor + 1 = {after}"
        )
        side = after
    return lines
