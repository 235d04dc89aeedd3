"""How log-ins are counted, so that nobody can try passwords without end."""

from collections.abc import Mapping
from typing import Any

NAME_LIMIT = 255  # as much as the tables of django-axes hold


def counted_name(request: Any, credentials: Mapping[str, Any] | None) -> str | None:
    """Whose failed log-ins count together. A longer name than any user's is cut, for PostgreSQL would refuse it."""
    name = (credentials or request.POST).get("username")
    return name[:NAME_LIMIT] if name else None
