"""Tables that can be read in a terminal and pasted into a page."""

import statistics
from collections.abc import Iterable, Sequence
from typing import Any

from tests.benchmarks.cases import Case, Outcome

HEADINGS = ("load", "figure", "Throughline", "floor", "ratio")


def rows_of(case: Case, outcomes: Sequence[tuple[Outcome, Outcome]]) -> list[tuple[str, ...]]:
    """One row for each figure of a case: medians, and between what they were."""
    rows, title = [], case.title.format(triggers=outcomes[0][0].triggers)
    for name, figure in case.figures:
        engine = [figure(outcome) for outcome, _ in outcomes]
        floor = [figure(outcome) for _, outcome in outcomes]
        ratio = statistics.median(engine) / statistics.median(floor)
        rows.append((title, name, spread(engine), spread(floor), f"{ratio:.2f}"))
    return rows


def spread(values: Sequence[float]) -> str:
    middle = number(statistics.median(values))
    return middle if len(values) == 1 else f"{middle} ({number(min(values))}-{number(max(values))})"


def number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def table(headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    texts = [[str(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(headings, *texts, strict=True)]
    lines = [list(headings), ["-" * width for width in widths], *texts]
    return "\n".join("| " + " | ".join(map(str.ljust, line, widths)) + " |" for line in lines)
