"""Bytes kept under their hash."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.common import blobs
from portal.common.errors import BlobDamaged, BlobMissing


@given(content=st.binary(max_size=2000))
@settings(
    max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
def test_what_is_stored_is_read_back_under_its_sha256(content: bytes) -> None:
    digest = blobs.store(content)
    assert digest == hashlib.sha256(content).hexdigest()
    assert blobs.read(digest) == content


def test_the_same_bytes_are_kept_once_by_any_number_of_threads(var: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        digests = set(pool.map(blobs.store, [b"same"] * 32))
    (digest,) = digests
    files = [path for path in (var / "blobs").rglob("*") if path.is_file()]
    assert files == [var / "blobs" / digest[:2] / digest[2:]]


def test_what_was_never_stored_is_missing() -> None:
    with pytest.raises(BlobMissing):
        blobs.read("0" * 64)


def test_bytes_that_changed_on_the_disk_are_not_returned(var: Path) -> None:
    digest = blobs.store(b"right")
    (var / "blobs" / digest[:2] / digest[2:]).write_bytes(b"wrong")
    with pytest.raises(BlobDamaged):
        blobs.read(digest)
