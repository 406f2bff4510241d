"""The names of the tests of a file of predictions, and of the mistakes that it may show."""

from __future__ import annotations

from graders.kinds.predictions.complaints import MISSING, TWICE
from graders.report import Mistake, Text

FORM = Text(
    fr="Le fichier a une prédiction pour chaque identifiant",
    en="The file has one prediction for each id",
)
PROBABILITIES = Text(fr="Les valeurs sont des probabilités", en="The values are probabilities")
SCORE = Text(
    fr="Le score sur la part publique des étiquettes cachées",
    en="The score on the public share of the hidden labels",
)

MISTAKES = {
    MISSING: Mistake(
        slug=MISSING,
        title=Text(fr="Des identifiants manquent", en="Ids are missing"),
        hint=Text(
            fr="Partez de la liste des identifiants demandés, et non de vos prédictions\u00a0: un "
            "dernier lot incomplet est vite oublié.",
            en="Start from the list of the ids asked for rather than from your predictions: a "
            "last batch that is not full is easily left out.",
        ),
    ),
    TWICE: Mistake(
        slug=TWICE,
        title=Text(fr="Des identifiants apparaissent deux fois", en="Ids appear more than once"),
        hint=Text(
            fr="Chaque identifiant n’a qu’une ligne. Si vous prédisez plusieurs fois la même "
            "image, faites la moyenne.",
            en="Each id has one line. If you predict the same image several times, take the mean.",
        ),
    ),
    "classes-for-probabilities": Mistake(
        slug="classes-for-probabilities",
        title=Text(
            fr="Vous donnez des classes au lieu de probabilités",
            en="You hand in classes in place of probabilities",
        ),
        hint=Text(
            fr="Cette mesure évalue l’ordre et la confiance des prédictions. Rendez la sortie de "
            "la sigmoïde, sans l’arrondir ni la comparer à un seuil.",
            en="This metric judges how predictions are ordered and how sure they are. Hand in "
            "what the sigmoid gives, neither rounded nor compared with a threshold.",
        ),
    ),
}
