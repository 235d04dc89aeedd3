"""Isolation: nothing that one crossing does can be seen by the next, of whatever run or integration."""

import pytest

from flows.expressions import EvaluationError
from tests.flows.expressions.making import value_of

# What one run does, what the next would see of it, and what it must see.
ATTACKS = {
    "a polluted prototype": ("Object.prototype.admin = true; return 1", "({}).admin ?? 'clean'", "clean"),
    "an array's prototype": ("Array.prototype.map = () => 'mine'; return 1", "[1].map((n) => n)", [1]),
    "toJSON for everything": (
        "Object.prototype.toJSON = () => 'mine'; return 1",
        "({ a: flow.trigger.data.secret })",
        {"a": "s"},
    ),
    "a redefined global": ("Math = { max: () => 99 }; return 1", "Math.max(1, 2)", 2),
    "a redefined built-in": ("JSON.parse = () => 'mine'; return 1", "JSON.parse('[1]')", [1]),
    "a redefined library": ("_.sum = () => 99; return 1", "_.sum([1, 2])", 3),
    "a library's prototype": (
        "dayjs.prototype.format = () => 'mine'; return 1",
        "dayjs('2026-03-05').format('DD')",
        "05",
    ),
    "a plugin": (
        "dayjs.extend((o, c) => { c.prototype.format = () => 'mine' }); return 1",
        "dayjs('2026-03-05').format('DD')",
        "05",
    ),
    "a locale": ("dayjs.locale({ name: 'x', months: [] }); return 1", "dayjs('2026-03-05').format('MMM')", "Mar"),
    "a numeral default": (
        "numeral.defaultFormat('0000'); numeral.zeroFormat('none'); return 1",
        "numeral(0).format()",
        "0",
    ),
    "a template setting": (
        "_.templateSettings.interpolate = /x(.)x/; return 1",
        "_.template('<%= a %>')({ a: 1 })",
        "1",
    ),
    "a global variable": ("stash = flow.trigger.data.secret; return 1", "typeof stash", "undefined"),
    "a var": ("var stash = 1", "typeof stash", "undefined"),
    "a stashed closure": (
        "globalThis.peek = (() => { const d = flow.trigger.data; return () => d })(); return 1",
        "typeof peek",
        "undefined",
    ),
    "a stash on a helper's result": (
        "flow.trigger.data.stash = 1; return 1",
        "flow.trigger.data.stash ?? 'clean'",
        "clean",
    ),
    "a stash on a function": ("flow.step.stash = 1; return 1", "flow.step.stash ?? 'clean'", "clean"),
    "a stash in a registry of symbols": (
        "Symbol.for('x').description; Symbol.prototype.stash = 'mine'; return 1",
        "Symbol.for('x').stash ?? 'clean'",
        "clean",
    ),
    "a timer": ("queueMicrotask(() => { globalThis.late = 1 }); return 1", "globalThis.late ?? 'clean'", "clean"),
    "a promise": (
        "Promise.resolve().then(() => { globalThis.late = 1 }); return 1",
        "globalThis.late ?? 'clean'",
        "clean",
    ),
    "the last match of a pattern": ("/(s)/.exec(flow.trigger.data.secret); return 1", "RegExp.$1 || 'clean'", "clean"),
    "a pattern's place": ("globalThis.r = /a/g; r.test('aa'); return 1", "/a/g.lastIndex", 0),
    "a hook on errors": (
        "Error.prepareStackTrace = () => 'mine'; return 1",
        "new Error('x').stack === 'mine'",
        False,
    ),
    "a frozen world": (
        "Object.freeze(Object.prototype); Object.freeze(Array.prototype); return 1",
        "const o = {}; o.toString = 1; return o.toString",
        1,
    ),
    "a getter in the way": (
        "Object.defineProperty(Object.prototype, 'data', { get() { return 'mine' } }); return 1",
        "flow.trigger.data.secret + ''",
        "s",
    ),
    "a random seed": (
        "Math.random = () => 0.5; crypto.getRandomValues = (a) => a; return 1",
        "Math.random() === 0.5",
        False,
    ),
    "a unique id": ("uuid.v4 = () => 'same'; return 1", "uuid.v4() === 'same'", False),
    "an end by force": ("for (;;) Object.prototype.x = 1", "({}).x ?? 'clean'", "clean"),
    "an end by hunger": (
        "Object.prototype.x = 1; const a = []; for (;;) a.push('x'.repeat(1e6))",
        "({}).x ?? 'clean'",
        "clean",
    ),
}


@pytest.mark.parametrize(("attack", "probe", "expected"), ATTACKS.values(), ids=ATTACKS.keys())
def test_the_next_run_sees_nothing_of_it(quick, attack, probe, expected):
    value_of("_.sum([1]) + dayjs().year() + numeral(1).value()", {})  # so that the libraries are loaded
    try:
        value_of(attack, {"secret": "s"})
    except EvaluationError as error:
        assert "took more" in str(error) or "not ready" in str(error) or "memory" in str(error)
    for _ in range(4):  # longer than the stock of children that were made before
        assert value_of(probe, {"secret": "s"}) == expected


def test_the_data_of_one_integration_is_not_in_the_process_of_another():
    value_of("flow.trigger.data.secret + ''", {"secret": "of the first"})
    everything = "JSON.stringify([Object.keys(globalThis), flow.trigger.data, Object.keys(flow.trigger)])"
    assert "of the first" not in value_of(everything, {"other": 1})


def test_no_two_runs_draw_the_same_random_numbers():
    draws = [value_of("[Math.random(), uuid.v4(), crypto.randomUUID(), _.random(1e9)].join()") for _ in range(12)]
    parts = [set(column) for column in zip(*(draw.split(",") for draw in draws), strict=True)]
    assert [len(column) for column in parts] == [12, 12, 12, 12]


def test_random_numbers_are_spread_evenly():
    counts = value_of("_.countBy(_.times(6000, () => Math.floor(Math.random() * 6)))")
    assert sorted(counts) == ["0", "1", "2", "3", "4", "5"]
    assert all(800 < count < 1200 for count in counts.values())
