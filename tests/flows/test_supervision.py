"""A cluster that hangs is seen and replaced, whatever clusters of other machines do meanwhile."""

import os
import subprocess
import sys
from datetime import timedelta

import pytest
from django.utils import timezone

from flows import heartbeats, supervision
from flows.models import Run
from tests.making import make_flow, make_integration, make_run, map_step

# Stands for a cluster: it shows life as often as it is told to, and hangs in between.
ECHO = (
    "import sys; from flows import heartbeats\nfor _ in sys.stdin: heartbeats.show_life(); print('shown', flush=True)"
)


@pytest.fixture
def cluster(settings):
    """Started just now."""
    reading, writing = os.pipe()
    os.set_blocking(reading, False)
    command = [sys.executable, "-c", f"import django; django.setup(); {ECHO}"]
    environment = {**os.environ, heartbeats.PULSE: str(writing)}
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "bufsize": 1}
    process = subprocess.Popen(command, env=environment, pass_fds=[writing], cwd=settings.BASE_DIR, **pipes)
    os.close(writing)
    with process:
        yield supervision.Cluster(process, reading, supervision.time.monotonic())
        process.kill()
    os.close(reading)


def show_life(cluster) -> None:
    cluster.process.stdin.write("\n")
    assert cluster.process.stdout.readline() == "shown\n"


@pytest.fixture
def overdue(db):
    """A run that is due for an hour, and a lane of another machine that was seen this instant."""
    run = make_run(make_flow(make_integration(), map_step()))
    Run.objects.filter(pk=run.pk).update(due_at=timezone.now() - timedelta(hours=1))
    heartbeats.beat(heartbeats.LANE)


def be_silent(cluster, seconds: float) -> None:
    cluster.seen_at -= seconds


def test_one_that_is_silent_while_work_is_overdue_is_frozen(cluster, overdue, settings):
    assert supervision._trouble(cluster) == ""
    be_silent(cluster, settings.FROZEN_SECONDS + 1)
    assert supervision._trouble(cluster) == "is frozen"


def test_one_that_shows_life_is_well_however_much_is_overdue(cluster, overdue, settings):
    be_silent(cluster, settings.FROZEN_SECONDS + 1)
    show_life(cluster)
    assert supervision._trouble(cluster) == ""


@pytest.mark.django_db
def test_one_that_has_nothing_to_do_may_be_silent(cluster, settings):
    be_silent(cluster, 100 * settings.FROZEN_SECONDS)
    assert supervision._trouble(cluster) == ""


@pytest.mark.django_db
def test_one_that_has_ended_is_replaced_too(cluster):
    cluster.process.kill()
    cluster.process.wait()
    assert supervision._trouble(cluster) == "ended with code -9"
