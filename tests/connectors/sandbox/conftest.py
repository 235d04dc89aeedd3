from collections.abc import Iterator
from pathlib import Path

import pytest

from connectors.sandbox.projectsight import PROJECTSIGHT
from connectors.sandbox.server import run_system
from connectors.sandbox.vista import VISTA
from tests.connectors.sandbox.calling import PROJECTSIGHT_KEY, VISTA_KEY, Caller


@pytest.fixture
def vista(tmp_path: Path) -> Iterator[Caller]:
    with run_system(VISTA, tmp_path) as server:
        yield Caller(server, VISTA_KEY)


@pytest.fixture
def projectsight(tmp_path: Path) -> Iterator[Caller]:
    with run_system(PROJECTSIGHT, tmp_path) as server:
        yield Caller(server, PROJECTSIGHT_KEY)
