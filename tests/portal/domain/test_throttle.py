"""Who tries a password again and again is slowed down, whether the account exists or not."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth import authenticate
from django.core.cache import cache
from django.test import RequestFactory
from django.utils import timezone

from portal.accounts.domain.throttle import (
    ADDRESS,
    FIRST_WAIT,
    LONGEST_WAIT,
    PERSON,
    Doors,
    closed_until,
    doors,
    forget_tries,
    take_try,
)
from portal.accounts.errors import TooManyTries
from portal.accounts.models import User
from tests.portal.factories import PASSWORD

START = timezone.now()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[timedelta]:
    """How long after START the limiter believes it is; the cache keeps its own time."""
    after = [timedelta(0)]
    monkeypatch.setattr(timezone, "now", lambda: START + after[0])
    return after


def at(name: str = "euler", address: str = "192.0.2.1") -> Doors:
    return doors(action="sign-in", name=name, address=address)


def use_up(passed: Doors) -> None:
    for _number in range(PERSON.tries):
        take_try(passed)


def test_after_ten_tries_the_next_waits_twice_as_long_each_time(clock: list[timedelta]) -> None:
    use_up(at())
    wait = FIRST_WAIT
    for _round in range(8):
        with pytest.raises(TooManyTries) as refused:
            take_try(at())
        assert refused.value.again_at == timezone.now() + min(wait, LONGEST_WAIT)
        clock[0] += min(wait, LONGEST_WAIT)
        take_try(at())
        wait *= 2


@pytest.mark.usefixtures("clock")
def test_tries_that_are_refused_do_not_count() -> None:
    use_up(at())
    for _number in range(50):
        with pytest.raises(TooManyTries):
            take_try(at())
    assert closed_until(at()) == START + FIRST_WAIT


@pytest.mark.usefixtures("clock")
def test_others_are_not_held_up() -> None:
    use_up(at())
    assert closed_until(at(name="gauss")) is None
    assert closed_until(at(address="192.0.2.2")) is None
    assert closed_until(at(name="Euler")) == START + FIRST_WAIT


@pytest.mark.usefixtures("clock")
def test_an_address_from_which_everybody_is_tried_is_held_up() -> None:
    for number in range(ADDRESS.tries):
        take_try(at(name=f"name{number}"))
    assert closed_until(at(name="unseen")) == START + FIRST_WAIT


def test_who_has_signed_in_begins_anew() -> None:
    for _number in range(PERSON.tries - 1):
        take_try(at())
    forget_tries(at())
    take_try(at())
    assert closed_until(at()) is None


def test_no_user_name_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    keys: list[str] = []
    add = cache.add

    def listen(key: str, value: int, timeout: float) -> bool:
        keys.append(key)
        return add(key, value, timeout=timeout)

    monkeypatch.setattr(cache, "add", listen)
    take_try(at(name="unique-name"))
    assert len(keys) == 2
    assert not any("unique-name" in key or "192.0.2.1" in key for key in keys)


@pytest.mark.parametrize("name", ["student1", "nobody"])
def test_the_right_password_is_not_looked_at_while_it_is_too_early(
    student: User, name: str
) -> None:
    request = RequestFactory().post("/admin/login/")
    for _number in range(PERSON.tries):
        assert authenticate(request, username=name, password="wrong") is None  # noqa: S106
    assert authenticate(request, username=name, password=PASSWORD) is None
    cache.clear()
    found = authenticate(request, username=name, password=PASSWORD)
    assert found == (student if name == student.username else None)
