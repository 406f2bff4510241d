"""Draw a 4x4 feature map; ask for its maximum, mean and sum pooling with strides 1 and 2."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping

from exercises.latex import matrix
from exercises.question import AnswerField, Bilingual, Grid, Misconception, Question

SIDE, WINDOW, STRIDES = 4, 2, (1, 2)
PIXELS = (-7, -4, -3, -2, -1, 0, 0, 1, 1, 2, 2, 3, 4, 5, 6, 7, 8, 9)

Window = tuple[float, ...]
Summary = Callable[[Window], float]


def mean(window: Window) -> float:
    """Return the mean of a window's pixels."""
    return sum(window) / len(window)


def largest(window: Window) -> float:
    """Return the pixel that is furthest from zero, the positive one of two."""
    return max(window, key=lambda pixel: (abs(pixel), pixel))


SUMMARIES: Mapping[str, Summary] = {"max": max, "mean": mean, "sum": sum}
WRONG_SUMMARIES: tuple[tuple[str, Mapping[str, Summary]], ...] = (
    ("mean-for-max", {"max": mean}),
    ("max-for-mean", {"mean": max}),
    ("mean-not-divided", {"mean": sum}),
    ("mean-divided-by-side", {"mean": lambda window: sum(window) / WINDOW}),
    ("sum-divided", {"sum": mean}),
    ("sign-ignored", {"max": largest}),
    ("sign-ignored", {"max": lambda window: max(map(abs, window))}),
)


def draw(rng: random.Random) -> Question:
    """Return a question in which every misconception shows, in two cells at least."""
    while True:
        image = tuple(tuple(rng.choice(PIXELS) for _ in range(SIDE)) for _ in range(SIDE))
        question = _question(image)
        if question.is_distinguishing and _is_plain(question):
            return question


def _is_plain(question: Question) -> bool:
    expected = {field.name: field.expected for field in question.fields}
    return all(
        sum(cell != truth for rows in zip(grid, expected[name], strict=True)
            for cell, truth in zip(*rows, strict=True)) >= 2
        for one in question.misconceptions
        for name, grid in one.answers.items()
    )  # fmt: skip


def _pool(image: Grid, summary: Summary, stride: int) -> Grid:
    places = range(0, SIDE - WINDOW + 1, stride)
    return tuple(tuple(summary(_window(image, i, j)) for j in places) for i in places)


def _window(image: Grid, i: int, j: int) -> Window:
    return tuple(pixel for row in image[i : i + WINDOW] for pixel in row[j : j + WINDOW])


def _question(image: Grid) -> Question:
    fields = tuple(
        AnswerField(
            f"{kind}-{stride}",
            Bilingual(f"{NAMES[kind].fr}, pas de {stride}", f"{NAMES[kind].en}, stride {stride}"),
            _pool(image, summary, stride),
            points=2 if stride == 1 else 1,
        )
        for stride in STRIDES
        for kind, summary in SUMMARIES.items()
    )
    return Question(
        given={"image": image, "window": WINDOW},
        prompt=_prompt(image),
        fields=fields,
        solution=_solution(image, fields),
        misconceptions=_misconceptions(image),
    )


NAMES = {
    "max": Bilingual("Maximum", "Maximum"),
    "mean": Bilingual("Moyenne", "Mean"),
    "sum": Bilingual("Somme", "Sum"),
}


def _misconceptions(image: Grid) -> tuple[Misconception, ...]:
    found = [
        (slug, {f"{kind}-{stride}": _pool(image, summary, stride) for stride in STRIDES})
        for slug, summaries in WRONG_SUMMARIES
        for kind, summary in summaries.items()
    ]
    overlapping = {
        f"{kind}-2": tuple(row[:2] for row in _pool(image, summary, 1)[:2])
        for kind, summary in SUMMARIES.items()
    }
    found.append(("windows-overlap", overlapping))
    return tuple(Misconception(slug, *TEXTS[slug], answers) for slug, answers in found)


TEXTS = {
    "mean-for-max": (
        Bilingual("Vous avez pris la moyenne", "You took the mean"),
        Bilingual(
            "Le maximum ne mélange rien : il garde un des pixels de la fenêtre, tel quel.",
            "A maximum mixes nothing: it keeps one of the window's pixels as it is.",
        ),
    ),
    "max-for-mean": (
        Bilingual("Vous avez pris le maximum", "You took the maximum"),
        Bilingual(
            "Dans une moyenne, tous les pixels de la fenêtre comptent autant.",
            "In a mean, all of the window's pixels count alike.",
        ),
    ),
    "mean-not-divided": (
        Bilingual("Vous n’avez pas divisé la somme", "You did not divide the sum"),
        Bilingual(
            "La moyenne est la somme divisée par le nombre de pixels de la fenêtre.",
            "The mean is the sum divided by how many pixels the window has.",
        ),
    ),
    "mean-divided-by-side": (
        Bilingual("Vous avez divisé par le côté de la fenêtre", "You divided by the window's side"),
        Bilingual(
            "Divisez par le nombre de pixels : une fenêtre en a autant que son côté, au carré.",
            "Divide by the number of pixels: a window has as many as its side, squared.",
        ),
    ),
    "sum-divided": (
        Bilingual("Vous avez pris la moyenne", "You took the mean"),
        Bilingual(
            "La somme s’arrête avant la division : additionnez les pixels, sans plus.",
            "The sum stops short of the division: add up the pixels, no more.",
        ),
    ),
    "sign-ignored": (
        Bilingual("Vous n’avez pas tenu compte des signes", "You left the signs out"),
        Bilingual(
            "Tout nombre négatif est plus petit que zéro, si loin qu’il en soit.",
            "Every negative number is smaller than zero, however far from it.",
        ),
    ),
    "windows-overlap": (
        Bilingual("Vos fenêtres se recouvrent", "Your windows overlap"),
        Bilingual(
            "Avec un pas de 2, la fenêtre avance de toute sa largeur : "
            "aucun pixel ne sert deux fois.",
            "With stride 2 the window moves by its whole width: no pixel is used twice.",
        ),
    ),
}


def _prompt(image: Grid) -> Bilingual:
    given = f"$$X = {matrix(image)}$$"
    return Bilingual(
        fr=(
            f"{given}\n\nDonnez le maximum, la moyenne et la somme de chaque fenêtre de "
            f"${WINDOW} \\times {WINDOW}$, avec un pas de 1 puis avec un pas de 2."
        ),
        en=(
            f"{given}\n\nGive the maximum, the mean and the sum of every window of "
            f"${WINDOW} \\times {WINDOW}$, with stride 1 and then with stride 2."
        ),
    )


def _solution(image: Grid, fields: tuple[AnswerField, ...]) -> Bilingual:
    shown = {
        language: "\n\n".join(
            f"{field.label.in_language(language)}{colon}\n\n"
            f"$${_decimal(field.expected, language)}$$"
            for field in fields
        )
        for language, colon in (("fr", " :"), ("en", ":"))
    }
    first = ", ".join(f"{pixel:g}" for pixel in _window(image, 0, 0))
    return Bilingual(
        fr=(
            f"La fenêtre en haut à gauche contient ${first}$. Faites de même avec les autres : "
            "les sorties de pas 2 sont celles de pas 1 dont on garde une ligne sur deux et une "
            "colonne sur deux, et les moyennes sont les sommes divisées par 4.\n\n"
            f"{shown['fr']}"
        ),
        en=(
            f"The top left window holds ${first}$. Treat the others in the same way. The outputs "
            "of stride 2 are those of stride 1 with every other row and column kept, and the "
            f"means are the sums divided by 4.\n\n{shown['en']}"
        ),
    )


def _decimal(grid: Grid, language: str) -> str:
    return matrix(grid).replace(".", "{,}") if language == "fr" else matrix(grid)
