"""Local references. Nothing is ever fetched, so a remote reference is refused."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from connectors.openapi.problems import Refusal

MAX_HOPS = 20


class Dangling(Exception):
    """The reference leads nowhere; the message names it."""


@dataclass(frozen=True, slots=True)
class Source:
    """The document that references point into."""

    document: dict[str, Any]
    dialect: str

    def resolve(self, node: Any, place: str) -> tuple[Any, str]:
        """Follow `$ref` from node to node: the first value that is no reference, and its place.

        Raises Dangling, and Refusal for a reference to another document.
        """
        reference = reference_in(node)
        return (node, place) if reference is None else self.follow(reference, place)

    def follow(self, reference: str, place: str, *, siblings_count: bool = False) -> tuple[Any, str]:
        """Where a reference leads in the end: the value and its place.

        With `siblings_count`, a reference that says more than `$ref` is an end. Raises as `resolve`.
        """
        for _ in range(MAX_HOPS):
            node = self.at(reference, place)
            further = reference_in(node)
            if further is None or (siblings_count and len(node) > 1):
                return node, reference
            reference, place = further, reference
        raise Dangling(f"{reference:.200} goes through more than {MAX_HOPS} references, or in a circle")

    def at(self, reference: str, place: str) -> Any:
        """The value that a reference names. Raises Dangling and Refusal as `resolve` does."""
        if not reference.startswith("#"):
            raise Refusal(
                f"{place}: the $ref to {reference:.100} leads to another document, and none is fetched. "
                "Bundle the documents into one and import that."
            )
        node: Any = self.document
        for part in _parts(reference):
            node = _step(node, part, reference)
        return node


def reference_in(node: Any) -> str | None:
    """The `$ref` of a node, where it has one."""
    reference = node.get("$ref") if isinstance(node, dict) else None
    return reference if isinstance(reference, str) else None


def _parts(reference: str) -> list[str]:
    pointer = unquote(reference[1:])
    if pointer and not pointer.startswith("/"):
        raise Dangling(f"{reference:.200} is an anchor, not a place in the document")
    return [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]


def _step(node: Any, part: str, reference: str) -> Any:
    if isinstance(node, dict) and part in node:
        return node[part]
    if isinstance(node, list) and part.isdecimal() and len(part) < 10 and int(part) < len(node):
        return node[int(part)]
    raise Dangling(f"{reference:.200} does not exist")
