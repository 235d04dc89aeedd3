"""Taking values out of a document that promises nothing about its own shape."""

from typing import Any


def as_dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def as_text(value: Any) -> str:
    """Text as every database takes it: no NUL, no lone surrogates; "" for anything else."""
    if not isinstance(value, str):
        return ""
    return value.replace("\x00", "").encode("utf-8", "replace").decode().strip()


def as_flag(value: Any) -> bool:
    """True for true and for the text "true", which hand-written documents hold."""
    return value is True or (isinstance(value, str) and value.strip().lower() == "true")


def escaped(name: str) -> str:
    """A name as one part of a JSON pointer."""
    return name.replace("~", "~0").replace("/", "~1")
