"""Draw a 5x5 image and a 3x3 kernel; ask for the output with stride 1 and with stride 2."""

from __future__ import annotations

import random

from exercises.latex import matrix, number
from exercises.question import AnswerField, Bilingual, Grid, Misconception, Question

SIDE, KERNEL = 5, 3
PIXELS = (0, 1, 2, 3, 4, 5)
# As many zeros as in a real edge detector, so that the sums stay short.
WEIGHTS = (-2, -1, -1, 0, 0, 0, 0, 1, 1, 2)


def draw(rng: random.Random) -> Question:
    """Return a question in which every misconception shows."""
    while True:
        image = _grid(rng, SIDE, PIXELS)
        kernel = _grid(rng, KERNEL, WEIGHTS)
        question = _question(image, kernel)
        if _is_workable(kernel) and question.is_distinguishing:
            return question


def _grid(rng: random.Random, side: int, values: tuple[int, ...]) -> Grid:
    return tuple(tuple(rng.choice(values) for _ in range(side)) for _ in range(side))


def _is_workable(kernel: Grid) -> bool:
    weights = [weight for row in kernel for weight in row]
    return 4 <= sum(weight != 0 for weight in weights) <= 6 and min(weights) < 0 < max(weights)


def _convolve(image: Grid, kernel: Grid, stride: int) -> Grid:
    places = range(0, len(image) - len(kernel) + 1, stride)
    return tuple(tuple(_window_sum(image, kernel, i, j) for j in places) for i in places)


def _window_sum(image: Grid, kernel: Grid, i: int, j: int) -> float:
    return sum(
        weight * image[i + a][j + b] for a, row in enumerate(kernel) for b, weight in enumerate(row)
    )


def _question(image: Grid, kernel: Grid) -> Question:
    full, strided = _convolve(image, kernel, 1), _convolve(image, kernel, 2)
    return Question(
        given={"image": image, "kernel": kernel, "strides": {"stride-1": 1, "stride-2": 2}},
        prompt=_prompt(image, kernel),
        fields=(
            AnswerField("stride-1", Bilingual("Pas de 1", "Stride 1"), full, points=3),
            AnswerField("stride-2", Bilingual("Pas de 2", "Stride 2"), strided, points=2),
        ),
        solution=_solution(image, kernel, full, strided),
        misconceptions=_misconceptions(image, kernel, full),
    )


def _misconceptions(image: Grid, kernel: Grid, full: Grid) -> tuple[Misconception, ...]:
    flipped = tuple(row[::-1] for row in kernel[::-1])
    products = tuple(
        tuple(weight * pixel for weight, pixel in zip(*rows, strict=False))
        for rows in zip(kernel, image, strict=False)
    )
    return (
        Misconception(
            slug="kernel-flipped",
            title=Bilingual("Vous avez retourné le noyau", "You flipped the kernel"),
            hint=Bilingual(
                "Le demi-tour du noyau appartient à la convolution des mathématiciens. "
                "Ici, posez le noyau sur l’image tel qu’il est écrit.",
                "The half turn belongs to the convolution of mathematics. "
                "Here, lay the kernel on the image just as it is written.",
            ),
            answers={
                "stride-1": _convolve(image, flipped, 1),
                "stride-2": _convolve(image, flipped, 2),
            },
        ),
        Misconception(
            slug="kernel-not-summed",
            title=Bilingual(
                "Vous n’avez pas additionné les produits", "You did not add up the products"
            ),
            hint=Bilingual(
                "Les neuf produits d’une même fenêtre ne donnent qu’un seul pixel : leur somme. "
                "Déplacez ensuite le noyau pour trouver le pixel suivant.",
                "The nine products of one window make a single pixel: their sum. "
                "Then move the kernel to find the next pixel.",
            ),
            # The products under the first window fill a 3x3 grid, and so pass for an output.
            answers={"stride-1": products},
        ),
        Misconception(
            slug="stride-ignored",
            title=Bilingual("Vous avez oublié le pas", "You left out the stride"),
            hint=Bilingual(
                "Avec un pas de 2, le noyau avance de deux pixels à la fois, "
                "vers la droite comme vers le bas.",
                "With stride 2 the kernel moves two pixels at a time, "
                "to the right and downwards alike.",
            ),
            answers={"stride-2": tuple(row[:2] for row in full[:2])},
        ),
    )


def _prompt(image: Grid, kernel: Grid) -> Bilingual:
    given = f"$$X = {matrix(image)}$$\n\n$$W = {matrix(kernel)}$$"
    return Bilingual(
        fr=f"{given}\n\nDonnez la sortie de la couche, sans remplissage, pour chacun des deux pas.",
        en=f"{given}\n\nGive the layer's output, without padding, for each of the two strides.",
    )


def _solution(image: Grid, kernel: Grid, full: Grid, strided: Grid) -> Bilingual:
    terms = " + ".join(
        f"{_factor(weight)} \\times {number(image[a][b])}"
        for a, row in enumerate(kernel)
        for b, weight in enumerate(row)
        if weight
    )
    first = f"$$Y_{{0,0}} = {terms} = {number(full[0][0])}$$"
    outputs = rf"$$S = 1 : \; {matrix(full)}$$" "\n\n" rf"$$S = 2 : \; {matrix(strided)}$$"
    return Bilingual(
        fr=(
            "Posez le noyau en haut à gauche ; les coefficients nuls ne comptent pas :\n\n"
            f"{first}\n\n"
            "Les autres pixels s’obtiennent de même, fenêtre après fenêtre. La sortie de pas 2 "
            "est celle de pas 1 dont on garde une ligne sur deux et une colonne sur deux.\n\n"
            f"{outputs}"
        ),
        en=(
            "Lay the kernel on the top left corner; weights of zero play no part:\n\n"
            f"{first}\n\n"
            "The other pixels follow in the same way, window after window. The output of stride 2 "
            "is that of stride 1 with every other row and every other column kept.\n\n"
            f"{outputs}"
        ),
    )


def _factor(weight: float) -> str:
    return number(weight) if weight > 0 else f"({number(weight)})"
