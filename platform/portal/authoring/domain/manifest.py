"""Change keys of a manifest and leave the rest of it as its author wrote it."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError

MANIFEST = "exercise.toml"
Key = tuple[str, ...]
Value = str | int | float | bool | None


def read_keys(content: bytes, keys: tuple[Key, ...]) -> dict[Key, object]:
    """Return the values of these keys, None where one is not given. Raises ValueError."""
    document = _plain(content)
    return {key: _found(document, key) for key in keys}


def change_keys(content: bytes, values: Mapping[Key, Value]) -> bytes:
    """Return the manifest with these values; None takes a key away. Raises ValueError.

    A key whose value stays keeps its very bytes.
    """
    before = _plain(content)
    try:
        document = tomlkit.parse(content.decode())
        for key, value in values.items():
            if _found(before, key) != value:
                _put(document, key, value)
    except (TOMLKitError, RecursionError) as exc:
        raise ValueError(str(exc)) from exc
    changed = tomlkit.dumps(document).encode()
    after = _plain(changed)
    if any(_found(after, key) != value for key, value in values.items()):
        raise ValueError("the manifest is written in a way that can't be changed key by key")
    return changed


def _plain(content: bytes) -> Mapping[str, Any]:
    try:
        return tomllib.loads(content.decode())
    except RecursionError as exc:
        raise ValueError("arrays in arrays without end") from exc


def _found(document: Mapping[str, Any], key: Key) -> object:
    value: object = document
    for part in key:
        if not isinstance(value, Mapping) or part not in value:
            return None
        value = value[part]
    return value


def _put(document: tomlkit.TOMLDocument, key: Key, value: Value) -> None:
    table: Any = document
    for part in key[:-1]:
        if part not in table:
            table[part] = tomlkit.table()
        table = table[part]
    if value is None:
        table.pop(key[-1], None)
    else:
        table[key[-1]] = value
