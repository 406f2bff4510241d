"""Files of predictions: every complaint with its line, every metric, both shares."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from graders.kinds.predictions.complaints import Complaints
from graders.kinds.predictions.metrics import METRICS, measure
from graders.kinds.predictions.options import SCORED, Options
from graders.kinds.predictions.score import score
from graders.kinds.predictions.table import read_table
from graders.protocol import Verdict
from graders.report import Outcome

IDS = ["a1", "b2", "c3", "d4"]
RIGHT = "id,p\na1,0.9\nb2,0.2\nc3,0.75\nd4,1e-3\n"
VALUES = [0.9, 0.2, 0.75, 0.001]


def options(**changes: Any) -> Options:
    said = {"column": "p", "values": "probability", "metric": "auc", "floor": 0.5, "target": 0.9}
    return Options.model_validate(said | changes)


def read(content: bytes | str, **changes: Any) -> tuple[list[float] | None, list[str]]:
    """Return the values, and the complaints in English."""
    complaints = Complaints()
    raw = content.encode() if isinstance(content, str) else content
    values = read_table(raw, IDS, options(**changes), complaints)
    said = [remark.en for remark in complaints.remarks]
    return (None if values is None else values.tolist()), said


def npz(**arrays: Any) -> bytes:
    buffer = io.BytesIO()
    np.savez(buffer, **arrays)
    return buffer.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(RIGHT, id="plain"),
        pytest.param("\ufeff" + RIGHT, id="UTF-8 with its mark"),
        pytest.param(RIGHT.encode("utf-16"), id="UTF-16 with its mark"),
        pytest.param(RIGHT.replace("\n", "\r\n"), id="Windows"),
        pytest.param(RIGHT.replace(",", ";").replace(".", ","), id="French spreadsheet"),
        pytest.param(RIGHT.replace(",", "\t"), id="tabs"),
        pytest.param("p,id\n0.9,a1\n0.2,b2\n0.75,c3\n1e-3,d4", id="columns exchanged"),
        pytest.param("id,p\nd4,.001\n\nc3,0.75\nb2,0.2\na1,0.9\n\n", id="another order, blanks"),
        pytest.param('"id","p"\n"a1","0.9"\n"b2","0,2"\nc3, 0.75\nd4,0.001', id="quotes"),
        pytest.param(npz(id=np.array(IDS), p=np.array(VALUES)), id="npz"),
        pytest.param(npz(id=np.array(IDS, "S"), p=np.array(VALUES)), id="npz of bytes"),
    ],
)
def test_a_right_file_is_read_whoever_wrote_it(content: bytes | str) -> None:
    assert read(content) == (VALUES, [])


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", ["This file is empty."]),
        ("\n\n", ["This file is empty."]),
        (RIGHT.replace("b2,0.2", "b2,nan"), ["Line 3: 'nan' in place of a finite number."]),
        (RIGHT.replace("b2,0.2", "b2,"), ["Line 3: '' in place of a finite number."]),
        (RIGHT.replace("b2,0.2", "b2,-inf"), ["Line 3: '-inf' in place of a finite number."]),
        (RIGHT.replace("b2,0.2", "b2,high"), ["Line 3: 'high' is not a number."]),
        (RIGHT.replace("b2,0.2", "b2,0x1"), ["Line 3: '0x1' is not a number."]),
        (RIGHT.replace("b2,0.2", "b2,1_0"), ["Line 3: '1_0' is not a number."]),
        (RIGHT.replace("b2,0.2", "b2,1e400"), ["Line 3: '1e400' is not a number."]),
        (
            RIGHT.replace("b2,0.2", "b2,1.2").replace("c3,0.75", "c3,-1"),
            [
                "Line 3: 1.2 is not a probability, between 0 and 1.",
                "Line 4: -1 is not a probability, between 0 and 1.",
            ],
        ),
        (RIGHT + "b2,0.3\n", ["Line 6: the id 'b2' is on line 3 already."]),
        (RIGHT.replace("d4", "z9"), ["Line 5: the id 'z9' is not asked for."]),
        (
            "id,p\nc3,0.5\n",
            ["3 of the 4 ids are missing: a1, b2, d4."],
        ),
        (
            "id,p\na1,0.9\na1,0.9\nc3,0.5\nd4,0.5\n",
            [
                "Line 3: the id 'a1' is on line 2 already.",
                "1 of the 4 ids are missing: b2.",
            ],
        ),
        (
            "a1,0.9\nb2,0.2\n",
            ["Line 1: 'a1,0.9' in place of the names of the columns `id,p`."],
        ),
        (
            ",id,p\n0,a1,0.9\n",
            [
                (
                    "Line 1: ',id,p' in place of the names of the columns `id,p`. With pandas, "
                    "write `to_csv(..., index=False)`."
                )
            ],
        ),
        (
            "id,p\na1,0,9\n",
            [
                (
                    "Line 2: 3 cells in place of 2. Write decimals with a point, or put semicolons "
                    "between the columns."
                )
            ],
        ),
        (
            RIGHT.encode().replace(b"c3", b"c\xe9"),
            ["Line 4: the byte '0xe9' is not UTF-8. Save the file as “CSV UTF-8”."],
        ),
        (RIGHT.replace("c3", "c\0"), ["Line 4: a null byte: this file is not text."]),
        (
            RIGHT + '"open',
            ["Line 6: this line can't be read (unexpected end of data)."],
        ),
        (
            RIGHT.replace("b2,0.2", f"b2,{'9' * 300}"),
            ["Line 3: this line can't be read (field larger than field limit (200))."],
        ),
        (b"PK\x03\x04 and nothing more", ["This .npz file can't be read (BadZipFile)."]),
        (npz(id=np.array(IDS)), ["The array `p` is missing from this .npz file."]),
        (
            npz(id=np.array(IDS, object), p=np.array(VALUES)),
            ["This .npz file can't be read (ValueError)."],
        ),
        (
            npz(id=np.array(IDS), p=np.array(VALUES[:3])),
            [
                (
                    "`id` and `p` have the shapes (4,) and (3,): they need the same one, of one "
                    "dimension, and 1004 values at most."
                )
            ],
        ),
        (
            npz(id=np.array(IDS), p=np.array(["x"] * 4)),
            ["`id` must hold text and `p` numbers, not '<U2' and '<U1'."],
        ),
        (
            npz(id=np.array(IDS), p=np.array([0.1, np.nan, 0.2, 0.3])),
            ["Line 2: 'nan' in place of a finite number."],
        ),
    ],
)
def test_what_is_wrong_is_said_with_its_line(content: bytes | str, said: Sequence[str]) -> None:
    assert read(content) == (None, list(said))


def test_classes_and_numbers_have_ranges_of_their_own() -> None:
    _values, said = read(RIGHT, values="class", classes=10, metric="accuracy")
    assert said[0] == "Line 2: 0.9 is not a class, from 0 to 9."
    content = "id,p\na1,1\nb2,9.0\nc3,0\nd4,10\n"
    assert read(content, values="class", classes=10, metric="accuracy")[1] == [
        "Line 5: 10 is not a class, from 0 to 9."
    ]
    numbers = "id,p\na1,-3.5\nb2,1e6\nc3,0\nd4,+7\n"
    changes = {"values": "number", "metric": "rmse", "floor": 9, "target": 1}
    assert read(numbers, **changes) == ([-3.5, 1e6, 0.0, 7.0], [])
    assert read(numbers.replace("1e6", "1e200"), **changes)[1] == [
        "Line 3: 1e200 is not a number between -1e12 and 1e12."
    ]


def test_only_the_first_complaints_are_told_in_full() -> None:
    content = "id,p\n" + "".join(f"x{number},0.5\n" for number in range(50))
    values, said = read(content)
    assert values is None
    assert len(said) == 21
    assert said[-1] == "And 30 more remarks."


def test_lines_without_end_are_not_read_to_the_end() -> None:
    _values, said = read(b"id,p\n" + b"a1,0.5\n" * 1_000_000)
    # The right line, the thousand that may be wrong, and the one that is too many.
    assert len(said) == 21
    assert said[-1] == "And 984 more remarks."


def test_an_archive_that_swells_is_not_unpacked() -> None:
    buffer = io.BytesIO()
    np.savez_compressed(buffer, id=np.array(IDS), p=np.zeros(5_000_000))
    assert len(buffer.getvalue()) < 100_000
    assert read(buffer.getvalue())[1] == [
        "This archive holds far more than the two arrays asked for."
    ]


LABELS = np.array([1, 0, 1, 0])


@pytest.mark.parametrize(
    ("name", "labels", "predicted", "value"),
    [
        ("accuracy", [1, 0, 1, 0], [1, 0, 0, 0], 0.75),
        ("f1", [1, 0, 1, 0], [1, 0, 0, 0], 2 / 3),
        ("f1", [2, 0, 1, 0], [2, 0, 0, 0], (0.8 + 0 + 1) / 3),
        ("auc", [1, 0, 1, 0], [0.9, 0.2, 0.4, 0.4], 0.875),
        ("log-loss", [1, 0], [0.5, 0.5], float(np.log(2))),
        ("rmse", [0, 0], [3, 4], float(np.sqrt(12.5))),
        ("mae", [0, 0], [3, -4], 3.5),
    ],
)
def test_metrics_are_those_of_the_textbook(
    name: str, labels: list[float], predicted: list[float], value: float
) -> None:
    measured = measure(name, np.array(labels), np.array(predicted))
    assert measured.value == pytest.approx(value)
    assert (measured.low is not None) == (name == "accuracy")


def test_every_metric_that_an_exercise_may_name_is_there() -> None:
    assert frozenset().union(*SCORED.values()) == set(METRICS)


@pytest.mark.parametrize(
    "changes",
    [
        {"metric": "accuracy"},
        {"classes": 3},
        {"floor": 0.9, "target": 0.5},
        {"metric": "log-loss"},
        {"floor": 0.9},
        {"column": "not a name"},
    ],
)
def test_options_that_make_no_sense_are_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        options(**changes)


def hidden(count: int = 40) -> dict[str, np.ndarray]:
    """Return labels 0, 1, 0, 1 ..., of which the first half is shown."""
    ids = np.array([f"i{number:02d}" for number in range(count)])
    numbers = np.arange(count)
    return {"ids": ids, "labels": numbers % 2, "shown": numbers < count // 2}


def scored(predicted: Sequence[float], **changes: Any) -> Verdict:
    rows = "".join(
        f"{name},{value}\n" for name, value in zip(hidden()["ids"], predicted, strict=True)
    )
    return score(f"id,p\n{rows}".encode(), hidden(), options=options(**changes), points=10)


def earned(verdict: Verdict) -> dict[str, float]:
    return {test.name: round(test.earned, 6) for test in verdict.tests}


def test_a_perfect_file_earns_everything() -> None:
    verdict = scored(np.where(np.arange(40) % 2, 0.8, 0.1).tolist())
    assert earned(verdict) == {"form": 1, "probabilities": 1, "score": 8}
    assert (verdict.metrics[0].value, verdict.private[0].value) == (1, 1)


def test_points_come_from_the_public_share_alone() -> None:
    truth = np.arange(40) % 2
    right_when_shown = np.where(np.arange(40) < 20, truth, 1 - truth) * 0.5 + 0.2
    verdict = scored(right_when_shown.tolist())
    assert earned(verdict)["score"] == 8
    assert (verdict.metrics[0].value, verdict.private[0].value) == (1, 0)


def test_the_points_grow_between_floor_and_target() -> None:
    assert options().credit(0.7) == pytest.approx(0.5)
    assert [options().credit(value) for value in (0.2, 0.5, 0.9, 1)] == [0, 0, 1, 1]
    loss = options(metric="log-loss", floor=0.6, target=0.2)
    assert [loss.credit(value) for value in (0.9, 0.6, 0.2, 0)] == [0, 0, 1, 1]


def test_classes_in_place_of_probabilities_are_named() -> None:
    verdict = scored((np.arange(40) % 2).tolist())
    [test] = [test for test in verdict.tests if test.name == "probabilities"]
    assert (test.earned, test.outcome) == (0, Outcome.FAILED)
    assert test.mistake is not None
    assert test.mistake.slug == "classes-for-probabilities"


@pytest.mark.parametrize(
    ("rows", "mistake"),
    [("i00,0.5\n", "ids-missing"), ("i00,0.5\ni00,0.5\n", "ids-missing"), ("zz,1\n", None)],
)
def test_a_file_that_does_not_fit_has_no_score(rows: str, mistake: str | None) -> None:
    verdict = score(f"id,p\n{rows}".encode(), hidden(), options=options(), points=10)
    form = verdict.tests[0]
    assert earned(verdict) == {"form": 0, "probabilities": 0, "score": 0}
    assert [test.outcome for test in verdict.tests[1:]] == [Outcome.NOT_RUN] * 2
    assert (verdict.metrics, verdict.private) == ((), ())
    assert (form.mistake and form.mistake.slug) == mistake
    assert form.remarks[0].fr != form.remarks[0].en


def test_a_constant_prediction_earns_its_form_alone() -> None:
    assert earned(scored([0.5] * 40)) == {"form": 1, "probabilities": 1, "score": 0}
