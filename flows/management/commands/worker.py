"""What operators run: the background of an installation, watched over."""

import signal
from typing import Any

from django.core.checks import Tags
from django.core.management.base import BaseCommand

from flows.supervision import supervise


class Command(BaseCommand):
    # The dangers; what else can be checked concerns pages, and costs half a second.
    requires_system_checks = [Tags.security]
    help = "Process runs and actions in the background, until SIGTERM or Ctrl-C."

    def handle(self, **options: Any) -> None:
        signals: list[int] = []
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, lambda number, _frame: signals.append(number))
        supervise(stopping=lambda: bool(signals), tell=self._tell)

    def _tell(self, text: str) -> None:
        self.stderr.write(text)
