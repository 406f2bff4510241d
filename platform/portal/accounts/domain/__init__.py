"""What is done with accounts."""

from __future__ import annotations

from portal.accounts.domain.language import set_language
from portal.accounts.domain.throttle import closed_until, doors, forget_tries, take_try
from portal.accounts.domain.ways_in import way_in

__all__ = ["closed_until", "doors", "forget_tries", "set_language", "take_try", "way_in"]
