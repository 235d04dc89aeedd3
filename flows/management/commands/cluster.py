"""One django-q2 cluster, as `manage.py worker` starts it."""

import os
import signal
import threading
import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from flows.queue import run_cluster


class Command(BaseCommand):
    # The worker that starts it has run them.
    requires_system_checks = ()
    help = "Started by `manage.py worker`, which watches over it; run that instead."

    def handle(self, **options: Any) -> None:
        threading.Thread(target=_end_without, args=[os.getppid()], daemon=True).start()
        run_cluster()


def _end_without(parent: int) -> None:
    """A frozen cluster does not end when it is told to; without its parent nobody would kill it."""
    while os.getppid() == parent:
        time.sleep(1)
    time.sleep(settings.TASK_TIMEOUT)
    os.killpg(os.getpgrp(), signal.SIGKILL)
