"""Finished runs by the hundred thousand: copies of one real run, made inside the database."""

from django.db import connection, models

from flows.models import Action, Attempt, Run, RunLogEntry, StepResult

BATCH = 50_000
# In the order in which they may be copied: each with the field that leads to its run.
PARTS: dict[type[models.Model], str] = {
    Run: "pk",
    StepResult: "run",
    Action: "run",
    Attempt: "action__run",
    RunLogEntry: "run",
}
# The columns that lead from one part to another, and whose ids they hold.
LINKS: dict[str, type[models.Model]] = {"run_id": Run, "step_result_id": StepResult, "action_id": Action}
COPY = """
    WITH RECURSIVE numbers(n) AS (SELECT {first} UNION ALL SELECT n + 1 FROM numbers WHERE n < {last})
    INSERT INTO {table} ({columns}) SELECT {values} FROM {table}, numbers WHERE id = {original}
"""
# One second earlier each, so that an index by time is as deep and as mixed as it would be.
EARLIER = {
    "sqlite": "datetime(created_at, '-' || n || ' seconds')",
    "postgresql": "created_at - n * interval '1 second'",
}


def add_history(template: Run, count: int) -> None:
    """Store `count` copies of a finished run of one action, with all that belongs to it.

    For a database where nobody else starts a run meanwhile.
    """
    bases = {model: _highest_id(model) for model in LINKS.values()}
    for first in range(1, count + 1, BATCH):
        last = min(first + BATCH - 1, count)
        for model, owner in PARTS.items():
            for original in model.objects.filter(**{owner: template.pk}).values_list("pk", flat=True):
                _copy(model, original, first, last, bases)
    if connection.vendor == "postgresql":
        _tell_postgresql(bases)
    else:
        _empty_write_ahead_log()


def _highest_id(model: type[models.Model]) -> int:
    return model.objects.aggregate(highest=models.Max("pk"))["highest"]


def _copy(model: type[models.Model], original: int, first: int, last: int, bases: dict) -> None:
    values = {field.column: _value(model, field.column, bases) for field in model._meta.local_concrete_fields}
    values = {column: value for column, value in values.items() if value}
    statement = COPY.format(
        table=model._meta.db_table,
        columns=", ".join(values),
        values=", ".join(values.values()),
        first=first,
        last=last,
        original=original,
    )
    with connection.cursor() as cursor:
        cursor.execute(statement)


def _value(model: type[models.Model], column: str, bases: dict) -> str:
    """What a copy's column gets, in SQL; "" for an id that the database gives."""
    if column == "id":
        return f"{bases[model]} + n" if model in bases else ""
    if column in LINKS:
        return f"{bases[LINKS[column]]} + n"
    return EARLIER[connection.vendor] if column == "created_at" else column


def _tell_postgresql(bases: dict) -> None:
    """Where its ids go on, and what autovacuum would have found out in time."""
    with connection.cursor() as cursor:
        for model in bases:
            table = model._meta.db_table
            cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))")
        for model in PARTS:
            cursor.execute(f"VACUUM ANALYZE {model._meta.db_table}")


def _empty_write_ahead_log() -> None:
    """Or the first who write would be measured copying gigabytes of it."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
