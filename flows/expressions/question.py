"""What one crossing carries to the sandbox."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Question:
    """One crossing.

    head        what is asked; it travels first, and the child compiles it meanwhile
    body        writes the data: [name, JSON text, name, JSON text ...]; called again for a second try
    libraries   says the names, with spaces between, that the children to come should have loaded
    answers     how many there will be
    """

    head: list[str]
    body: Callable[[], list[str]]
    libraries: Callable[[], str]
    answers: int
