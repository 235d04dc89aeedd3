"""How much one crossing may take. Set once at start by `configure`; the defaults are safe."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds are for all values of one step together.

    wall_seconds        by the clock; a crossing that it ends is given a second one (sandbox.py)
    memory_mb           what JavaScript may hold, data included
    result_mb           the largest single value
    spare_children      how many stand ready; one is taken for each crossing
    allow_unconfined    run also where the kernel has no seccomp: the operator's own decision
    """

    cpu_seconds: float = 1.0
    wall_seconds: float = 1.0
    memory_mb: int = 64
    result_mb: int = 16
    spare_children: int = 2
    allow_unconfined: bool = False


_limits = Limits()


def configure(limits: Limits) -> None:
    """Use these limits in every sandbox started from now on; call it before the first expression."""
    global _limits
    _limits = limits


def current() -> Limits:
    return _limits
