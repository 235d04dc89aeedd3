"""Group commit: runs that arrive together share a transaction, and no failure."""

import threading
from collections import Counter
from collections.abc import Callable, Sequence

import pytest
from django.db import IntegrityError, connections, transaction

from flows.commands import intake
from flows.commands.runs import start_run
from flows.models import Flow, Run
from tests.making import make_flow, make_integration, map_step
from tests.servers import eventually


@pytest.fixture
def flow(transactional_db):
    return make_flow(make_integration(), map_step())


def new_run(flow: Flow, data: object = None) -> Run:
    return Run(integration_id=flow.integration_id, flow=flow, version_id=flow.published_id, trigger_data=data)


def all_at_once(stores: Sequence[Callable[[], object]]) -> list[object]:
    """What each gave or raised, when all had arrived before the first was stored."""
    ends: list[object] = [None] * len(stores)

    def run(number: int) -> None:
        try:
            ends[number] = stores[number]()
        except Exception as error:
            ends[number] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[number]) for number in range(len(stores))]
    with intake._storing:
        for thread in threads:
            thread.start()
        eventually(lambda: len(intake._arrivals) == len(stores))
    for thread in threads:
        thread.join()
    return ends


def test_runs_that_arrive_together_are_stored_together_each_with_its_own_data(flow, monkeypatch):
    stored, insert = [], intake._insert
    monkeypatch.setattr(intake, "_insert", lambda runs: (stored.append(len(runs)), insert(runs)))
    starts = [lambda code=code: start_run(flow=flow, data={"code": code}, trigger_kind="webhook") for code in range(12)]
    runs = all_at_once(starts)
    assert stored == [12]
    assert Counter(run.pk for run in runs) == Counter(Run.objects.values_list("pk", flat=True))
    assert [Run.objects.get(pk=run.pk).trigger_data["code"] for run in runs] == list(range(12))


def test_one_that_can_not_be_stored_takes_no_other_with_it(flow):
    nowhere = new_run(flow)
    nowhere.version_id = 0
    good = [new_run(flow), new_run(flow)]
    ends = all_at_once([lambda run=run: intake.store(run) for run in (good[0], nowhere, good[1])])
    assert [type(end) for end in ends] == [type(None), IntegrityError, type(None)]
    assert set(Run.objects.all()) == set(good)


def test_inside_a_transaction_it_is_part_of_that(flow):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        intake.store(new_run(flow))
        raise ZeroDivisionError
    assert not Run.objects.exists()
