"""How long the page of a step and its preview take on the server, for an action path with 127 fields.

    python -m tests.benchmarks.step_page [--rounds 30] [--profile]

Processor time of the web process, and time by the clock, each the best and the median of all rounds. It
makes a database of its own, with 40 flows and 60 runs.
"""

import argparse
import cProfile
import os
import pstats
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

from tests.benchmarks.scratch import scratch
from tests.benchmarks.table import number, table

TARGETS = {"page": 100, "preview": 150}
KINDS: list[dict[str, Any]] = [
    {"type": "string", "description": "What the other system calls it.", "examples": ["Concrete footings"]},
    {"type": ["number", "null"], "minimum": 0, "description": "In the currency of the job."},
    {"type": "string", "format": "date"},
    {"enum": ["CY", "SF", "EA", "LS"], "default": "EA", "description": "The unit of measure."},
    {"type": "boolean"},
]


def schema_of_127() -> dict[str, Any]:
    """100 fields of every simple type, three groups of five, and two lists of groups of five."""
    fields = {f"field{at:03}": KINDS[at % len(KINDS)] for at in range(100)}
    group = {"type": "object", "properties": {f"part{at}": KINDS[at] for at in range(5)}}
    groups = {f"group{at}": group for at in range(3)}
    lists = {f"list{at}": {"type": "array", "items": group} for at in range(2)}
    required = ["field000", "field001", "group0"]
    return {"type": "object", "required": required, "properties": fields | groups | lists}


def properties_given() -> dict[str, Any]:
    """A form that somebody filled in: 40 fields, a group and a list."""
    given: dict[str, Any] = {"field000": {"mode": "expression", "value": "flow.trigger.data.name"}}
    for at in range(1, 40):
        text = ("flow.trigger.data.name", "flow.trigger.data.amount * 2", "'2026-01-31'", "'CY'", "true")[at % 5]
        given[f"field{at:03}"] = {"mode": "expression", "value": text, "include": True}
    part = {"part0": {"mode": "text", "value": "Footings"}}
    mapped = {"mode": "array_map", "list": "flow.trigger.data.lines", "item": {"mode": "object", "properties": part}}
    return given | {"group0": {"mode": "object", "properties": part}, "list0": mapped | {"include": True}}


def scene() -> tuple[Any, dict[str, str]]:
    """A browser that is logged in, and the addresses of the page and of its preview."""
    from django.urls import reverse

    from flows import engine
    from tests import cast, making

    harbour = cast.make_integration()
    owner = cast.make_member(harbour, "olga", "owner")
    vista = making.make_connection(harbour, making.make_connector("Vista"))
    schema = schema_of_127()
    wide = making.make_action_path(vista.connector, input_schema=schema, key="a/b/wide")
    step = making.action_step(vista, wide, "send", properties=properties_given())
    for at in range(40):
        making.make_draft(harbour, step, name=f"Flow {at}")
    flow = making.make_flow(harbour, making.map_step(), step, name="Wide")
    for at in range(60):
        making.make_run(flow, {"name": f"Pier {at}", "amount": at, "lines": [{"a": 1}, {"a": 2}]})
    while engine.advance_due_runs():
        pass
    kwargs = {"integration": harbour.slug, "flow": flow.slug, "step": "send"}
    addresses = {"page": reverse("step-edit", kwargs=kwargs), "preview": reverse("step-preview", kwargs=kwargs)}
    return cast.client_of(owner), addresses


def calls(browser: Any, addresses: dict[str, str]) -> dict[str, Callable[[], Any]]:
    from tests.pages.forms import controls_of

    html = browser.get(addresses["page"]).content.decode()
    form = controls_of(html, "step-form") | {"sample": "pasted", "sample_data": '{"name": "Pier", "amount": 7}'}
    print(f"The page has {len(html):,} characters, the form {len(form)} controls.")
    return {"page": lambda: browser.get(addresses["page"]), "preview": lambda: browser.post(addresses["preview"], form)}


def measured(call: Callable[[], Any], rounds: int) -> tuple[list[float], list[float]]:
    """Milliseconds of the processor, and by the clock."""
    worked, passed = [], []
    for _ in range(rounds):
        begun, at = time.process_time(), time.perf_counter()
        answer = call()
        worked.append((time.process_time() - begun) * 1000)
        passed.append((time.perf_counter() - at) * 1000)
        assert answer.status_code == 200, answer
    return worked, passed


def queries_of(call: Callable[[], Any]) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        call()
    return len(queries)


def profile(call: Callable[[], Any], rounds: int) -> None:
    profiler = cProfile.Profile()
    profiler.enable()
    for _ in range(rounds):
        call()
    profiler.disable()
    pstats.Stats(profiler, stream=sys.stdout).sort_stats("tottime").print_stats(25)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--profile", action="store_true", help="also say where the time goes")
    options = parser.parse_args()
    with scratch() as variables:
        os.environ.update(variables, ALLOWED_HOSTS="testserver")
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        call_command("collectstatic", verbosity=0, interactive=False)
        rows = []
        for name, call in calls(*scene()).items():
            call()
            worked, passed = measured(call, options.rounds)
            figures = [f"{number(min(each))} / {number(statistics.median(each))}" for each in (worked, passed)]
            rows.append((name, *figures, TARGETS[name], queries_of(call)))
            if options.profile:
                profile(call, options.rounds)
        print(table(("what", "processor ms, best / median", "clock ms", "target ms", "queries"), rows))


if __name__ == "__main__":
    main()
