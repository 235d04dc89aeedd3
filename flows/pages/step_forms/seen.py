"""What the last runs held: which fields came how often, and an example of each. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from connectors import exact_json

DEPTH_LIMIT = 6
NAMES_LIMIT = 150
SAMPLE_SHOWN = 40


@dataclass(slots=True)
class Seen:
    """One field over all samples: how often it was there, how often with a value, and the newest value.

    `items` is the first element of a list.
    """

    times: int = 0
    filled: int = 0
    sample: Any = None
    fields: dict[str, "Seen"] = field(default_factory=dict)
    items: "Seen | None" = None

    def add(self, value: Any, depth: int = 0) -> None:
        self.times += 1
        if value is None:
            return
        if not self.filled:
            self.sample = value
        self.filled += 1
        if depth >= DEPTH_LIMIT:
            return
        if isinstance(value, dict):
            for name, inner in list(value.items())[:NAMES_LIMIT]:
                self.fields.setdefault(name, Seen()).add(inner, depth + 1)
        elif isinstance(value, list):
            self.items = self.items or Seen()
            if value:
                self.items.add(value[0], depth + 1)


def seen_in(samples: Iterable[Any]) -> Seen:
    """The newest sample first."""
    seen = Seen()
    for sample in samples:
        seen.add(sample)
    return seen


def say_sample(value: Any) -> str:
    """A value in a few characters; of groups and lists, their size."""
    if isinstance(value, list):
        return f"{len(value)} item{'' if len(value) == 1 else 's'}"
    if isinstance(value, dict):
        return ""
    text = value if isinstance(value, str) else exact_json.dumps(value)
    return text if len(text) <= SAMPLE_SHOWN else f"{text[:SAMPLE_SHOWN]}…"
