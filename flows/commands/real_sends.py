"""Send for real: one request by the hand of a person who edits a step, outside any run."""

from typing import Any

from django.db import transaction

from connectors.models import ActionPath
from flows import clock, pacing
from flows.models import Action, Flow, Pace
from flows.pacing import Ready
from flows.readiness import LIMITS, note_answers, save_paces
from flows.sending import Sent, send
from integrations.audit import record
from integrations.models import Connection
from integrations.problems import Refused


def send_for_real(
    *, actor, flow: Flow, step_id: str, connection: Connection, action_path: ActionPath, input: dict[str, Any] | None
) -> Sent:
    """Send one request with the connection's credentials, within REQUEST_DEADLINE; no action and no run is made.

    Raises Refused while the connection's limits leave no room. The audit trail has it before it goes out,
    and what comes back counts for the connection's pace like any answer.
    """
    _take_place(connection)
    target = f"{flow.name}, step {step_id}"
    what = {"connection": connection.name, "action_path": action_path.key}
    record(integration=flow.integration, actor=actor, verb="pressed Send for real in", target=target, detail=what)
    # Never stored: it carries what is sent to where an action of a run carries it.
    sent = send(Action(connection=connection, action_path=action_path, input=input), token="")
    with transaction.atomic():
        note_answers([sent], clock.now())
    outcome = {"status": sent.answer.status if sent.answer else None, "ok": sent.verdict.ok}
    verb = "sent for real from" if sent.answer else "could not send for real from"
    record(integration=flow.integration, actor=actor, verb=verb, target=target, detail=what | outcome)
    return sent


@transaction.atomic
def _take_place(connection: Connection) -> None:
    """Count the request among those that the connection's limits allow."""
    now = clock.now()
    locked = Connection.objects.select_for_update(no_key=True).only("name", *LIMITS).get(pk=connection.pk)
    flying = Action.objects.filter(connection=locked, status=Action.Status.PROCESSING).count()
    pace = Pace.objects.select_for_update().filter(connection=locked).first() or Pace(connection=locked)
    ready = Ready(locked, pace, flying)
    if not pacing.places(ready, now):
        raise Refused(f"The limits of {connection.name} leave no room at this moment. Try again in a while.")
    if pacing.note_sent(ready, 1, now):
        save_paces([pace])
