"""What can be wrong with a document, and how it is told."""

from collections.abc import Iterator


class DocumentError(Exception):
    """The document cannot be taken; the message names the place and the remedy."""


class Refusal(Exception):
    """One operation cannot be taken; the message says where, why and what to do."""


class Notes:
    """What was changed or left out while reading, each thing told once, in order."""

    def __init__(self) -> None:
        self._texts: dict[tuple[str, str], None] = {}

    def add(self, place: str, text: str) -> None:
        self._texts.setdefault((place, text))

    def __iter__(self) -> Iterator[dict[str, str]]:
        return ({"place": place, "text": text} for place, text in self._texts)
