"""Outside systems that nobody here wrote: httpbin, and Prism that mocks whatever a document describes."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from integrations.ports import free_ports
from tests.conftest import SHARED, require_service
from tests.servers import ROOT, running

HTTPBIN_PYTHON = ROOT / ".venv-targets/bin/python"
PRISM = ROOT / "var/prism/node_modules/.bin/prism"


@pytest.fixture(scope="session")
def httpbin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a httpbin, whose OpenAPI document is at /spec.json."""
    require_service(HTTPBIN_PYTHON.exists(), "httpbin is not installed: make peers")
    port = free_ports()
    command = [str(HTTPBIN_PYTHON), "-m", "gunicorn", "--no-control-socket", "--threads", "16"]
    command += ["--bind", f"127.0.0.1:{port}", "httpbin:app"]
    with running(command, f"http://127.0.0.1:{port}", tmp_path_factory.mktemp("httpbin") / "log"):
        yield f"http://127.0.0.1:{port}"


@pytest.fixture(scope="session")
def prism(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[Path], str]]:
    """Mock the system that a document describes: `prism(document)` gives its address.

    It checks requests: 401 without the security that the document asks for, 422 for a bad input.
    """
    if not PRISM.exists():
        pytest.skip("Prism is not here: `make peers` installs it where there is npm")
    with ExitStack() as mocks:

        def mock(document: Path) -> str:
            port = free_ports()
            command = [str(PRISM), "mock", "--host", "127.0.0.1", "--port", str(port), str(document)]
            log = tmp_path_factory.mktemp("prism") / "log"
            mocks.enter_context(running(command, f"http://127.0.0.1:{port}", log))
            return f"http://127.0.0.1:{port}"

        yield mock


@pytest.fixture
def shared_document() -> Callable[[str], Path]:
    """A document of a real system, from the folder beside the project."""

    def find(name: str) -> Path:
        if not (SHARED / "openapi" / name).exists():
            pytest.skip(f"{name} is not in ../shared/openapi")
        return SHARED / "openapi" / name

    return find
