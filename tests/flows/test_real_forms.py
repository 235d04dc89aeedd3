"""Forms of real action paths, filled in as a person does it: choose, add, type; saved, opened again, valid."""

from types import SimpleNamespace

import pytest
from django.template.loader import render_to_string

from connectors.openapi import derive_connector, read_document
from flows.definition.constants import constant_problems
from flows.pages.step_forms.fields import Given, fields_of
from flows.pages.step_forms.posted import edited, read_properties, settled
from tests.conftest import SHARED
from tests.pages.forms import controls_of

DISCRIMINATED = {
    "type": "object",
    "properties": {"values": {"type": "array", "items": {"$ref": "#/$defs/value"}}},
    "$defs": {
        "value": {
            "unevaluatedProperties": False,
            "oneOf": [
                {"$ref": "#/$defs/text", "properties": {"type": {"const": "text"}}, "required": ["type"]},
                {"$ref": "#/$defs/float", "properties": {"type": {"const": "float"}}, "required": ["type"]},
            ],
        },
        "text": {"type": "object", "properties": {"type": {"type": "string"}, "number": {"type": "string"}}},
        "float": {
            "type": "object",
            "required": ["number"],
            "properties": {"type": {"type": "string"}, "number": {"type": "number"}},
        },
    },
}
CIRCLE = {
    "type": "object",
    "properties": {"contact": {"$ref": "#/$defs/contact"}},
    "$defs": {
        "contact": {
            "type": "object",
            "required": ["name"],
            "properties": {
                "name": {"type": "string"},
                "groups": {"type": "array", "items": {"$ref": "#/$defs/group"}},
            },
        },
        "group": {
            "type": "object",
            "properties": {"contacts": {"type": "array", "items": {"$ref": "#/$defs/contact"}}},
        },
    },
}
FILES = {
    "type": "object",
    "required": ["files"],
    "properties": {
        "files": {
            "type": "object",
            "additionalProperties": {
                "type": "object",
                "required": ["content"],
                "properties": {"content": {"type": "string"}},
            },
        }
    },
}


class Sitting:
    """A person at the form of a schema; `post` is what the browser would send."""

    def __init__(self, schema) -> None:
        self.schema = schema
        self.show({}, {})

    def show(self, properties, alternatives) -> None:
        root = fields_of(self.schema, properties, given=Given(alternatives))
        request = SimpleNamespace(path="/step/")
        self.post = controls_of(render_to_string("flows/step_rows.html", {"field": root, "request": request}))

    def press(self, operation="load") -> None:
        read = read_properties(edited(self.post, operation))
        self.show(read.properties, read.alternatives)

    def include(self, *paths) -> None:
        for path in paths:
            self.post[f"include:{path}"] = "on"
            self.press()

    def kind(self, path, label) -> None:
        root = fields_of(self.schema, read_properties(self.post).properties)
        (field,) = (field for field in everything_in(root) if field.path == path)
        self.post[f"alternative:{path}"] = next(each.value for each in field.alternatives if each.label == label)
        self.press(f"kind:{path}")

    def fill(self, path, text) -> None:
        assert f"mode:{path}" in self.post, f"{path} is not in the form"
        role = "choice" if f"choice:{path}" in self.post else "value"
        self.post |= {f"mode:{path}": "text", f"{role}:{path}": text}

    @property
    def stored(self):
        return settled(read_properties(self.post).properties)


def everything_in(field):
    yield field
    for inner in [*field.children, *field.rows, *field.items, *([field.item] if field.item else [])]:
        yield from everything_in(inner)


def opened_again(schema, stored):
    sitting = Sitting(schema)
    sitting.show(stored, {})
    return sitting.stored


def real(file, key):
    document = SHARED / "openapi" / file
    if not document.exists():
        pytest.skip("needs the OpenAPI documents beside the project")
    paths = derive_connector(read_document(document.read_bytes())).action_paths
    return next(path.input_schema for path in paths if path.key == key)


def choose_a_number(sitting, values):
    sitting.include(values)
    sitting.press(f"add-item:{values}")
    sitting.kind(f"{values}/#0", "float")
    sitting.fill(f"{values}/#0/.number", "1.5")


def go_round(sitting, contact, groups, contacts, name):
    sitting.include(contact, f"{contact}/{groups}")
    sitting.press(f"add-item:{contact}/{groups}")
    sitting.include(f"{contact}/{groups}/#0/{contacts}")
    sitting.press(f"add-item:{contact}/{groups}/#0/{contacts}")
    for path in (contact, f"{contact}/{groups}/#0/{contacts}/#0"):
        sitting.include(f"{path}/{name}")
        sitting.fill(f"{path}/{name}", "Harbour")


def check(schema, sitting):
    assert opened_again(schema, sitting.stored) == sitting.stored
    assert constant_problems(sitting.stored, schema, "") == []


def test_a_kind_is_chosen_by_its_fixed_value_and_its_texts_are_typed_by_it():
    sitting = Sitting(DISCRIMINATED)
    choose_a_number(sitting, "/.values")
    check(DISCRIMINATED, sitting)


def test_a_circle_is_walked_as_far_as_a_person_opens_it():
    sitting = Sitting(CIRCLE)
    go_round(sitting, "/.contact", ".groups", ".contacts", ".name")
    check(CIRCLE, sitting)


def test_a_map_takes_new_names_with_the_fields_of_its_values():
    sitting = Sitting(FILES)
    sitting.press("add-row:/.files")
    sitting.fill("/.files/+0/.content", "puts 1")
    sitting.post["name:/.files/+0"] = "hello.rb"
    check(FILES, sitting)
    assert list(sitting.stored["files"]["properties"]) == ["hello.rb"]


def test_jiras_default_value_of_a_custom_field():
    schema = real("jira-platform.json", "issue-custom-field-contexts/default-value/set-custom-field-contexts")
    sitting = Sitting(schema)
    sitting.fill("/.fieldId", "customfield_1")
    choose_a_number(sitting, "/.defaultValues")
    check(schema, sitting)


def test_xeros_invoice_whose_contact_has_groups_of_contacts():
    schema = real("xero_accounting.yaml", "accounting/invoices/create-or-more-sales-or-purchase-bills")
    sitting = Sitting(schema)
    sitting.fill("/.xero-tenant-id", "T-1")
    sitting.include("/.Invoices")
    sitting.press("add-item:/.Invoices")
    go_round(sitting, "/.Invoices/#0/.Contact", ".ContactGroups", ".Contacts", ".Name")
    lines = "/.Invoices/#0/.LineItems"
    sitting.include(lines)
    sitting.post |= {f"mode:{lines}": "array_map"}
    sitting.press()
    sitting.post[f"list:{lines}"] = "flow.trigger.data.lines"
    sitting.include(f"{lines}/*/.Quantity")
    sitting.fill(f"{lines}/*/.Quantity", "2")
    check(schema, sitting)


def test_bigcommerces_product():
    schema = real("bigcommerce_products.yml", "products/products/create")
    sitting = Sitting(schema)
    for name, value in {"name": "Chair", "type": "physical", "weight": "1.5", "price": "12.50"}.items():
        sitting.fill(f"/.{name}", value)
    sitting.include("/.custom_fields")
    sitting.press("add-item:/.custom_fields")
    sitting.fill("/.custom_fields/#0/.name", "ISBN")
    sitting.fill("/.custom_fields/#0/.value", "1")
    check(schema, sitting)
