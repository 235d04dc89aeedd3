"""The sample systems on real sockets: HTTP/1.1 with connections kept alive, a thread for each."""

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler
from werkzeug.wrappers import Response

from connectors.sandbox.application import SampleApplication
from connectors.sandbox.authentication import TOKEN_SECONDS
from connectors.sandbox.projectsight import PROJECTSIGHT
from connectors.sandbox.system import System
from connectors.sandbox.vista import VISTA

HOST = "127.0.0.1"


class PortTaken(Exception):
    """Another program listens on the port; the message says which one and what to do."""


@dataclass(frozen=True, slots=True)
class Sandbox:
    """Both systems, running. The applications are there for tests that look inside."""

    projectsight_url: str
    vista_url: str
    projectsight: SampleApplication
    vista: SampleApplication


@contextmanager
def run_sandbox(
    directory: Path,
    *,
    projectsight_port: int = 0,
    vista_port: int = 0,
    token_seconds: float = TOKEN_SECONDS,
) -> Iterator[Sandbox]:
    """Run both systems until the block ends, each with its storage file in `directory`.

    Port 0 takes any free one. What was stored there before is still there. Raises PortTaken.
    """
    with (
        run_system(PROJECTSIGHT, directory, projectsight_port, token_seconds) as projectsight,
        run_system(VISTA, directory, vista_port, token_seconds) as vista,
    ):
        yield Sandbox(projectsight.url, vista.url, projectsight.application, vista.application)


@contextmanager
def run_system(
    system: System, directory: Path, port: int = 0, token_seconds: float = TOKEN_SECONDS
) -> Iterator["SampleServer"]:
    """Run one system until the block ends. Raises PortTaken."""
    with _listen(system, port) as listener:
        application = SampleApplication(system, directory / f"{system.key}.sqlite3", token_seconds)
        server = SampleServer(application, listener)
    thread = threading.Thread(target=server.serve_forever, name=system.name, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        application.close()
        server.drop_connections()


class KeepAliveHandler(WSGIRequestHandler):
    """Werkzeug's own handler closes every connection; ERP clients keep theirs, so this one does too."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def run_wsgi(self) -> None:
        application = cast(SampleApplication, self.server.app)
        try:
            answer = Response.from_app(application, self.make_environ(), buffered=True)
        except ConnectionError:
            # Nothing is sent: the caller sees a connection that was cut.
            self.close_connection = True
            return
        self.send_response(answer.status_code)
        for name, value in answer.headers:
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.get_data())

    def version_string(self) -> str:
        application = cast(SampleApplication, self.server.app)
        return application.system.name.replace(" ", "-")

    def log_request(self, *arguments: Any) -> None:
        """Every request is in the log of arrivals."""


class SampleServer(ThreadedWSGIServer):
    """Knows its open connections, so that none outlives the server."""

    def __init__(self, application: SampleApplication, listener: socket.socket) -> None:
        self._connections: set[socket.socket] = set()
        super().__init__(HOST, 0, application, KeepAliveHandler, fd=listener.fileno())
        self.application = application
        self.url = f"http://{HOST}:{self.port}"

    def shutdown(self) -> None:
        # A listener that is shut wakes the serving loop now instead of at its next poll.
        with suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)
        super().shutdown()

    def process_request(self, request: Any, client_address: Any) -> None:
        self._connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self._connections.discard(request)
        super().shutdown_request(request)

    def drop_connections(self) -> None:
        for connection in list(self._connections):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


def _listen(system: System, port: int) -> socket.socket:
    try:
        return socket.create_server((HOST, port), backlog=128)
    except OSError as error:
        raise PortTaken(
            f"{system.name} cannot listen on {HOST}:{port} ({os.strerror(error.errno or 0)}): stop what uses the port,"
            f" or choose another with --port-{system.key}"
        ) from None
