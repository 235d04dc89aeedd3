"""Trees of JSON and schemas: complete, bounded, and safe to show."""

import re
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from integrations.markup.json_tree import NODE_LIMIT, json_tree
from integrations.markup.schema_tree import schema_tree
from integrations.markup.schema_words import rules, type_words

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=20,
)


def words_of(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)).strip()


def test_a_value_keeps_its_digits_and_its_text():
    shown = words_of(json_tree({"rate": Decimal("0.10"), "id": 12345678901234567890, "name": "Straße"}))
    assert "0.10" in shown
    assert "12345678901234567890" in shown
    assert "Straße" in shown


def test_values_are_text_never_markup():
    assert "<script>" not in json_tree({"<script>": ["</details><script>"]})


def test_a_large_value_is_cut_and_says_how_much_is_missing():
    assert "… 500 more, not shown here" in words_of(json_tree(list(range(NODE_LIMIT + 500))))


def test_a_deep_value_ends_as_one_line():
    value: list = []
    for _ in range(200):
        value = [value]
    assert json_tree(value).count("<details") <= 30


@given(JSON)
def test_any_json_becomes_balanced_markup(value):
    html = json_tree(value)
    assert html.count("<details") == html.count("</details>")
    assert html.count("<li") == html.count("</li>")


def test_types_in_words():
    assert type_words({"type": "string", "format": "date"}) == "date"
    assert type_words({"type": ["number", "null"]}) == "number or null"
    assert type_words({"type": "array", "items": {"type": "string"}}) == "list of text"
    assert type_words({"type": "array", "items": {"type": "object"}}) == "list of objects"
    assert type_words({"enum": ["a"]}) == "choice"
    assert type_words({"oneOf": [{}, {}]}) == "one of 2 kinds"
    assert type_words(True) == "anything"


def test_rules_in_words():
    asked = rules({"type": "string", "maxLength": 6, "enum": ["a", "b"], "default": "a", "examples": ["b"]})
    assert asked == ["one of a, b", "6 or fewer characters", "otherwise a", "for example b"]


def test_a_property_shows_type_rules_meaning_and_whether_it_is_required():
    schema = {
        "required": ["code"],
        "properties": {"code": {"type": "string", "description": "Its code.", "maxLength": 6}},
    }
    assert words_of(schema_tree(schema)) == "code text required Its code. 6 or fewer characters"


def test_a_type_that_holds_itself_is_shown_once_and_linked():
    node = {"type": "object", "properties": {"name": {"type": "string"}, "parent": {"$ref": "#/$defs/Node"}}}
    html = schema_tree({"properties": {"top": {"$ref": "#/$defs/Node"}}, "$defs": {"Node": node}})
    assert html.count('href="#type-node-0"') == 2
    assert html.count('id="type-node-0"') == 1


def test_a_web_of_types_stays_small():
    width = 12
    definitions = {
        f"T{level}": {
            "type": "object",
            "properties": {f"p{n}": {"$ref": f"#/$defs/T{level + 1}"} for n in range(width)},
        }
        for level in range(30)
    } | {"T30": {"type": "string"}}
    html = schema_tree({"$ref": "#/$defs/T0", "$defs": definitions})
    assert len(html) < 2_000_000


def test_a_reference_to_nothing_says_so():
    shown = words_of(schema_tree({"properties": {"a": {"$ref": "#/$defs/Gone"}}}))
    assert "Refers to #/$defs/Gone, which is not there." in shown


@given(JSON)
def test_whatever_stands_in_a_description_is_text(value):
    html = schema_tree({"properties": {"a": {"description": f"<b>{value}", "default": value, "enum": [value]}}})
    assert "<b>" not in html


def test_a_schema_without_parts_shows_its_type():
    assert words_of(schema_tree({"type": "string"})) == "text"
    assert words_of(schema_tree(True)) == "anything"
