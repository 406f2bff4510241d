"""The script of the pieces to explore, run by Node: it reckons and writes what the server does."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.random import Generator

from exercises.explore import KINDS, Convolution, Piece, output_shape, window
from portal.common.rendering.arithmetic import Marks, arithmetic, show

FRONTEND = Path(__file__).parents[2] / "platform" / "frontend"
MARKS = Marks(decimal=",", list=" ; ")
CASES = 300
NUMBERS = (*range(-9, 10), "0.5", "-1.25", "0.125", "0.333", "1/3", "-1/9", "5/16", "1234.567")
SCRIPT = """
import { readFileSync } from "node:fs";
import { arithmetic, sizes } from "./src/explore/formulas";
import { readPiece } from "./src/explore/piece";
import { decimal, parse, show } from "./src/explore/rational";
import { outputShape, windowAt } from "./src/explore/windows";
import { blockOf } from "./src/paste";

const marks = { decimal: ",", list: " ; " };
const reckon = (text: string): unknown => {
  const piece = readPiece(text);
  const [rows, columns] = outputShape(piece);
  const cells = Array.from({ length: rows * columns }, (_cell, index) =>
    windowAt(piece, Math.floor(index / columns), index % columns));
  return {
    shape: [rows, columns],
    values: cells.map(({ value }) => `${value.n}/${value.d}`),
    shown: cells.map(({ value }) => show(value, marks.decimal)),
    lines: cells.map((cell) => arithmetic(piece, cell, marks).map(({ text }) => text).join("")),
    sizes: sizes(piece),
  };
};
const jobs = {
  reckon,
  paste: blockOf,
  parse: (text: string) => { const one = parse(text); return one && decimal(one, 6, "."); },
};
const asked = JSON.parse(readFileSync(0, "utf8")) as [keyof typeof jobs, string][];
console.log(JSON.stringify(asked.map(([job, text]) => jobs[job](text))));
"""


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The script's arithmetic, as Node can run it."""
    built = tmp_path_factory.mktemp("explore") / "explore.mjs"
    esbuild = FRONTEND / "node_modules" / ".bin" / "esbuild"
    subprocess.run(
        [esbuild, "--bundle", "--platform=node", "--format=esm", "--loader=ts",
         f"--outfile={built}"],
        cwd=FRONTEND, input=SCRIPT, env=environment(), check=True, text=True, capture_output=True,
    )  # fmt: skip
    return built


def environment() -> dict[str, str]:
    """Return where the project's own Node is found, beside its Python."""
    return {"PATH": f"{Path(sys.executable).parent}:/usr/local/bin:/usr/bin:/bin"}


def ask(bundle: Path, *jobs: tuple[str, str]) -> list[Any]:
    """Return what the script answers to each job."""
    node = shutil.which("node", path=environment()["PATH"])
    assert node is not None
    done = subprocess.run(
        [node, bundle], input=json.dumps(jobs), check=True, text=True, stdout=subprocess.PIPE
    )
    answers: list[Any] = json.loads(done.stdout)
    return answers


def drawn(rng: Generator) -> Piece:
    """Return a piece of either kind, of which some have no output."""

    def numbers(most: int) -> list[list[object]]:
        rows, columns = rng.integers(1, most + 1, 2)
        return [[NUMBERS[i] for i in rng.integers(0, len(NUMBERS), columns)] for _ in range(rows)]

    shared = {
        "input": numbers(8),
        "padding": int(rng.integers(0, 3)),
        "stride": int(rng.integers(1, 5)),
    }
    if rng.random() < 0.5:
        return KINDS["convolution"].model_validate({
            **shared, "kernel": numbers(4), "dilation": int(rng.integers(1, 4)),
            "border": str(rng.choice(["zero", "edge"])), "kernels": {"one": numbers(3)},
        })  # fmt: skip
    return KINDS["pooling"].model_validate({
        **shared, "size": int(rng.integers(1, 5)), "mode": str(rng.choice(["max", "mean", "sum"])),
        "edge": str(rng.choice(["drop", "partial"])),
    })  # fmt: skip


def plain(piece: Piece) -> str:
    kind = "convolution" if isinstance(piece, Convolution) else "pooling"
    return json.dumps({"kind": kind, **dict(piece)}, default=str)


def test_every_output_is_the_servers_and_so_is_every_line(bundle: Path) -> None:
    rng = np.random.default_rng(7)
    pieces = [drawn(rng) for _ in range(CASES)]
    answers = ask(bundle, *(("reckon", plain(piece)) for piece in pieces))
    without = 0
    for piece, answer in zip(pieces, answers, strict=True):
        rows, columns = output_shape(piece)
        cells = [window(piece, i, j) for i in range(rows) for j in range(columns)]
        assert answer["shape"] == [rows, columns]
        assert [Fraction(text) for text in answer["values"]] == [cell.value for cell in cells]
        assert answer["shown"] == [show(cell.value, MARKS) for cell in cells]
        assert answer["lines"] == [arithmetic(piece, cell, MARKS) for cell in cells]
        if cells:
            assert [text.split("= ")[1] for text in answer["sizes"]] == [str(rows), str(columns)]
        without += not cells
    assert 10 < without < CASES / 2


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("4", "4"), ("-5/4", "−1,25"), ("7/3", "7/3"), ("-1/9", "−1/9"), ("1/8", "0,125"),
        ("12345/3331", "≈3,706"), ("-1/100003", "≈0"), ("1/2000", "1/2000"),
    ],
)  # fmt: skip
def test_a_number_is_shown_in_few_letters(value: str, shown: str) -> None:
    assert show(Fraction(value), MARKS) == shown


def test_what_a_student_types_is_a_number_or_is_not(bundle: Path) -> None:
    typed = {
        "2": "2", "-0.5": "−0.5", "−0,5": "−0.5", " 3/4 ": "0.75", "1/3": "0.333333",
        "": None, "-": None, "1/0": None, "1e9": None, "12345": None, "a": None, "1/2/3": None,
    }  # fmt: skip
    assert ask(bundle, *(("parse", text) for text in typed)) == list(typed.values())


def test_a_block_is_pasted_cell_by_cell(bundle: Path) -> None:
    pasted = {
        "1\t2,5\r\n3\t\r\n": [["1", "2,5"], ["3", ""]],
        "[[1. 2.]\n [3. 4.]]": [["1.", "2."], ["3.", "4."]],
        "1, 2, -3": [["1", "2", "-3"]],
        "1,5; 2": [["1,5", "2"]],
        "3/4": [["3/4"]],
        "": [],
    }
    assert ask(bundle, *(("paste", text) for text in pasted)) == list(pasted.values())
