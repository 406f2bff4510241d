"""Find what a notebook counts on and a grading does not have, all at once.

Notebooks made for Colab want packages, commands and a network that no room has. What can't work is
refused before it costs an attempt; what stops while it runs is explained.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from exercises.spec import Manifest
from graders.imports import Found, commands, forbidden_imports
from graders.instead import (
    COLAB_COMMAND,
    DRAWN_CURVES,
    NO_INSTALL,
    NO_NETWORK,
    images_of,
    instead_of,
    with_data,
)
from graders.report import MAX_LACKS, Fault, Lack, Problem, ProblemCode, Text

LONGEST = 100
_COLAB = re.compile(r"%{1,2}(tensorflow_version|bigquery|shell)\b")
_CURVES = re.compile(r"%tensorboard\b")
_INSTALL = re.compile(r"[!%]\s*(sudo\s+|python3?\s+-m\s+)?(pip3?|conda|mamba|apt|apt-get|uv)\b")
_FETCH = re.compile(r"!.{0,200}?\b(wget|curl|gsutil|gcloud|git\s+clone|kaggle|gdown|aria2c)\b")
_NO_MODULE = re.compile(r"No module named '([\w.]{1,200})'")
_NO_MAGIC = re.compile(r"magic function `(%{1,2}\w{1,100})`")
_DEFINES = r"\b(def|class|as)\s+{name}\b|^\s*{name}\s*[:=]|\bimport\b.{{0,200}}\b{name}\b"
_NETWORK = (
    "gaierror",
    "URLError",
    "HTTPError",
    "ConnectionError",
    "ConnectTimeout",
    "ConnectTimeoutError",
    "MaxRetryError",
)
_UNREACHABLE = ("Name or service not known", "name resolution", "Network is unreachable")


def refusal(cells: Sequence[str], manifest: Manifest) -> Problem | None:
    """Return what this exercise does not have and the code cells can't do without.

    The problem names all of it, and what else would be in the way: lines that need a network, and
    functions that the notebook does not define.
    """
    allowed = manifest.allowed_imports
    said = commands(cells)
    wanted = [
        *(_of_package(one, manifest) for one in forbidden_imports(cells, allowed=allowed)),
        *filter(None, map(_of_magic, said)),
    ]
    if not wanted:
        return None
    wanted.sort(key=lambda lack: (lack.cell or 0, lack.line or 0))
    others = filter(None, (_of_network(one, manifest) for one in said))
    lacks = [*wanted, *others, *_functions(cells, manifest)][:MAX_LACKS]
    return Problem(
        code=ProblemCode.FORBIDDEN_IMPORT,
        fault=Fault.STUDENT,
        cell=wanted[0].cell,
        line=wanted[0].line,
        name=", ".join(dict.fromkeys(lack.name for lack in wanted))[:500],
        lacks=tuple(_said_once(lacks, manifest)),
    )


def explained(problem: Problem, cells: Sequence[str], manifest: Manifest) -> Problem:
    """Return the problem of a cell that raised, with what was missing where that is why."""
    if problem.code is not ProblemCode.CELL_RAISED:
        return problem
    message, place = problem.message or "", (problem.cell or 0, problem.line or 0)
    lacks: list[Lack] = []
    if found := _NO_MODULE.match(message):
        lacks = [_of_package(Found(*place, _top(found[1])), manifest)]
    elif found := _NO_MAGIC.search(message):
        lacks = [_lack(Found(*place, found[1]), COLAB_COMMAND)]
    elif problem.exception in _NETWORK or any(words in message for words in _UNREACHABLE):
        advice = with_data(NO_NETWORK, manifest=manifest)
        lacks = [_lack(Found(*place, problem.exception or ""), advice)]
    elif problem.exception in ("FileNotFoundError", "OSError"):
        # What should have brought the file is the cause.
        earlier = [one for one in commands(cells) if one.cell <= place[0]]
        lacks = [lack for one in earlier if (lack := _of_network(one, manifest)) is not None]
    return problem.model_copy(update={"lacks": tuple(lacks[:MAX_LACKS])})


def _said_once(lacks: Sequence[Lack], manifest: Manifest) -> Iterator[Lack]:
    """Yield the lacks, of which the first alone says where the exercise's images are."""
    images, told = images_of(manifest), False
    for lack in lacks:
        if images is None or not lack.advice.en.endswith(images.en):
            yield lack
            continue
        bare = Text(
            fr=lack.advice.fr.removesuffix(images.fr).rstrip(),
            en=lack.advice.en.removesuffix(images.en).rstrip(),
        )
        yield lack.model_copy(update={"advice": bare}) if told else lack
        told = True


def _of_package(found: Found, manifest: Manifest) -> Lack:
    return _lack(found, instead_of(found.name, manifest=manifest))


def _of_magic(found: Found) -> Lack | None:
    if _CURVES.match(found.name):
        return _lack(found, DRAWN_CURVES)
    return _lack(found, COLAB_COMMAND) if _COLAB.match(found.name) else None


def _of_network(found: Found, manifest: Manifest) -> Lack | None:
    if _INSTALL.match(found.name):
        return _lack(found, NO_INSTALL)
    if _FETCH.match(found.name):
        return _lack(found, with_data(NO_NETWORK, manifest=manifest))
    return None


def _functions(cells: Sequence[str], manifest: Manifest) -> Iterator[Lack]:
    """Yield the functions of the exercise that no line of the code seems to define."""
    for function in manifest.functions:
        defined = re.compile(_DEFINES.format(name=function.name), re.MULTILINE)
        if not any(map(defined.search, cells)):
            call = f"{function.name}({', '.join(function.parameters or ())})"
            yield Lack(
                name=call,
                advice=Text(
                    fr="La correction l’appelle, et le carnet ne la définit pas.",
                    en="Grading calls it, and the notebook does not define it.",
                ),
            )


def _lack(found: Found, advice: Text) -> Lack:
    name = found.name if len(found.name) <= LONGEST else f"{found.name[:LONGEST]}…"
    return Lack(name=name, cell=found.cell or None, line=found.line or None, advice=advice)


def _top(module: str) -> str:
    """Return the package that a module is known by."""
    return ".".join(module.split(".")[: 2 if module.startswith("google.") else 1])
