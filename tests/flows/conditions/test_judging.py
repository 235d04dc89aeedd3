"""What an error condition says of failures: the same for one and for many at once."""

from dataclasses import replace

import pytest

from flows.conditions.judging import Judgement, judge, judge_each, needs_its_run
from flows.expressions import Scope, sandbox

SCOPE = Scope(trigger={}, steps={}, config={"busy": 503})
BUSY = {"status": 503, "result": {"code": "503", "errors": [{"text": "busy"}]}}
CLOSED = {"status": 422, "result": {"code": "422", "errors": [{"text": "closed"}]}}


@pytest.mark.parametrize(
    ("condition", "of_busy", "of_closed"),
    [
        ("flow.mapItem().status === 503", True, False),
        ("return flow.loopItem().status === flow.config.busy;", True, False),
        (
            "flow.mapItem().status",
            "must be true or false, and gave a number.",
            "must be true or false, and gave a number.",
        ),
        ("flow.mapItem().result", "gave an object", "gave an object"),
        ("flow.mapItem().nothing", "gave nothing", "gave nothing"),
        ("flow.mapItem().result.errors", "gave a list", "gave a list"),
        ("flow.mapItem().result.code", "gave text", "gave text"),
        ("flow.mapItem().status === 503 || flow.mapItem().x.y", True, "`flow.mapItem().x` was missing in this run"),
        ("flow.mapItem(", "can't be evaluated: Line 1", "can't be evaluated: Line 1"),
        ("", "the expression is empty", "the expression is empty"),
    ],
)
def test_a_failure_is_retried_only_where_the_condition_is_true(condition, of_busy, of_closed):
    at_once = judge_each(condition, [BUSY, CLOSED], SCOPE)
    one_by_one = [judge(condition, replace(SCOPE, map_item=item)) for item in (BUSY, CLOSED)]
    assert at_once == one_by_one
    for judgement, expected in zip(at_once, (of_busy, of_closed), strict=True):
        if isinstance(expected, bool):
            assert judgement == Judgement(expected)
        else:
            assert not judgement.matches
            assert expected in judgement.problem


def test_twenty_failures_take_one_crossing(monkeypatch):
    crossings = []
    answers = sandbox.answers
    monkeypatch.setattr(sandbox, "answers", lambda *given: crossings.append(given) or answers(*given))
    assert len(judge_each("flow.mapItem().status > 500", [BUSY, CLOSED] * 10, SCOPE)) == 20
    assert len(crossings) == 1


def test_none_of_nothing():
    assert judge_each("true", [], SCOPE) == []


@pytest.mark.parametrize(
    ("condition", "needs"),
    [
        ("flow.mapItem().status === 503", False),
        ("flow.config.busy === flow.mapItem().status", False),
        ('flow.mapItem().result.errors[0].text.includes("in use by this user, with flow.trigger.data")', False),
        ("flow.trigger.data.urgent === true", True),
        ('flow.step("map").output[0].urgent', True),
        ("`${flow.trigger.data.urgent}` === 'true'", True),
        ("/'/.test(flow.trigger.data.code) || /'/.test('')", True),
        ("'it\\'s' + flow.trigger.data.code + 'x'", True),
        ('flow["trigger"].data.urgent', True),
    ],
)
def test_whether_a_condition_asks_for_its_own_run(condition, needs):
    assert needs_its_run(condition) is needs
