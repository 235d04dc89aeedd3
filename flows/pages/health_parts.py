"""The parts of an installation, each with what it says of itself and what helps when it is not well."""

from dataclasses import dataclass

from django.db import Error, connection
from django.urls import reverse

from flows import queue
from flows.expressions.stock import SandboxUnavailable
from flows.expressions.stock import verdict as sandbox_verdict
from flows.heartbeats import WORKER
from flows.queries.backlog import Backlog, backlog
from flows.queries.connections import ConnectionState, held_connections
from flows.queries.health import SILENT_SECONDS, Health, health
from integrations.models import Connection
from integrations.permissions import integrations_of

MEANINGS = {
    WORKER: "Keeps the background going",
    "sweep": "Finds what is due, every second",
    "lane": "Does the work, whenever there is any",
}


@dataclass(frozen=True, slots=True)
class Part:
    """`well` is None where there is nothing to judge; `link` leads to where something can be done."""

    name: str
    well: bool | None
    says: str
    remedy: str = ""
    link: str = ""


def parts(user) -> list[Part]:
    """Of the connections only those that the user may see, and only where something is to be told."""
    found = health()
    background = [_database(found)]
    if found.database:
        background += [_worker(found), *_machines(found), *_others(found), *_work(), *_connections(user)]
    return [Part("Web server", True, "It answered this page."), *background, _broker(), _sandbox()]


def _database(found: Health) -> Part:
    if found.database:
        return Part("Database", True, f"{connection.display_name} answers.")
    return Part("Database", False, "It does not answer.", "Look whether it runs and whether DATABASE_URL is right.")


def _worker(found: Health) -> Part:
    remedy = "" if found.worker else "Nothing runs until a worker does. Start it: manage.py worker."
    return Part("Worker", found.worker, _last_seen(found, WORKER), remedy)


def _machines(found: Health) -> list[Part]:
    """Told where there are more than one; one that is gone is no fault while others do the work."""
    if len(found.machines) < 2:
        return []
    return [_machine(name, ago) for name, ago in found.machines.items()]


def _machine(name: str, ago: float) -> Part:
    if ago < SILENT_SECONDS:
        return Part(f"Worker on {name}", True, f"Seen {_ago(ago)} ago.")
    says = f"Seen {_ago(ago)} ago. Start its worker again; a machine that was taken away is forgotten after a day."
    return Part(f"Worker on {name}", None, says)


def _others(found: Health) -> list[Part]:
    """The sweep runs in the worker; a lane shows itself only when there is work."""
    sweep = found.seconds_ago.get("sweep")
    swept = sweep is not None and sweep < SILENT_SECONDS
    return [
        Part("Sweep", swept, _last_seen(found, "sweep"), "" if swept else "It is part of the worker: look there."),
        Part("Lane", None, _last_seen(found, "lane")),
    ]


def _last_seen(found: Health, name: str) -> str:
    seconds = found.seconds_ago.get(name)
    if seconds is None:
        return f"{MEANINGS[name]}; never seen yet."
    return f"{MEANINGS[name]}; seen {_ago(seconds)} ago."


def _work() -> list[Part]:
    try:
        found = backlog()
    except Error:
        return [Part("Work", False, "It can't be counted: the database gave no answer.")]
    return [
        Part("Runs", _is_prompt(found), _said_of_runs(found), _slow(found)),
        Part("Actions", None, _said_of_actions(found)),
    ]


def _is_prompt(found: Backlog) -> bool:
    return found.waited < SILENT_SECONDS


def _slow(found: Backlog) -> str:
    return "" if _is_prompt(found) else "Work waits too long: look at the worker, or start more of them."


def _said_of_runs(found: Backlog) -> str:
    waited = f" The oldest work has been due for {_ago(found.waited)}." if found.waited else ""
    return f"{found.due_runs} due now.{waited}"


def _said_of_actions(found: Backlog) -> str:
    return (
        f"{found.due_actions} due now, {found.sending} being sent, {found.later_actions} for later, "
        f"{found.unknown} of unknown outcome."
    )


def _connections(user) -> list[Part]:
    mine = Connection.objects.filter(integration__in=integrations_of(user))
    return [_connection(state) for state in held_connections(mine)]


def _connection(state: ConnectionState) -> Part:
    name = f"Connection {state.connection} of {state.connection.integration}"
    if state.since is None:
        return Part(name, None, state.sentence)
    remedy = "It is tried again once a minute. Look whether the system runs and its base address is right."
    place = {"integration": state.connection.integration.slug, "connection": state.connection.pk}
    return Part(name, False, f"{state.sentence} {state.trouble}", remedy, reverse("connection-detail", kwargs=place))


def _broker() -> Part:
    try:
        count = queue.waiting()
    except Exception as error:  # each broker has errors of its own
        says = f"It does not answer ({type(error).__name__})."
        return Part("Broker", False, says, "Look whether it runs and whether REDIS_URL is right.")
    return Part("Broker", True, f"It answers; messages that nobody has taken yet: {count}.")


def _sandbox() -> Part:
    try:
        verdict = sandbox_verdict()
    except SandboxUnavailable as error:
        return Part("Expression sandbox", False, f"{error}.", "Expressions other than plain paths can't be run.")
    if verdict == "confined":
        return Part("Expression sandbox", True, "Confined: expressions can reach nothing outside.")
    return Part(
        "Expression sandbox",
        False,
        f"Not confined ({verdict.partition(': ')[2]}), and allowed by the operator.",
        "Use a machine with seccomp, then unset EXPRESSION_ALLOW_UNCONFINED.",
    )


def _ago(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"
