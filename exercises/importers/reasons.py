"""Why something could not be taken over as it was, in both languages."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

from exercises.importers.imported import Remark


class Sentence(NamedTuple):
    """The same in both languages."""

    fr: str
    en: str


class Reason(Enum):
    """A sentence in French and in English; `{name}` is what it is about."""

    NOT_PYTHON = Sentence(
        "Ce test n’est pas du Python : {name}. Réécrivez-le à la main.",
        "This test is not Python: {name}. Write it anew by hand.",
    )
    COMMAND = Sentence(
        "Ce test contient une commande de Jupyter (« {name} »), qui n’existe pas dans les tests.",
        "This test has a command of Jupyter’s (“{name}”), which does not exist in tests.",
    )
    CLASS = Sentence(
        "Ce test emploie la classe « {name} » du carnet : seules des données simples passent du "
        "carnet aux tests. Ajoutez au carnet une fonction "  # codespell:ignore
        "qui rend ce qu’il faut comparer.",
        "This test uses the notebook’s class “{name}”: only plain data travels from the notebook "
        "to the tests. Add a function to the notebook that returns what is to be compared.",
    )
    UNKNOWN = Sentence(
        "Ce test emploie « {name} », que ni le carnet ni ce test ne définissent.",
        "This test uses “{name}”, which neither the notebook nor this test defines.",
    )
    REBINDS = Sentence(
        "Ce test redéfinit la fonction « {name} » du carnet, "  # codespell:ignore
        "ce qu’un test ne peut pas faire ici.",
        "This test replaces the notebook’s function “{name}”, which no test can do here.",
    )
    EFFECT = Sentence(
        "Ce test appelle « {name} » pour ce qu’elle fait, non pour ce qu’elle rend. Voyez "
        "student.watch, qui rend aussi les arguments tels que l’appel les laisse.",
        "This test calls “{name}” for what it does, not for what it returns. See "
        "student.watch, which also gives the arguments as the call leaves them.",
    )
    ARGUMENT = Sentence(
        "Ce test regarde « {name} » après l’avoir passé à une "
        "fonction du carnet, qui n’en reçoit "  # codespell:ignore
        "qu’un double. Voyez student.watch.",
        "This test looks at “{name}” after a function of the notebook’s was given it, which gets "
        "a copy only. See student.watch.",
    )
    FUNCTION_SENT = Sentence(
        "Ce test passe une fonction à « {name} » : "  # codespell:ignore
        "les fonctions ne voyagent pas.",  # codespell:ignore
        "This test passes a function to “{name}”: functions do not travel.",
    )
    NO_OUTPUT = Sentence(
        "Ce test se compare à la sortie de sa cellule, qui n’en a pas : exécutez le carnet, "
        "enregistrez-le et importez-le de nouveau.",
        "This test is compared with its cell’s output, and there is none: run the notebook, save "
        "it and import it again.",
    )
    GIVEN = Sentence(
        "Ce test se sert de « {name} », que le carnet définit hors des solutions : un étudiant "
        "peut le changer. Mettez-le plutôt dans le test.",
        "This test uses “{name}”, which the notebook defines outside the solutions: a student can "
        "change it. Better put it into the test.",
    )
    EXCEPTION = Sentence(
        "Ce test attend l’exception « {name} », qui n’est pas de Python même.",
        "This test expects the exception “{name}”, which is not one of Python’s own.",
    )
    PACKAGE = Sentence(
        "Ce test importe « {name} », qui manque peut-être là où tournent les tests.",
        "This test imports “{name}”, which may be missing where tests run.",
    )
    OUTPUT = Sentence(
        "Ce test compare un affichage, que les tests ne voient pas : {name}",
        "This test compares what is printed, which tests do not see: {name}",
    )
    MANUAL = Sentence(
        "Noté à la main : cela n’est pas repris, ses points ({name}) non plus. "
        "Une grille de critères peut les donner.",
        "Graded by hand: this is left out, with its points ({name}). A rubric can give them.",
    )
    LOST = Sentence(
        "Ce test n’a pas été repris, ni ses points ({name}).",
        "This test was not taken over, nor were its points ({name}).",
    )
    EMPTY = Sentence("Ce test ne vérifie rien.", "This test tests nothing.")
    AUTOTEST = Sentence(
        "nbgrader tire ces tests de la solution quand il distribue le carnet ; ici, ils restent à "
        "écrire : {name}",
        "nbgrader makes these tests from the solution when it releases the notebook; here they "
        "are still to be written: {name}",
    )
    ATTACHMENT = Sentence(
        "Une image jointe à la cellule n’a pas été reprise.",
        "An image attached to the cell was not taken over.",
    )
    ONE_LANGUAGE = Sentence(
        "L’énoncé n’existe qu’en une langue : {name}. L’autre attend sa traduction.",
        "The statement is in one language only: {name}. The other one waits for its translation.",
    )
    ALL_PUBLIC = Sentence(
        "Tous les tests sont publics : ajoutez-en de cachés, avec des entrées tirées de rng.",
        "All tests are public: add hidden ones, with inputs drawn from rng.",
    )
    NO_POINTS = Sentence(
        "Aucun test ne vaut de points : chacun en vaut un, en attendant les vôtres.",
        "No test is worth any points: each is worth one, until you say how many.",
    )
    NO_TEST = Sentence(
        "Aucun test n’a pu être repris : un test vide tient la place. Écrivez-en.",
        "No test could be taken over: an empty one keeps their place. Write some.",
    )
    NO_SOLUTION = Sentence(
        "Cette cellule n’a pas de solution : prenez le carnet de l’enseignant, non celui qui est "
        "distribué.",
        "This cell has no solution: take the teacher’s notebook, not the one that is released.",
    )
    ENVIRONMENT = Sentence(
        "Ce test lit l’environnement du carnet d’une manière qui ne se traduit pas : {name}.",
        "This test reads the notebook’s environment in a way that is not translated: {name}.",
    )

    def remark(self, place: str, name: object = "") -> Remark:
        """Return the remark on what stands at `place`."""
        french, english = (sentence.format(name=name) for sentence in self.value)
        return Remark(place, french, english)


class Untranslatable(Exception):
    """A test can't be carried over."""

    def __init__(self, reason: Reason, name: object = "") -> None:
        super().__init__(reason, name)
        self.reason = reason
        self.name = name
