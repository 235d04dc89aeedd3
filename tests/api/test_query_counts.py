"""A list costs the same few queries however long it is."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from flows import lane
from flows.commands.flows import publish
from tests.making import action_step, make_connection, make_flow, make_run, map_step

HARBOUR = "integrations/harbour-bridge/"


def grow(scene, bo):
    """Some more of everything."""
    for number in range(3):
        other = make_connection(scene.integration, scene.connector, name=f"Vista {number}")
        flow = make_flow(scene.integration, action_step(other, scene.action_path), map_step(), name=f"Flow {number}")
        publish(actor=bo, flow=flow)
        make_run(flow)
        make_run(scene.flow)
        publish(actor=bo, flow=scene.flow)
    lane.work()


# Two of them find the token with its user, and the membership with its integration.
LISTS = [
    ("integrations/", 2),
    ("connectors/", 2),
    ("connectors/vista/action-paths/", 3),
    (f"{HARBOUR}connections/", 3),
    (f"{HARBOUR}flows/", 3),
    (f"{HARBOUR}flows/job-phases/versions/", 4),
    (f"{HARBOUR}runs/", 3),
    (f"{HARBOUR}runs/?flow=job-phases&status=Failed", 4),
    (f"{HARBOUR}actions/", 3),
    (f"{HARBOUR}actions/?needs_review=true&connection=Vista+north&flow=job-phases", 6),
]
ONES = [
    (HARBOUR, 3),
    ("connectors/vista/", 2),
    ("connectors/vista/action-paths/job-cost/phases/add/", 2),
    (f"{HARBOUR}connections/{{connection}}/", 3),
    (f"{HARBOUR}flows/job-phases/", 4),
    (f"{HARBOUR}flows/job-phases/draft/", 3),
    (f"{HARBOUR}flows/job-phases/versions/1/", 4),
    (f"{HARBOUR}runs/{{run}}/", 5),
    (f"{HARBOUR}actions/{{action}}/", 5),
]


@pytest.mark.parametrize(("path", "queries"), LISTS)
def test_lists_do_not_ask_row_by_row(as_vic, scene, bo, path, queries):
    short = counted(as_vic, path, queries)
    grow(scene, bo)
    long = counted(as_vic, path, queries)
    assert len(long) >= len(short) >= 1


def counted(program, path, queries):
    with CaptureQueriesContext(connection) as captured:
        answer = program.get(path)
    assert len(captured) == queries, [query["sql"] for query in captured]
    return answer.body["results"]


@pytest.mark.parametrize(("path", "queries"), ONES)
def test_one_costs_few_queries(as_vic, scene, django_assert_num_queries, path, queries):
    from flows.engine import version_of

    version_of.cache_clear()
    address = path.format(connection=scene.connection.pk, run=scene.run.pk, action=scene.action.pk)
    with django_assert_num_queries(queries):
        assert as_vic.get(address).status == 200
