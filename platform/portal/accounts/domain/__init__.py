"""What is done with accounts."""

from __future__ import annotations

from portal.accounts.domain.language import set_language

__all__ = ["set_language"]
