"""What a hundred thousand waiting actions cost: nothing that grows with their number."""

import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection as database
from django.utils import timezone

from flows import processing, readiness, supervision
from flows.engine import advance_due_runs
from flows.models import Action, Pace
from flows.sweep import sweep
from tests.making import action_step, make_action, make_connection, make_flow, make_run

MANY = 100_000
SYSTEMS = 20
# The supervisor sweeps once a second: one percent of a core.
ONE_PERCENT = 0.01
TABLES = ("flows_action", "flows_run")


@pytest.fixture
def run(integration, vista, add_phase):
    run = make_run(make_flow(integration, action_step(vista, add_phase)))
    type(run).objects.filter(pk=run.pk).update(due_at=None)
    return run


@pytest.fixture
def retries(integration, vista, add_phase, run):
    """Over twenty connections, due within the next day."""
    template = make_action(run, vista, add_phase, status=Action.Status.PENDING_RETRY, due_at=timezone.now())
    others = [
        make_connection(integration, vista.connector, name=f"System {number}").pk for number in range(SYSTEMS - 1)
    ]
    multiply(template, MANY, connections=[vista.pk, *others])
    Action.objects.filter(pk=template.pk).update(due_at=timezone.now() + timedelta(hours=1))


@pytest.fixture
def held_back(vista, add_phase, run):
    """All due, and their connection is paused."""
    now = timezone.now()
    Pace.objects.create(connection=vista, paused_at=now, closed_at=now, closed_until=now + timedelta(minutes=1))
    multiply(make_action(run, vista, add_phase, due_at=now), MANY, connections=[vista.pk], spread=0)


def multiply(template: Action, count: int, *, connections: list[int], spread: int = 86_000) -> None:
    """Copies of a row, in the database itself; due one after the other within `spread` seconds from in a minute."""
    columns = [field.column for field in Action._meta.concrete_fields if not field.primary_key]
    quoted = ", ".join(f'"{column}"' for column in columns)
    later = {
        "sqlite": f"strftime('%Y-%m-%d %H:%M:%f', due_at, '+' || (n % {spread} + 60) || ' seconds')",
        "postgresql": f"due_at + make_interval(secs => n % {spread} + 60)",
    }[database.vendor]
    changed = {
        "connection_id": f"{min(connections)} + n % {len(connections)}",
        "due_at": later if spread else "due_at",
    }
    chosen = ", ".join(changed.get(column, f'"{column}"') for column in columns)
    with database.cursor() as cursor:
        cursor.execute(
            f"WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {count}) "
            f"INSERT INTO flows_action ({quoted}) SELECT {chosen} FROM flows_action, numbers WHERE id = {template.pk}"
        )
        cursor.execute("ANALYZE")


def look() -> None:
    """What the background asks, again and again, while nothing may go out."""
    advance_due_runs()
    assert processing.start_due_actions(None, 64) == []
    assert not readiness.opens_within(1, timezone.now())
    assert not supervision._work_is_overdue()
    sweep()


def plans_of(work: Callable[[], None]) -> list[tuple[str, str]]:
    """(statement, its plan) for all that is asked of the tables of work, with the very parameters."""
    asked = []

    def note(execute, sql, params, many, context):
        if not many and any(table in sql for table in TABLES) and not sql.startswith("INSERT"):
            asked.append((sql, params))
        return execute(sql, params, many, context)

    with database.execute_wrapper(note):
        work()
    return [(sql, plan_of(sql, params)) for sql, params in asked]


def plan_of(sql: str, params) -> str:
    explain = "EXPLAIN QUERY PLAN" if database.vendor == "sqlite" else "EXPLAIN"
    with database.cursor() as cursor:
        if database.vendor == "postgresql":
            # It walks small tables however good their indexes are.
            cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"{explain} {sql}", params)
        return "\n".join(str(row[-1]) for row in cursor.fetchall())


def walks_a_table(plan: str) -> bool:
    """One of the tables of work, from end to end. Their aliases are theirs, or U0, U1 ... in subqueries."""
    for line in plan.splitlines():
        is_scan = "Seq Scan on flows_" in line or (line.startswith("SCAN") and "INDEX" not in line)
        if is_scan and any(table in line for table in (*TABLES, "SCAN U")):
            return True
    return False


def cost_of(work: Callable[[], None], times: int = 20) -> float:
    """Seconds for the quickest of some rounds, so that what else the machine does is not counted."""
    rounds = []
    for _ in range(times):
        began = time.monotonic()
        work()
        rounds.append(time.monotonic() - began)
    return min(rounds)


@pytest.mark.parametrize("waiting", ["retries", "held_back"])
def test_every_look_for_work_goes_along_an_index(waiting, request):
    request.getfixturevalue(waiting)
    plans = plans_of(look)
    assert len(plans) > 5
    assert [(sql, plan) for sql, plan in plans if walks_a_table(plan)] == []


@pytest.mark.parametrize("waiting", ["retries", "held_back"])
def test_they_cost_no_more_than_one_percent_of_a_core(waiting, run, request):
    without = cost_of(sweep)
    request.getfixturevalue(waiting)
    assert cost_of(sweep) - without < ONE_PERCENT


def test_taking_some_of_many_goes_along_an_index(vista, held_back):
    Pace.objects.all().delete()
    plans = plans_of(lambda: processing._claim("a worker", 24))
    assert [(sql, plan) for sql, plan in plans if walks_a_table(plan)] == []
    assert Action.objects.filter(status=Action.Status.PROCESSING).count() == vista.concurrency


def test_the_first_of_many_that_are_due_together_are_found_without_sorting(vista, held_back):
    mine = readiness.due_actions(timezone.now()).filter(connection=vista)
    plan = plan_of(*mine.order_by("due_at", "pk")[:8].query.sql_with_params())
    assert "action_due" in plan
    assert "Sort" not in plan
    assert "TEMP B-TREE" not in plan
