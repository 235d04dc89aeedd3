"""A schema made from an example: the example meets it, and so does data that is like it."""

from hypothesis import given
from hypothesis import strategies as st

from connectors import validation
from flows.definition.describing import schema_describing
from flows.definition.examples import example_of

scalars = st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=5))
values = st.recursive(
    scalars,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=3), inner, max_size=3)),
    max_leaves=8,
)


@given(values)
def test_every_example_meets_its_own_description(value):
    assert validation.check(value, schema_describing(value)) == []


def test_the_elements_of_a_list_are_described_together():
    described = schema_describing([{"code": "03-100", "cost": 5}, {"code": None, "unit": "CY"}])
    assert described["items"]["properties"] == {
        "code": {"type": ["string", "null"], "examples": ["03-100"]},
        "cost": {"type": "number", "examples": [5]},
        "unit": {"type": "string", "examples": ["CY"]},
    }


def test_nothing_is_required_and_what_is_unknown_is_open():
    described = schema_describing({"job": {"code": "P-1"}, "note": None})
    assert validation.check({"job": {}, "note": 5, "more": True}, described) == []
    assert validation.check({"job": "P-1"}, described) != []


def test_an_example_of_the_description_is_the_example_again():
    example = {"job": {"code": "P-1"}, "lines": [{"cost": 5}]}
    assert example_of(schema_describing(example)) == example
