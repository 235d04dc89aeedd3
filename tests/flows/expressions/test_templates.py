"""Templates: values put together from text, expressions, objects, lists and array maps."""

from decimal import Decimal

import pytest

from flows.expressions import EvaluationError, evaluate, evaluate_many, stock
from flows.expressions.templates import TemplateError, compiled, units
from tests.flows.expressions.making import array_map, expression, fields, make_scope

ORDER = """{"id": 12345678901234567890, "lines": [
    {"code": "a", "amount": 0.10, "parts": [{"n": 1}, {"n": 2}]},
    {"code": "b", "amount": 2.50, "parts": []}
]}"""


@pytest.fixture
def crossings(monkeypatch):
    """How often the sandbox was asked."""
    made = []
    real = stock.cross
    monkeypatch.setattr(stock, "cross", lambda *arguments: made.append(arguments) or real(*arguments))
    return made


def test_all_modes_make_one_value_in_one_crossing(crossings):
    template = fields(
        text={"mode": "text", "value": "{{ not a template }}"},
        constant={"mode": "constant", "value": {"a": Decimal("1.10")}},
        exact=expression("flow.trigger.data.id"),
        computed=expression("flow.trigger.data.lines.length * 2"),
        items={"mode": "list", "items": [expression("1 + 1"), {"mode": "constant", "value": None}]},
        nested=fields(code=expression("_.toUpper(flow.trigger.data.lines[0].code)")),
    )
    assert evaluate(template, make_scope(ORDER)).value == {
        "text": "{{ not a template }}",
        "constant": {"a": Decimal("1.10")},
        "exact": 12345678901234567890,
        "computed": 4,
        "items": [2, None],
        "nested": {"code": "A"},
    }
    assert len(crossings) == 1


def test_an_array_map_gives_each_element_to_its_item(crossings):
    item = fields(
        code=expression("flow.mapItem().code"),
        amount=expression("flow.mapItem().amount"),
        label=expression("`${flow.mapItem().code}-${flow.trigger.data.lines.length}`"),
        order=expression("flow.trigger.data.id"),
    )
    value = evaluate(array_map("flow.trigger.data.lines", item), make_scope(ORDER)).value
    assert value == [
        {"code": "a", "amount": Decimal("0.10"), "label": "a-2", "order": 12345678901234567890},
        {"code": "b", "amount": Decimal("2.50"), "label": "b-2", "order": 12345678901234567890},
    ]
    assert str(value[0]["amount"]) == "0.10"
    assert len(crossings) == 1


def test_a_list_worked_out_in_javascript_is_mapped_in_the_same_crossing(crossings):
    item = fields(
        n=expression("flow.mapItem().n"),
        order=expression("flow.trigger.data.id"),
        tag={"mode": "text", "value": "x"},
    )
    template = array_map("flow.trigger.data.lines.flatMap((line) => line.parts)", item)
    assert evaluate(template, make_scope(ORDER)).value == [
        {"n": 1, "order": 12345678901234567890, "tag": "x"},
        {"n": 2, "order": 12345678901234567890, "tag": "x"},
    ]
    assert len(crossings) == 1


@pytest.mark.parametrize("outer", ["flow.trigger.data.lines", "flow.trigger.data.lines.filter((line) => line.code)"])
@pytest.mark.parametrize("inner", ["flow.mapItem().parts", "flow.mapItem().parts.map((part) => part)"])
@pytest.mark.parametrize("leaf", ["flow.mapItem().n", "flow.mapItem().n + 0"])
def test_array_maps_nest_whoever_works_them_out(outer, inner, leaf):
    template = array_map(
        outer,
        fields(code=expression("flow.mapItem().code"), parts=array_map(inner, fields(n=expression(leaf)))),
    )
    assert evaluate(template, make_scope(ORDER)).value == [
        {"code": "a", "parts": [{"n": 1}, {"n": 2}]},
        {"code": "b", "parts": []},
    ]


def test_a_map_over_a_map_or_a_list_of_values():
    parts = array_map("flow.trigger.data.lines", expression("flow.mapItem().code + '!'"))
    over_map = array_map(parts, expression("flow.mapItem().toUpperCase()"))
    over_list = array_map(
        {"mode": "list", "items": [expression("1 + 1"), {"mode": "constant", "value": 5}]},
        expression("flow.mapItem() * 10"),
    )
    over_object = array_map(fields(a=expression("1 + 1")), expression("flow.mapItem().a + 1"))
    assert evaluate(over_map, make_scope(ORDER)).value == ["A!", "B!"]
    assert evaluate(over_list, make_scope(ORDER)).value == [20, 50]
    assert evaluate(over_object, make_scope(ORDER)).value == [3]


def test_a_single_object_is_mapped_as_a_list_of_one():
    for source in ("flow.trigger.data.lines[0]", "({ ...flow.trigger.data.lines[0] })"):
        assert evaluate(array_map(source, expression("flow.mapItem().code")), make_scope(ORDER)).value == ["a"]


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("flow.trigger.data.absent", "the list to map is undefined"),
        ("flow.trigger.data.absent ?? null", "the list to map is null"),
        ("flow.trigger.data.lines[0].code", "a single value"),
        ("flow.trigger.data.lines.length + 1", "a single value"),
    ],
)
@pytest.mark.parametrize("item", ["flow.mapItem().code", "flow.mapItem().code + 1"])
def test_what_is_no_list_is_refused_at_its_place(source, message, item):
    with pytest.raises(EvaluationError, match=message) as caught:
        evaluate(fields(rows=array_map(source, expression(item))), make_scope(ORDER), place="Body")
    assert [problem.place for problem in caught.value.problems] == ["Body.rows"]


def test_an_undefined_property_is_left_out_and_the_run_log_told():
    template = array_map(
        "flow.trigger.data.lines",
        fields(code=expression("flow.mapItem().code"), note=expression("flow.mapItem().note")),
    )
    evaluation = evaluate(template, make_scope(ORDER), place="lines")
    assert evaluation.value == [{"code": "a"}, {"code": "b"}]
    assert evaluation.warnings == ["`lines[].note`: the value is undefined in 2 places, so the property is left out"]


def test_an_undefined_element_is_null_and_the_whole_is_none():
    elements = {"mode": "list", "items": [expression("flow.trigger.data.absent"), expression("void 0")]}
    evaluation = evaluate(elements, make_scope({}), place="tags")
    assert evaluation.value == [None, None]
    assert "the list has null there" in evaluation.warnings[0]
    whole = evaluate(expression("void 0"), make_scope({}))
    assert (whole.value, whole.missing) == (None, True)


def test_every_problem_is_named_with_its_place_and_the_rest_is_kept_for_the_preview():
    template = fields(
        good=expression("1 + 1"),
        bad=expression("nope + 1"),
        rows=array_map("flow.trigger.data.lines", expression("flow.mapItem().amount.x.y")),
    )
    (evaluation,) = evaluate_many([("Body", template)], make_scope(ORDER))
    assert [problem.place for problem in evaluation.problems] == ["Body.bad", "Body.rows[0]", "Body.rows[1]"]
    assert evaluation.value["good"] == 2
    assert "bad" not in evaluation.value


def test_many_templates_cross_once_and_fail_alone(crossings):
    templates = [("a", expression("1 + 1")), ("b", expression("nope()")), ("c", expression("2 + 2"))]
    first, second, third = evaluate_many(templates, make_scope({}))
    assert (first.value, third.value) == (2, 4)
    assert [problem.place for problem in second.problems] == ["b"]
    assert not first.problems + third.problems
    assert len(crossings) == 1


def test_a_value_that_never_ends_stops_the_step_and_is_the_one_that_is_blamed(quick):
    templates = [("a", expression("1 + 1")), ("b", expression("for (;;);")), ("c", expression("2 + 2"))]
    first, second, third = evaluate_many(templates, make_scope({}))
    assert first.value == 2
    assert "took more than" in second.problems[0].message
    assert "another value of the step was stopped" in third.problems[0].message


@pytest.mark.parametrize(
    "change",
    [
        "flow.trigger.data.lines.sort((a, b) => b.amount - a.amount)[0].code",
        "flow.trigger.data.lines.reverse()[0].code",
        "delete flow.trigger.data.lines[0].code; flow.trigger.data.lines[1].code",
        "flow.trigger.data.lines[0].code = 'b'",
        "_.pullAt(flow.trigger.data.lines, 1)[0].code",
        "_.defaults(flow.trigger.data.lines[0], { note: 'x' }); 'b'",
        "for (flow.trigger.data.lines[0].code of ['b']); 'b'",
        "flow.trigger.data.lines[0].code <<= 1; 'b'",
        "Reflect.deleteProperty(flow.trigger.data.lines[0], 'code'); 'b'",
        "Object.freeze(flow.trigger.data.lines); 'b'",
        "flow.trigger.data.lines['re' + 'verse'](); 'b'",
        "const m = 're' + 'verse'; flow.trigger.data.lines[m]?.(); 'b'",
        "flow.trigger.data.lines['\\x72everse'](); 'b'",
        "flow.trigger.data.lines.rev\\u0065rse(); 'b'",
        "({ toJSON() { return flow.trigger.data.lines.reverse()[0].code } })",
    ],
)
def test_an_expression_that_changes_the_data_changes_it_for_itself_alone(change):
    template = fields(first=expression(change), second=expression("flow.trigger.data.lines.sort()[0].code + ''"))
    assert evaluate(template, make_scope(ORDER)).value == {"first": "b", "second": "a"}


@pytest.mark.parametrize(
    "change",
    [
        "flow.trigger.data.rows.sort((a, b) => b.n - a.n)[0].n",
        "flow.trigger.data.rows.splice(0).length",
        "flow.trigger.data.rows.forEach((row) => { row.n = 0 })",
    ],
)
@pytest.mark.parametrize("source", ["flow.trigger.data.rows ?? []", "flow.trigger.data.rows"])
def test_a_map_goes_over_the_list_as_it_was(source, change):
    item = fields(n=expression("flow.mapItem().n + 0"), other=expression(change))
    rows = evaluate(array_map(source, item), make_scope({"rows": [{"n": 1}, {"n": 3}, {"n": 2}]})).value
    assert [row["n"] for row in rows] == [1, 3, 2]


def test_a_nested_list_that_is_turned_around_is_so_for_its_own_map_alone():
    reversed_list = "flow.mapItem().sub.reverse()"
    item = fields(
        first=array_map(reversed_list, expression("flow.mapItem() + 0")),
        again=array_map(reversed_list, expression("flow.mapItem() + 0")),
        plain=expression("flow.mapItem().sub.join('')"),
    )
    template = array_map("flow.trigger.data.rows ?? []", item)
    assert evaluate(template, make_scope({"rows": [{"sub": [1, 2]}]})).value == [
        {"first": [2, 1], "again": [2, 1], "plain": "12"}
    ]


@pytest.mark.parametrize(
    ("element", "use", "value"),
    [
        ("{ ...line, when: dayjs('2026-03-05') }", "const when = flow.mapItem().when; return when.format('DD')", "05"),
        (
            "{ n: 1n, set: new Set([1]) }",
            "let n = flow.mapItem().n; n += 1n; return [n, flow.mapItem().set.size]",
            [2, 1],
        ),
        ("{ run: () => 7 }", "const run = flow.mapItem().run; run.name = 'x'; return run()", 7),
        (
            "(() => { const ring = {}; ring.self = ring; return ring })()",
            "let ring = flow.mapItem(); ring = ring.self; 'r'",
            "r",
        ),
    ],
)
def test_an_element_keeps_what_has_no_json_form(element, use, value):
    template = array_map(f"[1].map((line) => ({element}))", expression(use))
    assert evaluate(template, make_scope({})).value == [value]


def test_a_field_that_changes_its_element_does_so_for_itself_alone():
    item = fields(
        reversed=expression("flow.mapItem().parts.reverse()[0].n"), first=expression("flow.mapItem().parts[0].n + 0")
    )
    template = array_map("flow.trigger.data.lines.slice(0, 1)", item)
    assert evaluate(template, make_scope(ORDER)).value == [{"reversed": 2, "first": 1}]


@pytest.mark.parametrize(
    ("item", "values"),
    [
        ("if (flow.mapItem() > 4) { var big = 'yes' }; big ?? 'no'", ["yes", "no", "yes"]),
        ("var n; n = (n ?? 0) + flow.mapItem(); n", [5, 1, 7]),
        ("function twice(x) { seen = x; return 2 * x }; twice(flow.mapItem())", [10, 2, 14]),
    ],
)
def test_what_statements_declare_is_theirs_alone(item, values):
    assert evaluate(array_map("[5, 1, 7].concat()", expression(item)), make_scope({})).value == values


def test_a_value_that_declares_a_name_of_a_library_leaves_it_to_the_others():
    template = fields(own=expression("var _ = { sum: () => 99 }; _.sum([1])"), theirs=expression("_.sum([1])"))
    assert evaluate(template, make_scope({})).value == {"own": 99, "theirs": 1}


@pytest.mark.parametrize(
    "expression_of_item",
    [
        "const { id } = flow.mapItem(); return flow.step('stock').output.items.find((s) => s.id === id).qty",
        "const id = flow.mapItem().id, all = flow.step('stock').output.items; return all.find((s) => s.id === id).qty",
        "((items = []) => items.find((s) => s.id === flow.mapItem().id).qty)(flow.step('stock').output.items)",
        "let sum = 0; for (const s of flow.step('stock').output.items) { sum += s.qty; sum++ } return sum",
    ],
)
def test_names_given_to_values_do_not_make_a_map_slow(expression_of_item):
    items = [{"id": number, "qty": 1} for number in range(400)]
    scope = make_scope(
        {"lines": [{"id": number} for number in range(400)]}, steps={"stock": {"output": {"items": items}}}
    )
    template = array_map("flow.trigger.data.lines", fields(qty=expression(expression_of_item)))
    (_, _, changes), *_ = list(units(compiled(template["item"])))
    assert not changes
    assert len(evaluate(template, scope).value) == 400


@pytest.mark.parametrize(
    ("element", "change", "value"),
    [
        ("{ d: new Date(0) }", "flow.mapItem().d.setDate(5)", "new Date(flow.mapItem().d).getDate()"),
        ("Object.assign(Object.create(null), { d: 1 })", "flow.mapItem().d = 7", "flow.mapItem().d + 0"),
    ],
)
def test_dates_and_bare_objects_of_an_element_are_its_fields_own(element, change, value):
    item = fields(changed=expression(f"{change}; 1"), seen=expression(value))
    assert evaluate(array_map(f"[1].map(() => ({element}))", item), make_scope({})).value == [{"changed": 1, "seen": 1}]


def test_a_list_with_holes_keeps_its_length():
    item = expression("let a = flow.mapItem(); a[9] = 1; a.pop(); return flow.mapItem().length")
    assert evaluate(array_map("[Array(3), [1, , 3]]", item), make_scope({})).value == [9, 9]


@pytest.mark.parametrize("size", [500, 10_000, 1_000_000])
def test_wide_text_of_any_size_comes_through(size):
    text = "€" + "x" * size
    scope = make_scope({"text": text, "rows": [{"name": text}]})
    assert evaluate(expression("flow.trigger.data.text.trim()"), scope).value == text
    assert evaluate(expression(f"'€' + 'x'.repeat({size})"), scope).value == text
    assert evaluate(array_map("flow.trigger.data.rows", expression("flow.mapItem().name.trim()")), scope).value == [
        text
    ]
    assert evaluate(
        array_map("[...flow.trigger.data.rows]", fields(n=expression("flow.mapItem().name"))), scope
    ).value == [{"n": text}]
    with pytest.raises(EvaluationError, match="thrown: €x"):
        evaluate(expression("throw new Error('thrown: ' + flow.trigger.data.text)"), scope)


def test_a_malformed_template_is_a_fault_of_the_caller():
    with pytest.raises(TemplateError, match="no value mode"):
        evaluate({"mode": "guess", "value": 1}, make_scope({}))
