"""One integration with everything in it: a connection, a published flow, its run, and a failed action."""

from types import SimpleNamespace

import pytest
from django.core.cache import cache

from flows import lane
from flows.models import Action
from tests.api.calling import Program
from tests.making import action_step, make_action_path, make_connection, make_connector, make_flow, make_run, map_step


@pytest.fixture(autouse=True)
def _nobody_was_throttled():
    cache.clear()


@pytest.fixture
def scene(harbour) -> SimpleNamespace:
    connector = make_connector("Vista", base_url="https://vista.example")
    action_path = make_action_path(connector, key="job-cost/phases/add")
    # Nothing answers at this address: what is sent there fails at once.
    connection = make_connection(harbour, connector, "http://127.0.0.1:9", name="Vista north")
    flow = make_flow(harbour, action_step(connection, action_path), name="Job phases")
    run = make_run(flow)
    lane.work()
    action = Action.objects.get()
    assert (action.status, action.needs_review) == ("Failed", True)
    return SimpleNamespace(
        integration=harbour,
        connector=connector,
        action_path=action_path,
        connection=connection,
        flow=flow,
        run=run,
        action=action,
    )


@pytest.fixture
def mapping_flow(harbour):
    """A published flow that calls nobody."""
    return make_flow(harbour, map_step(), name="Copy phases")


@pytest.fixture
def visitor(db) -> Program:
    return Program(None)


@pytest.fixture
def as_olga(olga) -> Program:
    return Program(olga)


@pytest.fixture
def as_bo(bo) -> Program:
    return Program(bo)


@pytest.fixture
def as_opal(opal) -> Program:
    return Program(opal)


@pytest.fixture
def as_vic(vic) -> Program:
    return Program(vic)


@pytest.fixture
def as_sam(sam) -> Program:
    return Program(sam)
