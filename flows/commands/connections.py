"""What an operator may do about a connection over which nothing goes out."""

from django.db import transaction

from flows import pacing, queue
from flows.models import Action, Pace
from integrations.audit import record
from integrations.models import Connection
from integrations.problems import Refused


@transaction.atomic
def try_now(*, actor, connection: Connection) -> None:
    """Let the next probe of a paused connection go at once, not at its minute.

    Raises Refused when the connection is not paused, or a request over it is out at this moment.
    """
    pace = Pace.objects.select_for_update().filter(connection=connection).first()
    if pace is None or not pace.is_paused:
        raise Refused(f"{connection} is not paused: what is due goes out.")
    if Action.objects.filter(connection=connection, status=Action.Status.PROCESSING).exists():
        raise Refused(f"{connection} is being tried at this moment. Wait for the answer.")
    pacing.open_now(pace)
    pace.save(update_fields=["closed_at", "closed_until"])
    record(integration=connection.integration, actor=actor, verb="tried now", target=str(connection))
    queue.ring()
