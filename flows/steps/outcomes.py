"""What executing a step leads to. Pure."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Finished:
    """The step is done; `status` is one of flows/statuses.py."""

    status: str
    output: Any = None
    input: Any = None
    message: str = ""
    warnings: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class ActionWanted:
    """The step asks for an action. `invalid` holds the closing content when the input breaks the schema."""

    connection: Any
    action_path: Any
    input: Any
    settings: dict[str, Any]
    invalid: dict[str, Any] | None = None
    message: str = ""
    warnings: list[str] = field(default_factory=list)
