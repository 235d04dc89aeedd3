"""Is every part of the installation alive?"""

from dataclasses import dataclass, field

from django.db import Error

from flows import clock
from flows.heartbeats import WORKER, WORKER_ON
from flows.models import Heartbeat

# For how many seconds the worker, which must be seen, may stay silent.
SILENT_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Health:
    """`seconds_ago` says for each part of the background when it was last seen, `machines` for each worker."""

    database: bool
    seconds_ago: dict[str, float] = field(default_factory=dict)
    machines: dict[str, float] = field(default_factory=dict)

    @property
    def worker(self) -> bool:
        return self.seconds_ago.get(WORKER, SILENT_SECONDS) < SILENT_SECONDS

    @property
    def machines_seen(self) -> int:
        return sum(seconds < SILENT_SECONDS for seconds in self.machines.values())

    @property
    def all_well(self) -> bool:
        return self.database and self.worker


def health() -> Health:
    try:
        now = clock.now()
        seen = Heartbeat.objects.values_list("name", "seen_at").order_by("name")
        ago = {name: round((now - at).total_seconds(), 1) for name, at in seen}
    except Error:
        return Health(False)
    prefix = f"{WORKER_ON} "
    machines = {name.removeprefix(prefix): ago.pop(name) for name in list(ago) if name.startswith(prefix)}
    return Health(True, ago, machines)
