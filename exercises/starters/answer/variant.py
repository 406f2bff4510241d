"""Draw an image and a kernel; ask for the convolution of both."""

from __future__ import annotations

import random

from exercises.question import AnswerField, Bilingual, Grid, Misconception, Question

Rows = list[list[int]]

FLIPPED = (
    Bilingual("Vous avez retourné le noyau", "You flipped the kernel"),
    Bilingual(
        "Posez le noyau tel qu’il est écrit : sa case en haut à gauche multiplie le pixel en haut "
        "à gauche de la fenêtre.",
        "Lay the kernel as it is written: its top left cell multiplies the window's top left "
        "pixel.",
    ),
)


def draw(rng: random.Random) -> Question:
    """Return a question whose answer a flipped kernel would change in every cell."""
    while True:
        image = [[rng.randint(0, 5) for _column in range(3)] for _row in range(3)]
        kernel = [[rng.randint(-2, 2) for _column in range(2)] for _row in range(2)]
        right = convolved(image, kernel)
        flipped = convolved(image, [row[::-1] for row in kernel[::-1]])
        pairs = zip(sum(right, ()), sum(flipped, ()), strict=True)
        if all(one != other for one, other in pairs):
            return question(image, kernel, right, flipped)


def convolved(image: Rows, kernel: Rows) -> Grid:
    """Return the sum of products at each place of the kernel."""
    places = range(2)
    return tuple(
        tuple(
            float(sum(kernel[a][b] * image[i + a][j + b] for a in places for b in places))
            for j in places
        )
        for i in places
    )


def question(image: Rows, kernel: Rows, right: Grid, flipped: Grid) -> Question:
    """Return the question on this image and this kernel."""
    task = f"$$X = {matrix(image)}, \\qquad K = {matrix(kernel)}$$"
    first = " + ".join(
        f"({kernel[a][b]}) \\times {image[a][b]}" for a in range(2) for b in range(2)
    )
    worked = f"$${first} = {right[0][0]:g}$$"
    return Question(
        given={"image": image, "kernel": kernel},
        prompt=Bilingual(
            fr=f"{task}\n\nQuelle est la sortie $Y$ ?", en=f"{task}\n\nWhat is the output $Y$?"
        ),
        fields=(AnswerField("output", Bilingual("Sortie $Y$", "Output $Y$"), right, points=4),),
        solution=Bilingual(
            fr=f"En haut à gauche :\n\n{worked}\n\nLes trois autres se calculent de même :\n\n"
            f"$$Y = {matrix(right)}$$",
            en=f"In the top left:\n\n{worked}\n\nThe three others are worked out alike:\n\n"
            f"$$Y = {matrix(right)}$$",
        ),
        misconceptions=(Misconception("kernel-flipped", *FLIPPED, {"output": flipped}),),
    )


def matrix(rows: Rows | Grid) -> str:
    """Return the rows as LaTeX."""
    lines = r" \\ ".join(" & ".join(f"{cell:g}" for cell in row) for row in rows)
    return rf"\begin{{pmatrix}} {lines} \end{{pmatrix}}"
