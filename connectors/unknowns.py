"""Checks data of which parts are not known yet: what is not known fits everything. Pure."""

from collections.abc import Iterator
from typing import Any

from jsonschema import validators

from connectors.schema_rules import GuardedValidator
from connectors.validation import SchemaError, errors_of

# What they say about a whole depends on its parts that are not known.
OF_THE_WHOLE = {"const", "contains", "enum", "if", "not", "unevaluatedItems", "unevaluatedProperties", "uniqueItems"}
OF_THE_COUNT = {"maxItems", "minItems"}


class _Unknown(str):
    """A value that comes only with a run; a text, so that a sentence can show it."""


UNKNOWN = _Unknown("(not known yet)")


class AnyNumberOf(list):
    """A list of which only the form of its items is known, and not how many there will be."""


def check_known(value: Any, schema: dict | bool) -> list[SchemaError]:
    """At most 20 errors that are there whatever stands for UNKNOWN and however long AnyNumberOf gets."""
    return errors_of(value, schema, _LenientValidator)


def _lenient(keyword: str, rule: Any) -> Any:
    def check(validator: Any, wanted: Any, value: Any, schema: Any) -> Iterator[Any]:
        if not _is_open(keyword, value):
            yield from rule(validator, wanted, value, schema) or ()

    return check


def _is_open(keyword: str, value: Any) -> bool:
    if value is UNKNOWN or (keyword in OF_THE_COUNT and isinstance(value, AnyNumberOf)):
        return True
    return keyword in OF_THE_WHOLE and _holds_unknown(value)


def _holds_unknown(value: Any) -> bool:
    if isinstance(value, dict):
        return any(map(_holds_unknown, value.values()))
    if isinstance(value, list):
        return isinstance(value, AnyNumberOf) or any(map(_holds_unknown, value))
    return value is UNKNOWN


def _one_of(validator: Any, branches: list[Any], value: Any, schema: Any) -> Iterator[Any]:
    """What is not known may yet decide between two forms that both fit so far."""
    keyword = "anyOf" if _holds_unknown(value) else "oneOf"
    yield from GuardedValidator.VALIDATORS[keyword](validator, branches, value, schema)


_LenientValidator = validators.extend(
    GuardedValidator,
    {keyword: _lenient(keyword, rule) for keyword, rule in {**GuardedValidator.VALIDATORS, "oneOf": _one_of}.items()},
)
