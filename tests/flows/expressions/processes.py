"""What the kernel says of the sandbox's processes."""

import os
from pathlib import Path

from flows.expressions import stock


def sandbox() -> int:
    """The process id of this process's own sandbox."""
    assert stock._stock is not None
    return stock._stock._pid


def children_of(pid: int) -> list[int]:
    return [int(text) for text in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def is_running(pid: int) -> bool:
    """Zombies count as gone: they only wait to be counted."""
    return _state(pid) not in ("", "Z")


def is_asleep(pid: int) -> bool:
    return _state(pid) == "S"


def _state(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return ""


def processor_seconds_of(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
