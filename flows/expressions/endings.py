"""What is said of a crossing that did not come to its end."""

from collections.abc import Callable

from flows.expressions import limits

Said = tuple[str, str]  # message and remedy

_ENDLESS = "Look for a loop that does not end, or a search pattern with nested repeats such as `(a+)+`."


def _out_of_time() -> Said:
    seconds = limits.current().cpu_seconds
    return (
        f"the values of this step took more than {seconds:g} s to work out, and were stopped here",
        _ENDLESS,
    )


def _out_of_wall_time() -> Said:
    seconds = limits.current().wall_seconds
    return f"the values of this step were not ready after {seconds:g} s, and were stopped here", _ENDLESS


def out_of_memory() -> Said:
    megabytes = limits.current().memory_mb
    return f"the expression needed more than {megabytes} MB of memory", "Work on less data at a time."


ENDINGS: dict[str, Callable[[], Said]] = {
    "cpu": _out_of_time,
    "wall": _out_of_wall_time,
    "memory": out_of_memory,
    "crash": lambda: ("the expression brought its sandbox down; nothing else was harmed", ""),
    "deep data": lambda: ("the data of this run is nested too deeply for an expression", ""),
    "deep result": lambda: ("the result is nested too deeply, or has a number that is too long", ""),
    "unavailable": lambda: ("", "The administrator finds more on the health page."),
}
