"""What tests of the engine share: an integration joined to a real server on loopback."""

import pytest
from pytest_httpserver import HTTPServer

from flows import lane
from tests.making import make_action_path, make_connection, make_connector, make_integration


@pytest.fixture(scope="session")
def make_httpserver():
    """One that answers side by side, as real systems do."""
    server = HTTPServer(threaded=True)
    server.start()
    yield server
    server.clear()
    if server.is_running():
        server.stop()


@pytest.fixture
def integration(db):
    return make_integration()


@pytest.fixture
def vista(httpserver: HTTPServer, integration):
    """A connection to the test's own HTTP server."""
    return make_connection(integration, make_connector(), httpserver.url_for(""))


@pytest.fixture
def add_phase(vista):
    """POST /phases: not safe to repeat."""
    return make_action_path(vista.connector)


@pytest.fixture
def put_phase(vista):
    """PUT /phases: safe to repeat."""
    return make_action_path(vista.connector, method="PUT", action="Replace a phase", safe_to_repeat=True)


@pytest.fixture
def work():
    """Do all work that is due, as a worker does when the doorbell rings."""
    return lane.work
