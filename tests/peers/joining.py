"""Joins an integration to an outside system as a builder would: import, connect, build, run."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from connectors.imports import import_document
from connectors.models import ActionPath
from flows import lane
from flows.models import Run
from integrations.commands import create_connection
from integrations.models import Connection
from tests.making import action_step, make_flow, make_integration, make_run


@dataclass(frozen=True)
class Joined:
    """A system that flows can call: `call("POST", "/things", ...)` runs a flow of one step."""

    connection: Connection

    def action_path(self, method: str, path: str) -> ActionPath:
        return self.connection.connector.action_paths.get(method=method, path=path)

    def call(self, method: str, path: str, properties: dict[str, Any], **settings: Any) -> Run:
        step = action_step(self.connection, self.action_path(method, path), properties=properties, **settings)
        run = make_run(make_flow(self.connection.integration, step), {})
        lane.work()
        run.refresh_from_db()
        return run


def join(document: bytes, address: str, **authentication: Any) -> Joined:
    report = import_document(document, name="Outside system", base_url=address)
    assert report.action_paths
    return Joined(
        create_connection(
            actor=None,
            integration=make_integration(),
            connector=report.connector,
            name="Outside",
            base_url=address,
            **authentication,
        )
    )


def answer_of(run: Run) -> dict[str, Any]:
    """The content of the answer that the run's step gave."""
    return run.step_results.get().output["Response"]["Content"]


Mock = Callable[[Path], str]
