"""Where in a template a value stands, as a person would write it: `lines[2].cost`."""

from typing import NamedTuple


class Place(NamedTuple):
    """The way down to a value: names of fields and numbers of elements. Written out only when it is to be read."""

    above: "Place | None"
    step: str | int

    def at(self, step: str | int) -> "Place":
        return Place(self, step)

    @property
    def pattern(self) -> str:
        """The same for every element of a list: `lines[].cost`."""
        return self._written("")

    def __str__(self) -> str:
        return self._written(None)

    def _written(self, number: str | None) -> str:
        if self.above is None:
            return str(self.step)
        before = self.above._written(number)
        if isinstance(self.step, int):
            return f"{before}[{self.step if number is None else number}]"
        if not self.step.replace("$", "_").isidentifier():
            return f'{before}["{self.step}"]'
        return f"{before}.{self.step}" if before else self.step


def place(text: str) -> Place:
    return Place(None, text)
