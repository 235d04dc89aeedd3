"""What one crossing carries to the sandbox."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Question:
    """One crossing.

    head        what is asked; it travels first, and the child compiles it meanwhile
    body        writes the data: [name, JSON text, name, JSON text ...]; called again for a second try
    meanwhile   does what can be done while the child is at work, and says the names of the libraries,
                with spaces between, that the children to come should have loaded
    answers     how many there will be
    """

    head: list[str]
    body: Callable[[], list[str]]
    meanwhile: Callable[[], str]
    answers: int
