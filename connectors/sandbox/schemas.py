"""The schemas of an OpenAPI document: as validators, as sentences about errors, as filters."""

from decimal import Decimal
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError, best_match

from connectors import exact_json
from connectors.sandbox.system import Problem

# What jsonschema says about these holds Python's way of writing values; callers expect JSON.
SENTENCES = {
    "type": "{value} is not of type {rule}",
    "enum": "{value} is not one of {rule}",
    "const": "{value} is not {rule}",
    "pattern": "{value} does not match the pattern {rule}",
    "format": "{value} does not have the format {rule}",
    "minimum": "{value} is less than {rule}",
    "exclusiveMinimum": "{value} is not more than {rule}",
    "maximum": "{value} is more than {rule}",
    "minLength": "{value} has fewer than {rule} characters",
    "maxLength": "{value} has more than {rule} characters",
    "minItems": "There are fewer than {rule} items",
    "maxItems": "There are more than {rule} items",
    "minProperties": "There are fewer than {rule} properties",
}
LONGEST_VALUE = 80


def validator(schema: dict[str, Any], document: dict[str, Any]) -> Draft202012Validator:
    """Checks against a schema whose references lead into the document's components."""
    return Draft202012Validator(
        {**schema, "components": document["components"]},
        format_checker=Draft202012Validator.FORMAT_CHECKER,
    )


def shown_or_taken(node: Any, *, hidden: str) -> Any:
    """A copy of a document as JSON Schema 2020-12 reads it, without the properties marked `hidden`.

    `hidden` is "readOnly" for what is taken in, "writeOnly" for what is shown.
    """
    if isinstance(node, list):
        return [shown_or_taken(item, hidden=hidden) for item in node]
    if not isinstance(node, dict):
        return node
    copy = {name: shown_or_taken(value, hidden=hidden) for name, value in node.items()}
    if copy.pop("nullable", False):
        copy["type"] = [copy["type"], "null"]
    properties = node.get("properties")
    if isinstance(properties, dict):
        gone = {name for name, schema in properties.items() if schema.get(hidden)}
        copy["properties"] = {name: copy["properties"][name] for name in properties if name not in gone}
        if "required" in copy:
            copy["required"] = [name for name in copy["required"] if name not in gone]
    return copy


def describe_error(error: ValidationError) -> Problem:
    """The schema error that says most, with the names that lead to the property."""
    error = best_match([error]) or error
    source = [str(name) for name in error.absolute_path]
    if error.validator == "required":
        missing = error.message.split("'")[1]
        return Problem(f"{missing} is missing", (*source, missing))
    return Problem(sentence(error), tuple(source))


def sentence(error: ValidationError) -> str:
    """What is wrong, with values written as JSON."""
    words = SENTENCES.get(str(error.validator))
    if words is None:
        return error.message
    value, rule = exact_json.dumps(error.instance), exact_json.dumps(error.validator_value)
    if len(value) > LONGEST_VALUE:
        value = f"{value[:LONGEST_VALUE]}..."
    return words.format(value=value, rule=rule)


def known(value: Any, schema: dict[str, Any], document: dict[str, Any]) -> Any:
    """Drop the properties that the schema does not name: like many real systems, ignore them.

    Whole numbers that were written with a fraction (7.0) become integers where the schema wants them.
    """
    schema = resolved(schema, document)
    if schema.get("type") == "integer" and isinstance(value, Decimal) and _is_whole(value):
        return int(value)
    if isinstance(value, list) and "items" in schema:
        return [known(item, schema["items"], document) for item in value]
    properties = _properties(schema, document)
    if not isinstance(value, dict) or not properties:
        return value
    return {name: known(item, properties[name], document) for name, item in value.items() if name in properties}


def resolved(node: dict[str, Any], document: dict[str, Any]) -> dict[str, Any]:
    """The node that a chain of references ends at."""
    while "$ref" in node:
        target: Any = document
        for name in node["$ref"].removeprefix("#/").split("/"):
            target = target[name]
        node = target
    return node


def _is_whole(number: Decimal) -> bool:
    # Beyond 18 digits int() could be made to fill the memory: 1e999999999 is short to write.
    return number.adjusted() < 18 and number == number.to_integral_value()


def _properties(schema: dict[str, Any], document: dict[str, Any]) -> dict[str, Any]:
    properties = dict(schema.get("properties", {}))
    for part in schema.get("allOf", ()):
        properties |= _properties(resolved(part, document), document)
    return properties
