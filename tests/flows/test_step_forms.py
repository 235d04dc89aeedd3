"""The forms of steps: fields from any schema, and back to what is stored; nothing typed is lost."""

import time
from types import SimpleNamespace

import pytest
from django.template.loader import render_to_string
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.openapi import derive_connector, read_document
from flows.definition.edits import duplicate_step, free_id, is_made_from, move_step, replace_step
from flows.definition.examples import example_of
from flows.definition.schema import definition_schema, structure_problems
from flows.definition.words import say_condition, say_minutes
from flows.pages.step_forms.available import data_available
from flows.pages.step_forms.fields import Given, fields_of
from flows.pages.step_forms.intervals import parse_minutes
from flows.pages.step_forms.posted import edited, read_properties, settled
from tests.cast import PHASE_SCHEMA
from tests.conftest import SHARED
from tests.making import expression, map_step, text
from tests.pages.forms import controls_of

PAYMENT = {
    "oneOf": [
        {
            "title": "Check",
            "type": "object",
            "required": ["kind", "number"],
            "properties": {"kind": {"const": "check"}, "number": {"type": "integer"}},
        },
        {
            "title": "Bank transfer",
            "type": "object",
            "required": ["kind", "iban"],
            "properties": {"kind": {"const": "transfer"}, "iban": {"type": "string"}},
        },
    ]
}
NODE = {"type": "object", "properties": {"name": {"type": "string"}, "parent": {"$ref": "#/$defs/node"}}}


def html_of(schema, properties, **given):
    root = fields_of(schema, properties, given=Given(**given))
    return render_to_string("flows/step_rows.html", {"field": root, "request": SimpleNamespace(path="/step/")})


def posted(schema, properties, **given):
    return controls_of(html_of(schema, properties, **given))


def round_trip(schema, properties):
    return read_properties(posted(schema, properties)).properties


def field_named(schema, name, properties=None, **given):
    root = fields_of(schema, properties or {}, given=Given(**given))
    return next(child for child in [*root.children, *root.rows] if child.name == name)


def modes_of(field):
    return [mode.value for mode in field.modes]


# Whatever is stored comes back from the page as it was.

plain = st.text(st.characters(codec="utf-8", exclude_categories=["C"]), max_size=12)
names = st.text("ab/~.#+*[] é", min_size=1, max_size=6).filter(lambda name: name == name.strip())
leaves = st.one_of(
    st.fixed_dictionaries({"mode": st.sampled_from(["text", "expression"]), "value": plain}), st.just({"mode": "null"})
)


def properties_of(values):
    return st.dictionaries(names, st.one_of(values, values.map(lambda value: {**value, "include": False})), max_size=3)


def groups_of(values):
    mapped = st.fixed_dictionaries({"mode": st.just("array_map"), "list": plain, "item": values})
    listed = st.fixed_dictionaries({"mode": st.just("list"), "items": st.lists(values, min_size=1, max_size=3)})
    held = st.fixed_dictionaries({"mode": st.just("object"), "properties": properties_of(values)})
    kept = st.builds(lambda group, value: {**group, "mode": "expression", "value": value}, listed, plain)
    return st.one_of(mapped, listed, held, kept)


@settings(max_examples=60, deadline=None)
@given(properties_of(st.recursive(leaves, groups_of, max_leaves=8)))
def test_any_tree_of_values_comes_back_from_the_form_as_it_was(properties):
    assert round_trip(None, properties) == properties


PHASE_VALUES = st.fixed_dictionaries(
    {"jobNumber": leaves, "phaseCode": leaves},
    optional={
        "budget": leaves,
        "startDate": leaves,
        "costTypes": st.fixed_dictionaries(
            {
                "mode": st.just("list"),
                "items": st.lists(
                    st.fixed_dictionaries(
                        {"mode": st.just("object"), "properties": st.fixed_dictionaries({"code": leaves})}
                    ),
                    min_size=1,
                    max_size=2,
                ),
            }
        ),
    },
)


@settings(max_examples=30, deadline=None)
@given(PHASE_VALUES)
def test_the_properties_of_an_action_come_back_as_they_were(properties):
    assert round_trip(PHASE_SCHEMA, properties) == properties


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(
        st.builds("{}:{}".format, st.sampled_from(["mode", "value", "include", "name", "list", "alternative"]), plain),
        plain,
        max_size=12,
    )
)
def test_arbitrary_posts_are_read_without_harm(post):
    read = read_properties(post)
    fields_of(PHASE_SCHEMA, read.properties, given=Given(read.alternatives))


# Which fields a schema gives, and in which words.


def test_required_properties_come_first_and_are_always_included():
    root = fields_of(PHASE_SCHEMA, {})
    assert [child.name for child in root.children][:2] == ["jobNumber", "phaseCode"]
    assert [child.include for child in root.children] == [True, True, False, False, False, False]


def test_a_field_says_what_it_takes():
    assert field_named(PHASE_SCHEMA, "phaseCode").about == "text · required · up to 6 characters"
    assert field_named(PHASE_SCHEMA, "budget").about == "number · at least 0 · may be null"
    assert field_named(PHASE_SCHEMA, "startDate").about == "date, 2026-03-31"
    name = {"type": "object", "properties": {"name": {"type": "string", "minLength": 1}}}
    assert field_named(name, "name").about == "text · at least 1 character"
    assert field_named(PHASE_SCHEMA, "jobNumber").example == "P-10023"


def test_a_choice_offers_its_values_and_keeps_one_that_is_not_among_them():
    unit = field_named(PHASE_SCHEMA, "unit", {"unit": text("TON")})
    assert [choice.value for choice in unit.choices] == ["CY", "SF", "EA", "TON"]
    assert [choice.value for choice in unit.choices if choice.chosen] == ["TON"]


def test_null_is_offered_where_the_schema_allows_it():
    assert modes_of(field_named(PHASE_SCHEMA, "budget")) == ["expression", "text", "null"]
    assert modes_of(field_named(PHASE_SCHEMA, "phaseCode")) == ["expression", "text"]


def test_lists_can_be_itemised_mapped_or_given_whole():
    assert modes_of(field_named(PHASE_SCHEMA, "costTypes")) == ["list", "array_map", "expression"]


def test_left_out_null_and_empty_text_stay_three_things():
    properties = {"jobNumber": text(""), "phaseCode": expression("a"), "budget": {"mode": "null"}}
    assert round_trip(PHASE_SCHEMA, properties) == properties


def test_what_is_left_out_but_filled_in_is_kept():
    properties = {"jobNumber": text("1"), "phaseCode": text("2"), "budget": text("3", include=False)}
    assert round_trip(PHASE_SCHEMA, properties) == properties


def test_another_mode_does_not_lose_what_was_there():
    items = [{"mode": "object", "properties": {"code": text("L")}}]
    value = {"mode": "expression", "value": "flow.trigger.data.types", "items": items}
    properties = {"jobNumber": text("1"), "phaseCode": text("2"), "costTypes": value}
    assert round_trip(PHASE_SCHEMA, properties) == properties


def test_a_property_that_the_action_path_no_longer_has_is_shown_to_be_removed():
    old = field_named(PHASE_SCHEMA, "old", {"old": text("x")})
    assert (old.is_row, old.is_unknown) == (True, True)


@pytest.mark.parametrize(
    ("stored", "names"),
    [
        ({}, ["kind", "number"]),
        ({"kind": text("transfer"), "iban": text("NL1")}, ["kind", "iban"]),
        ({"iban": expression("a")}, ["kind", "iban"]),
    ],
)
def test_the_alternative_shown_is_the_one_that_fits_what_is_stored(stored, names):
    payment = field_named(
        {"type": "object", "required": ["p"], "properties": {"p": PAYMENT}},
        "p",
        {"p": {"mode": "object", "properties": stored}},
    )
    assert [child.name for child in payment.children] == names
    assert [choice.label for choice in payment.alternatives] == ["Check", "Bank transfer"]


def test_another_alternative_takes_its_own_properties_and_fixed_value():
    schema = {"type": "object", "required": ["p"], "properties": {"p": PAYMENT}}
    post = posted(schema, {"p": {"mode": "object", "properties": {"number": text("7")}}})
    read = read_properties({**post, "alternative:/.p": "1"})
    again = read_properties(posted(schema, read.properties, alternatives=read.alternatives)).properties
    assert again["p"]["properties"] == {"kind": text("transfer"), "iban": expression("")}


def test_a_schema_that_contains_itself_opens_one_level_at_a_time():
    schema = {"type": "object", "$defs": {"node": NODE}, "properties": {"node": {"$ref": "#/$defs/node"}}}
    post = posted(schema, {})
    assert "mode:/.node/.parent" not in post
    opened = read_properties({**post, "include:/.node": "on"}).properties
    assert "mode:/.node/.parent" in posted(schema, opened)
    assert "mode:/.node/.parent/.parent" not in posted(schema, opened)


def test_a_schema_that_demands_itself_ends():
    node = {**NODE, "required": ["parent"]}
    schema = {
        "type": "object",
        "$defs": {"node": node},
        "required": ["n"],
        "properties": {"n": {"$ref": "#/$defs/node"}},
    }
    assert len(posted(schema, {})) < 40


def test_combinations_are_shown_as_one_set_of_fields():
    schema = {
        "allOf": [
            {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]},
            {"$ref": "#/$defs/b"},
        ],
        "$defs": {"b": {"properties": {"b": {"anyOf": [{"type": "number"}, {"type": "null"}]}}}},
    }
    root = fields_of(schema, {})
    assert [(child.name, child.required) for child in root.children] == [("a", True), ("b", False)]
    assert root.children[1].about == "number · may be null"


def test_a_list_of_any_names_takes_rows():
    root = fields_of({"type": "object", "additionalProperties": {"type": "number"}}, {"x": text("1")})
    assert root.takes_rows
    assert root.rows[0].about == "number"


@pytest.mark.parametrize("schema", [{"properties": 5}, {"type": 7}, {"oneOf": {"a": 1}}, {"$ref": 3}, {"enum": "x"}])
def test_a_schema_that_is_none_gives_no_fields_and_no_harm(schema):
    draft = {"trigger": {"kind": "on_demand", "input_schema": schema}, "steps": []}
    assert data_available(draft, 0, {})[0].expressions[0].text == "flow.trigger.data"


# The buttons of the form.


def test_add_item_adds_an_item_with_its_required_fields():
    properties = {"costTypes": {"mode": "list", "items": [{"mode": "object", "properties": {"code": text("L")}}]}}
    post = edited(posted(PHASE_SCHEMA, properties), "add-item:/.costTypes")
    shown = posted(PHASE_SCHEMA, read_properties(post).properties)
    items = read_properties(shown).properties["costTypes"]["items"]
    assert [item["properties"]["code"] for item in items] == [text("L"), expression("")]


def test_remove_takes_the_item_and_leaves_the_others():
    items = [{"mode": "object", "properties": {"code": text(code)}} for code in "ABC"]
    post = edited(posted(PHASE_SCHEMA, {"costTypes": {"mode": "list", "items": items}}), "remove:/.costTypes/#1")
    left = read_properties(post).properties["costTypes"]["items"]
    assert [item["properties"]["code"]["value"] for item in left] == ["A", "C"]


def test_added_rows_have_names_of_their_own():
    post = posted(None, {"property": text("x")})
    for _ in range(2):
        post = posted(None, read_properties(edited(post, "add-row:")).properties)
    assert list(read_properties(post).properties) == ["property", "property_2", "property_3"]


def test_two_rows_with_one_name_are_refused_and_both_kept():
    post = posted(None, {"a": text("1"), "b": text("2")})
    read = read_properties({**post, "name:/+1": "a"})
    assert read.properties == {"a": text("1"), "a_2": text("2")}
    assert [problem.place for problem in read.problems] == ["settings.properties.a_2"]


def test_a_problem_stands_beside_its_field():
    problems = {"settings.properties.phaseCode": ["give an expression; it is empty."]}
    assert 'aria-describedby="settings.properties.phaseCode:error"' in html_of(PHASE_SCHEMA, {}, problems=problems)


# Size.


def test_the_largest_action_of_a_real_connector_renders_in_a_tenth_of_a_second():
    document = SHARED / "openapi" / "docusign_rooms.json"
    if not document.exists():
        pytest.skip("needs the OpenAPI documents beside the project")
    paths = derive_connector(read_document(document.read_bytes())).action_paths
    largest = max(paths, key=lambda path: len(path.input_schema.get("properties", {}))).input_schema
    wide = {**PHASE_SCHEMA, "properties": {f"p{n}": {"type": "string", "maxLength": n + 1} for n in range(127)}}
    for schema in (largest, wide):
        html_of(schema, {})
        assert min(seconds_of(schema) for _ in range(3)) < 0.1


def seconds_of(schema):
    """Of the processor: by the clock it depends on what else the machine does."""
    start = time.thread_time()
    html_of(schema, {})
    return time.thread_time() - start


# Lengths of time, as people say them.


@pytest.mark.parametrize(
    ("said", "minutes"),
    [
        ("1 h 30", 90),
        ("90 min", 90),
        ("2 hours", 120),
        ("1:30", 90),
        ("1.5h", 90),
        ("1,5 h", 90),
        ("45", 45),
        ("1h30m", 90),
        ("1 hour and 30 minutes", 90),
        ("1 day", 1440),
        (" 2 H ", 120),
    ],
)
def test_an_interval_is_read_as_people_say_it(said, minutes):
    assert parse_minutes(said) == minutes


@pytest.mark.parametrize("said", ["", "soon", "2 weeks", "h", "-5", "1.333 min", "1 h x"])
def test_what_is_no_interval_is_refused(said):
    with pytest.raises(ValueError):
        parse_minutes(said)


@given(st.integers(0, 3000))
def test_an_interval_reads_back_as_it_is_said(minutes):
    assert parse_minutes(say_minutes(minutes)) == minutes


# Ids, and what refers to them.


def test_an_id_is_made_from_the_name_and_is_unlike_the_others():
    assert free_id("Upsert Größe in Vista!", []) == "upsert-groe-in-vista"
    assert free_id("Map", ["map", "map-2"]) == "map-3"
    assert free_id("Previous", []) == "previous-2"
    assert free_id("€€", []) == "step"


def test_an_id_that_nobody_chose_is_known():
    assert is_made_from("map-2", "Map")
    assert not is_made_from("mapping", "Map")


def test_a_renamed_step_takes_its_references_along():
    code = "flow.step('map').output[0].x + flow . step( \"map\" ).y + flow.step(`map`) + flow.step('mapper')"
    reader = {
        **map_step("reader", list_expression=code, plain=text("flow.step('map')")),
        "run_condition": {"step": "map", "status": "failed"},
    }
    definition = {"trigger": {"kind": "on_demand"}, "steps": [map_step("map"), reader]}
    changed, repaired = replace_step(definition, 0, {**map_step("map"), "id": "phases"})
    after = changed["steps"][1]
    assert repaired == 4
    assert after["settings"]["list"] == code.replace("'map'", "'phases'").replace('"map"', '"phases"').replace(
        "`map`", "`phases`"
    )
    assert after["settings"]["properties"]["plain"] == text("flow.step('map')")
    assert after["run_condition"] == {"step": "phases", "status": "failed"}
    assert structure_problems(changed, definition_schema()) == []


def test_a_copy_has_a_name_and_id_of_its_own_and_stands_right_after():
    definition = {"trigger": {"kind": "on_demand"}, "steps": [map_step("a"), map_step("b")]}
    changed, twin = duplicate_step(definition, 0)
    assert [step["id"] for step in changed["steps"]] == ["a", "a-copy", "b"]
    assert twin["name"] == "A (copy)"


@pytest.mark.parametrize(("by", "order"), [(-1, ["b", "a", "c"]), (1, ["a", "c", "b"]), (9, ["a", "c", "b"])])
def test_a_step_moves_as_far_as_there_are_places(by, order):
    definition = {"trigger": {"kind": "on_demand"}, "steps": [map_step(name) for name in "abc"]}
    assert [step["id"] for step in move_step(definition, 1, by)["steps"]] == order


def test_a_run_condition_is_said_in_words():
    assert say_condition({"step": "previous", "status": "succeeded"}, {}) == "Runs when the previous step succeeded"
    names = {"send": "Send phases"}
    assert say_condition({"step": "send", "status": "any"}, names) == "Runs when Send phases ended, whatever happened"
    exact = {"step": "send", "status": "ACTION_HANDLED_FAILED"}
    assert say_condition(exact, names) == "Runs when Send phases ended with ACTION_HANDLED_FAILED"


# Something to start from.


def test_an_example_comes_from_the_schema():
    schema = {
        "type": "object",
        "properties": {
            "id": {"type": "string", "examples": ["JP-1"]},
            "phase": {"type": "object", "properties": {"unit": {"enum": ["CY"]}, "start": {"format": "date"}}},
            "costs": {"type": "array", "items": {"type": "object", "properties": {"amount": {"type": "number"}}}},
        },
    }
    assert example_of(schema) == {
        "id": "JP-1",
        "phase": {"unit": "CY", "start": "2026-03-31"},
        "costs": [{"amount": 1}],
    }


def test_the_data_available_are_the_trigger_the_earlier_steps_and_the_configuration():
    schema = {"type": "object", "properties": {"cost types": {"type": "array", "items": PHASE_SCHEMA}}}
    draft = {
        "trigger": {"kind": "on_demand", "input_schema": schema},
        "steps": [map_step("map", code=text("x")), map_step("later")],
    }
    texts = [each.text for group in data_available(draft, 1, {"company": 1}) for each in group.expressions]
    assert 'flow.trigger.data["cost types"][0].jobNumber' in texts
    assert 'flow.step("map").output[0].code' in texts
    assert "flow.config.company" in texts
    assert not any("later" in each for each in texts)


def test_a_new_item_opens_its_fields_however_deep_it_stands():
    line = {"type": "object", "properties": {"code": {"type": "string"}}}
    schema = line
    for _ in range(8):
        schema = {"type": "object", "properties": {"inner": {"type": "array", "items": schema}}}
    value = {"mode": ""}
    for _ in range(8):
        value = {"mode": "object", "properties": {"inner": {"mode": "list", "items": [value]}}}
    field = fields_of(schema, value["properties"])
    while field.mode == "object" and field.children[0].items:
        field = field.children[0].items[0]
    assert (field.mode, [child.name for child in field.children]) == ("object", ["code"])


def test_a_value_that_was_only_just_added_is_stored_as_an_empty_expression():
    post = {"mode:/.lines": "array_map", "include:/.lines": "on", "mode:/.tags": "list", "mode:/.tags/#0": ""}
    stored = settled(read_properties({**post, "include:/.tags": "on"}).properties)
    assert stored["lines"]["item"] == expression("")
    assert stored["tags"]["items"] == [expression("")]
    step = map_step("map", **stored)
    assert structure_problems({"trigger": {"kind": "on_demand"}, "steps": [step]}, definition_schema()) == []


def test_another_kind_begins_anew_where_nothing_was_typed_yet():
    post = {"mode:/.pay": "expression", "value:/.pay": "", "include:/.pay": "on", "alternative:/.pay": "1"}
    schema = {"type": "object", "properties": {"pay": {"oneOf": [{"type": "string"}, PAYMENT["oneOf"][1]]}}}

    def mode_after(post):
        read = read_properties(edited(post, "kind:/.pay"))
        return field_named(schema, "pay", read.properties, alternatives=read.alternatives).mode

    assert mode_after(post) == "object"
    assert mode_after({**post, "value:/.pay": "flow.trigger.data"}) == "expression"


def test_a_new_property_of_a_group_that_takes_any_name_opens_its_fields():
    file = {"type": "object", "required": ["content"], "properties": {"content": {"type": "string"}}}
    schema = {"type": "object", "properties": {"files": {"type": "object", "additionalProperties": file}}}
    post = edited({"mode:/.files": "object", "include:/.files": "on"}, "add-row:/.files")
    (row,) = field_named(schema, "files", read_properties(post).properties).rows
    assert (row.mode, row.is_open, [child.name for child in row.children]) == ("object", True, ["content"])
