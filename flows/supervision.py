"""Watches over the django-q2 cluster: starts it, sweeps, and replaces it when it is dead or frozen.

django-q2 can freeze for ever when one of its idle processes is killed, and its main process ends
with code 0 when its sentinel dies; so life is judged by work done, not by processes.
"""

import contextlib
import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from django.conf import settings
from django.db import DatabaseError, close_old_connections, connection

from flows import clock, heartbeats, lane, queue
from flows.models import Run
from flows.processes import end_with_parent
from flows.readiness import ready_connections
from flows.sweep import sweep

logger = logging.getLogger(__name__)

SWEEP_SECONDS = 1.0


@dataclass
class Cluster:
    """django-q2's processes. They write to `pulse`, a pipe, whenever one of them does something."""

    process: subprocess.Popen
    pulse: int
    seen_at: float

    def silent_for(self) -> float:
        """Seconds since it was started or last did something."""
        with contextlib.suppress(BlockingIOError):
            while os.read(self.pulse, 4096):
                self.seen_at = time.monotonic()
        return time.monotonic() - self.seen_at


def supervise(*, stopping: Callable[[], bool], tell: Callable[[str], None]) -> None:
    """Keep one cluster at work until `stopping()`; then let it finish what it has begun."""
    queue.schedule_sweep()
    heartbeats.forget_machines()
    cluster = _start_cluster()
    try:
        while not stopping():
            _sweep_safely()
            reason = _trouble(cluster)
            if reason:
                tell(f"The cluster {reason}; it is replaced.")
                _kill(cluster)
                cluster = _start_cluster()
            _pause(stopping)
    finally:
        _finish(cluster)


def _pause(stopping: Callable[[], bool]) -> None:
    until = time.monotonic() + SWEEP_SECONDS
    while time.monotonic() < until and not stopping():
        time.sleep(0.05)


def _sweep_safely() -> None:
    """A database that is away for a moment must not end the one who waits for it."""
    try:
        close_old_connections()
        sweep()
        heartbeats.beat_worker()
        if queue.is_mute():
            # Its cluster is cut off from the broker and hears nothing: whatever is due is done here.
            lane.work(budget=SWEEP_SECONDS)
    except DatabaseError:
        logger.exception("the sweep can't reach the database; it tries again")
        connection.close()
        time.sleep(SWEEP_SECONDS)


def _trouble(cluster: Cluster) -> str:
    """Why the cluster must be replaced; empty when it is well."""
    if cluster.process.poll() is not None:
        return f"ended with code {cluster.process.returncode}"
    try:
        is_frozen = cluster.silent_for() > settings.FROZEN_SECONDS and _work_is_overdue()
    except DatabaseError:
        return ""
    return "is frozen" if is_frozen else ""


def _work_is_overdue() -> bool:
    """Whether work has been due for so long that a cluster which is well would have taken it."""
    limit = clock.now() - timedelta(seconds=settings.FROZEN_SECONDS)
    waiting = Run.objects.filter(status__in=Run.ACTIVE, due_at__lt=limit, lease_until__isnull=True)
    return waiting.exists() or bool(ready_connections(limit))


def _start_cluster() -> Cluster:
    reading, writing = os.pipe()
    os.set_blocking(reading, False)
    os.set_blocking(writing, False)
    # A group of its own, so that its orphans can be found and ended together with it.
    process = subprocess.Popen(
        [sys.executable, str(settings.BASE_DIR / "manage.py"), "cluster"],
        env={**os.environ, heartbeats.PULSE: str(writing)},
        pass_fds=[writing],
        start_new_session=True,
        preexec_fn=partial(end_with_parent, os.getpid()),
    )
    os.close(writing)
    return Cluster(process, reading, time.monotonic())


def _finish(cluster: Cluster) -> None:
    """Let running requests end; only the main process is told, for a signal to all of them hangs it."""
    cluster.process.terminate()
    with contextlib.suppress(subprocess.TimeoutExpired):
        cluster.process.wait(timeout=settings.TASK_TIMEOUT)
    _kill(cluster)


def _kill(cluster: Cluster) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(cluster.process.pid, signal.SIGKILL)
    cluster.process.wait()
    os.close(cluster.pulse)
