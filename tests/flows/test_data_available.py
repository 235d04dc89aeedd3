"""What one may use in a step: declared fields, and what the last runs held. Pure."""

from flows.pages.step_forms.available import History, data_available
from tests.making import expression, map_step

SCHEMA = {
    "type": "object",
    "properties": {
        "code": {"type": "string"},
        "job": {"type": "object", "properties": {"number": {"type": "integer"}}},
        "lines": {"type": "array", "items": {"type": "object", "properties": {"cost": {"type": "number"}}}},
    },
}
ACTION = {"id": "send", "name": "Send", "kind": "connector_action", "settings": {"connector": "v", "action_path": "k"}}


def groups_of(runs=(), schema=SCHEMA, steps=(), outputs=None, declared=None, kept=None, config=None):
    draft = {"trigger": {"kind": "on_demand", "input_schema": schema}, "steps": list(steps)}
    history = History(list(runs), outputs or {}, kept or {})
    return data_available(draft, len(steps), config or {}, history, declared)


def available(*args, **kwargs):
    """{expression: what the panel says of it} before a step that comes after `steps`."""
    return {found.text: found for group in groups_of(*args, **kwargs) for found in group.expressions}


def test_before_anything_ran_the_fields_are_those_declared():
    found = available()
    assert found["flow.trigger.data.code"].mark == "declared"
    assert "flow.trigger.data.lines[0].cost" in found


def test_a_field_tells_in_how_many_runs_it_was_and_shows_the_newest_value():
    found = available([{"code": "b", "unit": "CY"}, {"code": "a"}, {"code": None}])
    code, unit = found["flow.trigger.data.code"], found["flow.trigger.data.unit"]
    assert (code.mark, code.may_miss, code.sample) == ("3 of 3", False, "b")
    assert (unit.mark, unit.may_miss, unit.about) == ("1 of 3", True, "text")


def test_a_path_goes_through_what_may_be_missing_with_a_question_mark():
    always = {"job": {"number": 1}, "lines": [{"cost": 2}]}
    assert "flow.trigger.data.job.number" in available([always, always])
    sometimes = available([always, {"job": None, "lines": []}])
    assert "flow.trigger.data.job?.number" in sometimes
    assert "flow.trigger.data.lines[0]?.cost" in sometimes
    assert "flow.trigger.data.lines?.[0]?.cost" in available([always, {}])
    assert "flow.trigger.data?.code" in available([{"code": "a"}, None])


def test_what_no_sample_had_shows_no_value_and_null_is_one():
    found = available([{"code": None}])
    assert (found["flow.trigger.data.code"].sample, found["flow.trigger.data.job"].sample) == ("null", "")


def test_an_answer_is_opened_to_the_fields_of_what_is_wrapped_in_it():
    line = {"type": "object", "properties": {"sku": {"type": "string"}}}
    wrapped = {"properties": {"data": {"properties": {"lines": {"type": "array", "items": line}}}}}
    found = available(steps=[ACTION], declared={("v", "k"): wrapped})
    assert 'flow.step("send").actionResponse.data.data.lines[0].sku' in found


def test_a_list_that_was_always_empty_may_be_empty_again():
    assert "flow.trigger.data.lines[0]?.cost" in available([{"lines": []}])


def test_the_data_may_be_a_list_itself_and_hold_any_name():
    found = available([[{"unit cost": 7}]], schema=None)
    assert found['flow.trigger.data[0]["unit cost"]'].sample == "7"


def test_what_a_map_step_makes_is_known_and_what_it_made_is_counted():
    made = map_step("map", code=expression("x"))
    assert available(steps=[made])['flow.step("map").output[0].code'].mark == "declared"
    found = available(steps=[made], outputs={"map": [[{"code": "03"}], None]})
    code = found['flow.step("map").output?.[0]?.code']
    assert (code.mark, code.sample) == ("1 of 2", "03")


def test_an_action_gives_what_its_action_path_declares_and_what_came_back():
    declared = {("v", "k"): {"$ref": "#/$defs/Job", "$defs": {"Job": {"properties": {"id": {"type": "integer"}}}}}}
    found = available(steps=[ACTION], declared=declared)
    assert found['flow.step("send").actionResponse.data.id'].about == "whole number"
    output = {"Request": {}, "Response": {"Content": {"status": 201, "data": {"id": 4711}}}}
    seen = available(steps=[ACTION], declared=declared, outputs={"send": [output, None]})
    assert seen['flow.step("send").actionResponse?.data?.id'].sample == "4711"


def test_a_kept_sample_counts_until_a_run_says_more():
    output = {"Request": {}, "Response": {"Content": {"status": 201, "data": {"id": 4711}}}}
    id_of = 'flow.step("send").actionResponse.data.id'
    kept = available(steps=[ACTION], kept={"send": output})[id_of]
    assert (kept.mark, kept.may_miss, kept.sample) == ("kept sample", False, "4711")
    assert available(steps=[ACTION], kept={"send": output}, outputs={"send": [None]})[id_of].mark == "kept sample"
    ran = {"send": [{"Request": {}, "Response": {"Content": {"status": 200, "data": {"id": 5}}}}]}
    assert available(steps=[ACTION], kept={"send": output}, outputs=ran)[id_of].mark == "1 of 1"


def test_configuration_values_are_there_with_what_is_inside_them():
    found = available(config={"company": 1, "mail": {"to": "office@harbour.example"}})
    assert found["flow.config.company"].sample == "1"
    assert (found["flow.config.mail.to"].sample, found["flow.config.mail.to"].mark) == ("office@harbour.example", "")


def test_all_fields_of_a_wide_schema_are_there():
    wide = {"type": "object", "properties": {f"field{at}": {"type": "string"} for at in range(127)}}
    assert "flow.trigger.data.field126" in available(schema=wide)
    assert "flow.trigger.data.field126" in available([{f"field{at}": at for at in range(127)}], schema=None)


def test_what_nobody_would_look_through_is_cut_and_says_so():
    fields = {f"field{at}": {"type": "string"} for at in range(100)}
    huge = {"properties": {f"group{at}": {"type": "object", "properties": fields} for at in range(9)}}
    trigger = groups_of(schema=huge)[0]
    assert (len(trigger.expressions), trigger.is_cut) == (300, True)
    assert not groups_of()[0].is_cut
