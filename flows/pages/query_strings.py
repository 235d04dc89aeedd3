"""What stands in an address behind the question mark."""

from django.http import QueryDict

BIGGEST_ID = 2**63 - 1


def id_in(query: QueryDict, name: str) -> int | None:
    """A row's number; None when it is absent or no number."""
    text = query.get(name, "")
    return min(int(text), BIGGEST_ID) if text.isascii() and text.isdigit() and len(text) < 100 else None
