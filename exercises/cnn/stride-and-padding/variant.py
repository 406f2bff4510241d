"""Draw two padded convolutions and a window that would overrun; ask what comes out of them."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import NamedTuple

from exercises.latex import matrix
from exercises.question import AnswerField, Bilingual, Grid, Misconception, Question

KERNEL, PADDING = 3, 1
# The side of the image and the stride, by field.
LAYERS = {"stride-1": (3, 1), "stride-2": (4, 2)}
PIXELS = (1, 2, 3, 4, 5)
WEIGHTS = (-2, -1, -1, 0, 0, 0, 0, 1, 1, 2)

Pad = Callable[[Grid], Grid]


class Line(NamedTuple):
    """A row of pixels that the windows do not fill."""

    side: int
    kernel: int
    stride: int

    @property
    def windows(self) -> int:
        """How many windows fit."""
        return (self.side - self.kernel) // self.stride + 1

    @property
    def unread(self) -> int:
        """How many columns no window reads, at the end: a stride within the kernel skips none."""
        return (self.side - self.kernel) % self.stride

    def padding(self, sides: int) -> int:
        """Return the smallest padding on so many sides that makes the windows fit exactly."""
        return next(p for p in range(self.stride) if (self.unread + sides * p) % self.stride == 0)


def draw(rng: random.Random) -> Question:
    """Return a question in which every misconception shows."""
    line = _line(rng)
    while True:
        images = {name: _grid(rng, side, PIXELS) for name, (side, _) in LAYERS.items()}
        kernel = _grid(rng, KERNEL, WEIGHTS)
        if not _is_workable(kernel):
            continue
        question = _question(images, kernel, line)
        if question.is_distinguishing:
            return question


def _line(rng: random.Random) -> Line:
    while True:
        stride = rng.choice((3, 4, 5))
        line = Line(rng.randint(9, 24), rng.randint(stride, 7), stride)
        # A padding on both sides changes the remainder by an even number.
        if line.windows >= 2 and line.unread and (stride % 2 or line.unread % 2 == 0):
            return line


def _grid(rng: random.Random, side: int, values: tuple[int, ...]) -> Grid:
    return tuple(tuple(rng.choice(values) for _ in range(side)) for _ in range(side))


def _is_workable(kernel: Grid) -> bool:
    weights = [weight for row in kernel for weight in row]
    return 4 <= sum(weight != 0 for weight in weights) <= 5 and min(weights) < 0 < max(weights)


def _padded(image: Grid, before: int, after: int, value: float = 0) -> Grid:
    """Return the image with so many lines of `value` before its first and after its last."""
    width = before + len(image[0]) + after
    rows = tuple((value,) * before + row + (value,) * after for row in image)
    return ((value,) * width,) * before + rows + ((value,) * width,) * after


def _zeros_around(image: Grid) -> Grid:
    return _padded(image, PADDING, PADDING)


def _mirrored(image: Grid, place: Callable[[int], int]) -> Grid:
    """Return the image with one line more on each side, each a copy of the line at `place`."""
    side = len(image)
    places = (place(0), *range(side), side - 1 - place(0))
    return tuple(tuple(image[i][j] for j in places) for i in places)


PADS: dict[str, tuple[Pad, ...]] = {
    # What students make of the padding: each mistake in all of its forms.
    "padding-on-one-side": (
        lambda image: _padded(image, 0, 2 * PADDING),
        lambda image: _padded(image, 2 * PADDING, 0),
    ),
    "padding-not-zero": (
        lambda image: _mirrored(image, lambda edge: edge),
        lambda image: _mirrored(image, lambda edge: edge + 1),
        lambda image: _padded(image, PADDING, PADDING, value=1),
    ),
}


def _convolve(padded: Grid, kernel: Grid, stride: int) -> Grid:
    places = range(0, len(padded) - len(kernel) + 1, stride)
    return tuple(tuple(_window_sum(padded, kernel, i, j) for j in places) for i in places)


def _window_sum(image: Grid, kernel: Grid, i: int, j: int) -> float:
    return sum(
        weight * image[i + a][j + b] for a, row in enumerate(kernel) for b, weight in enumerate(row)
    )


def _question(images: dict[str, Grid], kernel: Grid, line: Line) -> Question:
    padded = {name: _zeros_around(image) for name, image in images.items()}
    outputs = {name: _convolve(padded[name], kernel, LAYERS[name][1]) for name in LAYERS}
    return Question(
        given={
            "kernel": kernel,
            "padding": PADDING,
            "layers": {name: {"image": images[name], "stride": LAYERS[name][1]} for name in LAYERS},
            "line": line._asdict(),
        },
        prompt=_prompt(images, kernel, line),
        fields=(
            AnswerField(
                "stride-1", Bilingual("Sortie A, pas de 1", "Output A, stride 1"),
                outputs["stride-1"], points=4,
            ),
            AnswerField(
                "stride-2", Bilingual("Sortie B, pas de 2", "Output B, stride 2"),
                outputs["stride-2"], points=2,
            ),
            AnswerField(
                "overrun", Bilingual("C, sans remplissage", "C, without padding"),
                ((line.windows,), (line.windows * line.stride,), (line.unread,)),
                points=3, rows=OVERRUN,
            ),
            AnswerField(
                "padding", Bilingual("Le plus petit $P$ pour C", "The smallest $P$ for C"),
                ((line.padding(2),),), points=1,
            ),
        ),
        solution=_solution(padded, outputs, line),
        misconceptions=_misconceptions(images, kernel, line),
    )  # fmt: skip


OVERRUN = (
    Bilingual("côté de la sortie", "side of the output"),
    Bilingual("colonne refusée", "column refused"),
    Bilingual("colonnes jamais lues", "columns never read"),
)


def _misconceptions(images: dict[str, Grid], kernel: Grid, line: Line) -> tuple[Misconception, ...]:
    def outputs(pad: Pad, weights: Grid) -> dict[str, Grid]:
        return {name: _convolve(pad(images[name]), weights, LAYERS[name][1]) for name in LAYERS}

    flipped = tuple(row[::-1] for row in kernel[::-1])
    every_pixel = _convolve(_zeros_around(images["stride-2"]), kernel, 1)
    found = [
        *((slug, outputs(pad, kernel)) for slug, pads in PADS.items() for pad in pads),
        ("kernel-flipped", outputs(_zeros_around, flipped)),
        ("stride-ignored", {"stride-2": tuple(row[:2] for row in every_pixel[:2])}),
        *_line_mistakes(line),
    ]
    return tuple(Misconception(slug, *TEXTS[slug], answers) for slug, answers in found)


def _line_mistakes(line: Line) -> list[tuple[str, dict[str, Grid]]]:
    count, refused = line.windows, line.windows * line.stride
    every = line.side - line.kernel + 1
    return [
        ("overrun-counted", {"overrun": ((count + 1,), (refused,), (line.unread,))}),
        ("counted-from-one", {"overrun": ((count,), (refused + 1,), (line.unread,))}),
        ("stride-ignored", {"overrun": ((every,), (every,), (0,))}),
        ("padding-on-one-side", {"padding": ((line.padding(1),),)}),
    ]


TEXTS = {
    "padding-on-one-side": (
        Bilingual(
            "Vous n’avez rempli qu’un seul côté", "You padded on one side only"
        ),
        Bilingual(
            "Les zéros entourent l’image : $P$ rangées en haut, en bas, à gauche et à droite. "
            "L’image s’allonge donc de $2P$.",
            "The zeros go all around the image: $P$ lines above, below, left and right. "
            "So the image grows by $2P$.",
        ),
    ),
    "padding-not-zero": (
        Bilingual("Vous n’avez pas rempli avec des zéros", "You did not pad with zeros"),
        Bilingual(
            "Le remplissage n’invente pas de pixels : ni copie du bord, ni miroir, ni 1. "
            "Un coefficient posé sur lui n’ajoute rien.",
            "Padding makes up no pixels: no copy of the edge, no mirror, no 1. "
            "A weight that lies on it adds nothing.",
        ),
    ),
    "kernel-flipped": (
        Bilingual("Vous avez retourné le noyau", "You flipped the kernel"),
        Bilingual(
            "Posez le noyau sur l’image tel qu’il est écrit, sans demi-tour.",
            "Lay the kernel on the image just as it is written, without a half turn.",
        ),
    ),
    "stride-ignored": (
        Bilingual("Vous avez oublié le pas", "You left out the stride"),
        Bilingual(
            "D’une fenêtre à la suivante, le noyau avance de $S$ pixels, et non d’un seul.",
            "From one window to the next the kernel moves by $S$ pixels, not by one.",
        ),
    ),
    "overrun-counted": (
        Bilingual("Vous avez compté une fenêtre qui dépasse", "You counted a window that overruns"),
        Bilingual(
            "Une fenêtre à qui il manque une colonne est refusée : elle ne donne pas de pixel.",
            "A window that lacks a column is refused: no pixel comes of it.",
        ),
    ),
    "counted-from-one": (
        Bilingual("Vous avez numéroté les colonnes à partir de 1", "You counted columns from 1"),
        Bilingual(
            "La première colonne de l’image porte le numéro 0.",
            "The first column of the image is number 0.",
        ),
    ),
}  # fmt: skip


def _prompt(images: dict[str, Grid], kernel: Grid, line: Line) -> Bilingual:
    first, second = (
        f"$$X_{name} = {matrix(image)}$$" for name, image in zip("AB", images.values(), strict=True)
    )
    weights = f"$$W = {matrix(kernel)}$$"
    numbers = f"$I = {line.side}$", f"$K = {line.kernel}$", f"$S = {line.stride}$"
    return Bilingual(
        fr=(
            f"Un même noyau, et un remplissage de {PADDING} :\n\n{weights}\n\n"
            f"**A.** Pas de 1 :\n\n{first}\n\n**B.** Pas de 2 :\n\n{second}\n\n"
            f"**C.** Une image de côté {numbers[0]}, sans remplissage, et un noyau de côté "
            f"{numbers[1]} et de pas {numbers[2]} :\n\n"
            "- le côté de la sortie ;\n"
            "- la colonne, numérotée à partir de 0, où commencerait la première fenêtre refusée ;\n"
            "- le nombre de colonnes qu’aucune fenêtre ne lit.\n\n"
            "Enfin, le plus petit remplissage $P$ avec lequel la dernière fenêtre de C tomberait "
            "exactement sur le bord de l’image remplie."
        ),
        en=(
            f"One kernel for both, and padding {PADDING}:\n\n{weights}\n\n"
            f"**A.** Stride 1:\n\n{first}\n\n**B.** Stride 2:\n\n{second}\n\n"
            f"**C.** An image of side {numbers[0]} without padding, and a kernel of side "
            f"{numbers[1]} with stride {numbers[2]}:\n\n"
            "- the side of the output;\n"
            "- the column, numbered from 0, where the first window to be refused would start;\n"
            "- the number of columns that no window reads.\n\n"
            "Last, the smallest padding $P$ with which C's last window would end exactly at the "
            "edge of the padded image."
        ),
    )


def _solution(padded: dict[str, Grid], outputs: dict[str, Grid], line: Line) -> Bilingual:
    shown = {
        letter: rf"$$\tilde X_{letter} = {matrix(padded[name])}$$"
        "\n\n"
        f"$$Y_{letter} = {matrix(outputs[name])}$$"
        for letter, name in zip("AB", LAYERS, strict=True)
    }
    side, kernel, stride = line
    last, start = (line.windows - 1) * stride, line.windows * stride
    gap, least = side - kernel, line.padding(2)
    return Bilingual(
        fr=(
            "Entourez de zéros, puis faites glisser le noyau. "
            f"En A, une fenêtre commence à chaque colonne :\n\n{shown['A']}\n\n"
            f"En B, une colonne sur deux, et une ligne sur deux :\n\n{shown['B']}\n\n"
            f"C. Les fenêtres commencent aux colonnes 0, {stride}, … jusqu’à {last}, soit "
            f"{line.windows} fenêtres. La suivante commencerait à la colonne {start} et irait "
            f"jusqu’à la colonne {start + kernel - 1}, or l’image s’arrête à la colonne "
            f"{side - 1}. "
            f"La dernière fenêtre lit jusqu’à la colonne {last + kernel - 1} : colonnes jamais "
            f"lues, {line.unread}. Enfin, ${gap} + 2P$ est un multiple de {stride} à partir de "
            f"$P = {least}$ : ${gap} + {2 * least} = {gap + 2 * least}$."
        ),
        en=(
            "Put the zeros around, then slide the kernel. "
            f"In A a window starts at every column:\n\n{shown['A']}\n\n"
            f"In B at every other column, and every other row:\n\n{shown['B']}\n\n"
            f"C. The windows start at columns 0, {stride}, … up to {last}: {line.windows} windows. "
            f"The next would start at column {start} and reach column {start + kernel - 1}, but "
            f"the image ends with column {side - 1}. The last window reads up to column "
            f"{last + kernel - 1}; columns never read: {line.unread}. Finally ${gap} + 2P$ "
            f"is first a multiple of {stride} at $P = {least}$: "
            f"${gap} + {2 * least} = {gap + 2 * least}$."
        ),
    )
