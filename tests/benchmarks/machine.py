"""Facts about this machine, and what processes use of it. Linux only, like the product."""

import contextlib
import os
import platform
import re
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.servers import descendants

TICKS = os.sysconf("SC_CLK_TCK")
# Looking takes about 2 ms a process, and must not slow what it looks at.
SAMPLE_SECONDS = 2.0


def facts() -> str:
    """One line: cores, processor, memory, kernel, Python."""
    model = re.search(r"^model name\s*:\s*(.+)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    parts = (
        f"{len(os.sched_getaffinity(0))} cores",
        model[1] if model else platform.machine(),
        f"{memory:.0f} GB",
        f"Linux {platform.release()}",
        f"Python {platform.python_version()}",
    )
    return ", ".join(parts)


def load_average() -> float:
    return os.getloadavg()[0]


def cpu_seconds(roots: Sequence[int]) -> float:
    """Spent so far by processes and all that descend from them, the dead included."""
    ticks = 0
    for process in _families(roots):
        with contextlib.suppress(OSError):
            fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
            # utime, stime, and those of children that ended.
            ticks += sum(map(int, fields[11:15]))
    return ticks / TICKS


def pss_mb(roots: Sequence[int]) -> float:
    """Memory of processes and all that descend from them; a page that n share counts 1/n for each."""
    kilobytes = 0
    for process in _families(roots):
        with contextlib.suppress(OSError):
            found = re.search(r"^Pss:\s+(\d+)", Path(f"/proc/{process}/smaps_rollup").read_text(), re.MULTILINE)
            kilobytes += int(found[1]) if found else 0
    return kilobytes / 1024


@contextlib.contextmanager
def highest_pss(roots: Sequence[int]) -> Iterator[list[float]]:
    """Samples of `pss_mb` while the block runs; the first is from its beginning."""
    samples, done = [pss_mb(roots)], threading.Event()

    def sample() -> None:
        while not done.wait(SAMPLE_SECONDS):
            samples.append(pss_mb(roots))

    thread = threading.Thread(target=sample, daemon=True)
    thread.start()
    try:
        yield samples
    finally:
        done.set()
        thread.join()


def _families(roots: Sequence[int]) -> set[int]:
    return {process for root in roots for process in descendants(root)}
