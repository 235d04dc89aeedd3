"""What tests of expressions share: limits that end soon what never ends, and limits that end nothing."""

from collections.abc import Iterator

import pytest

from flows.expressions import Limits, configure, limits


@pytest.fixture
def quick() -> Iterator[Limits]:
    """A sandbox that gives a step 0.2 s of processor time."""
    before = limits.current()
    chosen = Limits(cpu_seconds=0.2, wall_seconds=3)
    configure(chosen)
    yield chosen
    configure(before)


@pytest.fixture
def patient() -> Iterator[Limits]:
    """A sandbox that nothing in a test comes up against, however busy the machine is."""
    before = limits.current()
    chosen = Limits(cpu_seconds=60, wall_seconds=60)
    configure(chosen)
    yield chosen
    configure(before)
