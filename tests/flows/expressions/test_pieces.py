"""Only what expressions can ask for travels to the sandbox; where the text leaves doubt, everything does."""

import pytest

from flows.expressions import Scope
from flows.expressions.pieces import gathered, libraries

SCOPE = Scope(
    trigger={"data": {"a": 1, "b": 2, "toString": 3}, "event": {"e": 1}},
    steps={"x": {"output": {"p": 1, "q": 2}, "status": "S"}, "y": {"output": [1]}},
    config={"c": 1},
    workspace={"id": "w"},
    flow={"url": "f"},
    map_item={"m": 1},
)
EVERYTHING = ["data", "event", "config", "flow", "workspace", "item", "step x", "step y"]


@pytest.mark.parametrize(
    ("source", "pieces"),
    [
        ("1 + 1", {}),
        ("flow.trigger.data.a + 1", {"data": {"a": 1}}),
        ("flow.trigger.data?.a + flow . trigger . data . b", {"data": {"a": 1, "b": 2}}),
        ("Object.keys(flow.trigger.data)", {"data": SCOPE.trigger["data"]}),
        ("flow.trigger.data['a']", {"data": SCOPE.trigger["data"]}),
        ("flow.trigger.data.toString()", {"data": SCOPE.trigger["data"]}),
        ("flow.trigger.data.missing ?? 1", {"data": {}}),
        ("flow.trigger.isCacheCreate()", {"event": {"e": 1}}),
        ("flow.trigger.event.e + 1", {"event": {"e": 1}}),
        ("flow.step('x').output.p + 1", {"step x": {"output": {"p": 1}, "status": "S"}}),
        ('flow.step("x").isActionSuccess()', {"step x": {"output": {"p": 1, "q": 2}, "status": "S"}}),
        ("flow.step('y').output[0]", {"step y": {"output": [1]}}),
        (
            "flow.config.c + flow.info().url + workspace.info().id",
            {"config": {"c": 1}, "flow": {"url": "f"}, "workspace": {"id": "w"}},
        ),
        ("flow.mapItem().m + flow.loopItem().m", {"item": {"m": 1}}),
        ("flow.todo('x')", {}),
        ("flow.trigger.data.hasOwnProperty?.('b')", {"data": SCOPE.trigger["data"]}),
        ("(flow.trigger.data.valueOf)().b", {"data": SCOPE.trigger["data"]}),
        ("flow.trigger.data.a\u0301 + 1", {"data": SCOPE.trigger["data"]}),
    ],
)
def test_an_expression_is_given_what_it_names(source, pieces):
    assert dict(gathered([source], SCOPE)) == pieces


@pytest.mark.parametrize(
    "source",
    [
        "const f = flow; f.trigger",
        "flow['trigger']",
        "fl\\u006fw.config",
        "eval('fl' + 'ow')",
        "globalThis.x",
        "flow.toString()",
        "`${flow}`",
        "this.y",
        "flow /* c */ .config",
        "[].map.constructor('return flow')()",
        "// name of the workspace.\nflow.trigger.data.b + 1",
        "_.template(flow.config.c)({})",
    ],
)
def test_where_the_text_leaves_doubt_everything_travels(source):
    assert [name for name, _ in gathered([source], SCOPE)] == EVERYTHING


@pytest.mark.parametrize("source", ["flow.step(id).output", "flow.step('a' + b)", "flow.step(`x`)", "flow.step"])
def test_a_step_that_is_computed_brings_all_steps(source):
    assert {"step x", "step y"} <= {name for name, _ in gathered([source], SCOPE)}


def test_libraries_are_named_only_where_used():
    assert libraries(["1 + 1", "flow.trigger.data._x"]) == ""
    assert libraries(["_.sum([1])", "dayjs().tz('UTC')", "x.toLocaleString()"]) == "Intl _ dayjs"
