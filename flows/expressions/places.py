"""Where in a template a value stands, as a person would write it: `lines[2].cost`."""

from typing import NamedTuple


class Place(NamedTuple):
    """`text` names one value; `pattern` is the same for every element of a list."""

    text: str
    pattern: str

    def __str__(self) -> str:
        return self.text

    def field(self, name: str) -> "Place":
        step = name if name.replace("$", "_").isidentifier() else f'["{name}"]'
        dot = "." if self.text and not step.startswith("[") else ""
        return Place(f"{self.text}{dot}{step}", f"{self.pattern}{dot}{step}")

    def at(self, index: int) -> "Place":
        return Place(f"{self.text}[{index}]", f"{self.pattern}[]")


def place(text: str) -> Place:
    return Place(text, text)
