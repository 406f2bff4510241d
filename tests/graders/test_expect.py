"""What the helpers of tests accept and refuse."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from graders.errors import NotFinite, StudentError, WrongShape, WrongType, WrongValue
from graders.expect import ANSWER, expect, expect_array, expect_close, expect_equal, expect_number
from graders.report import Text

WANTED = np.array([[1.0, 2.0], [3.0, 4.0]])


@pytest.mark.parametrize(
    "value",
    [WANTED, WANTED.astype(np.float32), WANTED.astype(int), [[1, 2], [3, 4]], ([1, 2.0], (3, 4))],
)
def test_any_form_of_the_same_numbers_is_right(value: Any) -> None:
    assert np.array_equal(expect_close(value, WANTED), WANTED)


@pytest.mark.parametrize(
    ("value", "error"),
    [
        (None, WrongType),
        ("1 2 3 4", WrongType),
        ({"a": 1}, WrongType),
        ([["a", "b"], ["c", "d"]], WrongType),
        ([[None, 1], [2, 3]], WrongType),
        (WANTED * 1j, WrongType),
        ([[1, 2], [3]], WrongShape),
        (WANTED.ravel(), WrongShape),
        (WANTED[None], WrongShape),
        (3.0, WrongShape),
        (WANTED * np.nan, NotFinite),
        ([[1, 2], [3, float("inf")]], NotFinite),
        (WANTED + 0.01, WrongValue),
        (WANTED.T, WrongValue),
    ],
)
def test_each_way_of_being_wrong_has_its_own_error(value: Any, error: type[StudentError]) -> None:
    with pytest.raises(error):
        expect_close(value, WANTED)


def test_the_message_names_the_first_difference() -> None:
    with pytest.raises(WrongValue, match=r"the answer\[1, 0\]: 5, expected 3 \(1 of 4 differ\)"):
        expect_close([[1, 2], [5, 4]], WANTED)


@pytest.mark.parametrize(
    ("value", "name", "said"),
    [
        (
            [[1, 2], [5, 4]],
            ANSWER,
            "la réponse[1, 0] : 5 ; attendu : 3 (1 sur 4 diffère)",
        ),
        (
            WANTED + 1,
            ANSWER,
            "la réponse[0, 0] : 2 ; attendu : 1 (4 sur 4 diffèrent)",
        ),
        ([1, 2], "y", "« y » : forme (2) ; attendu : (2, 2)"),
        (
            None,
            Text(fr="le biais", en="the bias"),
            "le biais : None ; attendu : un tableau de",
        ),
        ("a", ANSWER, "la réponse : type str ; attendu : un tableau de nombres"),
        (WANTED * np.nan, ANSWER, "la réponse : NaN ou un infini s’y trouve"),
        (
            WANTED > 1,
            ANSWER,
            "la réponse[0, 0] : 0 ; attendu : 1 (4 sur 4 diffèrent)",
        ),
    ],
)
def test_what_is_wrong_is_said_in_french_as_well(value: Any, name: str | Text, said: str) -> None:
    with pytest.raises(StudentError) as caught:
        expect_close(value, WANTED, name=name)
    remark = caught.value.problem.remark
    assert remark is not None
    assert remark.fr.replace("\u00a0", " ").startswith(said)
    assert remark.en == caught.value.problem.message


def test_a_test_says_what_does_not_hold_in_both_languages() -> None:
    expect([0], fr="rien", en="nothing")
    with pytest.raises(WrongValue, match="a share is negative") as caught:
        expect(np.float32(-1) >= 0, fr="une part est négative", en="a share is negative")
    remark = caught.value.problem.remark
    assert remark == Text(fr="une part est négative", en="a share is negative")


def test_nan_is_right_where_it_is_expected() -> None:
    wanted = np.array([1.0, np.nan, np.inf])
    assert expect_close([1.0, float("nan"), float("inf")], wanted).shape == (3,)
    with pytest.raises(WrongValue):
        expect_close([1.0, 2.0, float("inf")], wanted)


def test_a_shape_may_leave_a_side_open() -> None:
    assert expect_array(WANTED, shape=(None, 2)) is WANTED
    with pytest.raises(WrongShape, match=r"shape \(2, 2\), expected \(any, 3\)"):
        expect_array(WANTED, shape=(None, 3))


def test_kinds_limit_what_an_array_holds() -> None:
    with pytest.raises(WrongType, match="expected integers"):
        expect_array(WANTED, kinds="iu")


def test_equality_takes_lists_for_tuples_and_tells_truth_from_one() -> None:
    expect_equal([1, (2, 3)], (1, [2, 3]))
    expect_equal({"a": np.array([1, 2])}, {"a": [1, 2]})
    with pytest.raises(WrongValue):
        expect_equal(True, 1)  # noqa: FBT003
    with pytest.raises(WrongValue):
        expect_equal([1, 2], [1, 2, 3])


@pytest.mark.parametrize(
    "value", [["x" * 10**7] + [0] * 10**5, [1, {}], [[None]], [2**64], [10**400]]
)
def test_a_list_is_looked_through_before_it_becomes_an_array(value: Any) -> None:
    with pytest.raises(WrongType):
        expect_array(value)


def test_one_number_may_come_as_an_array() -> None:
    assert expect_number(np.array([[2.5]])) == 2.5
    with pytest.raises(WrongShape):
        expect_number([1, 2])
