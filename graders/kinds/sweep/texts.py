"""The names of what a sweep is scored by beside its tests, and of the mistakes it may show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from graders.report import Mistake, Scalar, Text

EFFECT = Text(fr="Chaque paramètre change quelque chose", en="Each parameter changes something")
EFFECT_HINT = Text(
    fr="Un paramètre doit servir là où le carnet en parle\u00a0: cherchez les valeurs écrites "
    "en dur.",
    en="A parameter must be used where the notebook speaks of it: look for values that are "
    "written out.",
)
SCORE = Text(fr="La meilleure tâche est bonne", en="The best job is a good one")
SCORE_HINT = Text(
    fr="Avec les meilleurs paramètres de la grille, le carnet doit atteindre l’objectif de "
    "l’énoncé.",
    en="With the best parameters of the grid, the notebook must reach the statement’s target.",
)
CHOICE = Text(
    fr="Vos valeurs par défaut sont les meilleures de la grille",
    en="Your defaults are the best combination",
)
CHOICE_HINT = Text(
    fr="Lisez le tableau des tâches, puis donnez à la cellule des paramètres les valeurs que vous "
    "retenez.",
    en="Read the table of the jobs, then give the cell of the parameters the values you settle on.",
)

MOST_NAMED = 4
UNUSED = "parameter-without-effect"
OFF_GRID = "off-the-grid"
UNTOUCHED = "untouched-defaults"
BY_TRAINING = "chosen-by-training-loss"
WORST = "worst-chosen"

MISTAKES: Mapping[str, Mistake] = {
    mistake.slug: mistake
    for mistake in (
        Mistake(
            slug=UNUSED,
            title=Text(
                fr="Un paramètre ne change rien\u00a0: des tâches donnent exactement le même "
                "résultat",
                en="A parameter changes nothing: jobs come out exactly the same",
            ),
            hint=Text(
                fr="Une valeur écrite en dur, ou donnée plus bas à ce nom, passe avant celle de "
                "la tâche.",
                en="A value that is written out, or given to that name further down, goes before "
                "that of the job.",
            ),
        ),
        Mistake(
            slug=OFF_GRID,
            title=Text(
                fr="Aucune tâche n’a vos valeurs par défaut",
                en="Your defaults are those of no job",
            ),
            hint=Text(
                fr="Choisissez une ligne du tableau\u00a0: entre deux valeurs de la grille, rien "
                "n’a été mesuré.",
                en="Choose a row of the table: between two values of the grid, nothing was "
                "measured.",
            ),
        ),
        Mistake(
            slug=UNTOUCHED,
            title=Text(
                fr="Les valeurs par défaut sont restées comme dans le carnet de départ",
                en="The defaults are still those of the starter notebook",
            ),
            hint=Text(
                fr="Le rapport des tâches est là pour être lu\u00a0: quelle ligne a le meilleur "
                "résultat\u00a0?",
                en="The report of the jobs is there to be read: which row has the best result?",
            ),
        ),
        Mistake(
            slug=BY_TRAINING,
            title=Text(
                fr="Vous avez choisi par la perte d’entraînement",
                en="You have chosen by the training loss",
            ),
            hint=Text(
                fr="La tâche qui apprend le mieux ses propres images n’est pas celle qui "
                "reconnaît le mieux des images nouvelles.",
                en="The job that learns its own images best is not the one that does best on new "
                "images.",
            ),
        ),
        Mistake(
            slug=WORST,
            title=Text(
                fr="Vous avez choisi la moins bonne des tâches",
                en="You have chosen the worst of the jobs",
            ),
            hint=Text(
                fr="Dans quel sens le résultat est-il bon\u00a0: grand, ou petit\u00a0?",
                en="Which way is the result good: large, or small?",
            ),
        ),
    )
}


def jobs_remark(jobs: Sequence[tuple[int, Mapping[str, Scalar]]]) -> Text:
    """Return the sentence that names the jobs in which points were lost."""
    named = [
        f"{number} ({', '.join(f'{name} = {value!r}' for name, value in parameters.items())})"
        for number, parameters in jobs
    ]
    shown, more = named[:MOST_NAMED], len(named) - MOST_NAMED
    rest_fr = f", et {more} autres" if more > 0 else ""
    rest_en = f", and {more} more" if more > 0 else ""
    return Text(
        fr=f"Tâches concernées\u00a0: {', '.join(shown)}{rest_fr}.",
        en=f"In the jobs {', '.join(shown)}{rest_en}.",
    )
