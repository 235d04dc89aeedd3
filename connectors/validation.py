"""Checks data against a JSON Schema (2020-12) and says in plain words what is wrong.

Schemas come from other people's documents: references that lead outside are refused, patterns run
in linear time, and numbers are compared exactly.
"""

from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Any

from jsonschema import ValidationError
from referencing import Registry
from referencing.exceptions import Unresolvable

from connectors import schema_sentences
from connectors.outcome import failure_object
from connectors.schema_rules import FORMATS, GuardedValidator, TooMuchWork, at_most

ERRORS_LIMIT = 20
VALUE_LIMIT = 200
COMPILED_LIMIT = 256
CHECK_SECONDS = 10  # of processor time; 5 MB of ordinary data take less than one


@dataclass(frozen=True, slots=True)
class SchemaError:
    """`path` is like $.lines[0].cost, `steps` the same as names and numbers.

    `rule` is the schema's keyword; `value` is shortened; `text` is a sentence.
    """

    path: str
    rule: str
    value: Any
    text: str
    steps: tuple[str | int, ...] = ()


class _Schema:
    """A schema that is found in the cache by its key alone."""

    def __init__(self, schema: dict | bool, key: Hashable) -> None:
        self.schema = schema
        self.key = key

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Schema) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)


def check(value: Any, schema: dict | bool, *, cache_key: Hashable = None) -> list[SchemaError]:
    """At most 20 errors, none when the value fits. With a `cache_key` a schema is compiled once a process."""
    return _errors(value, _compiled(schema) if cache_key is None else _cached(_Schema(schema, cache_key)))


def errors_of(value: Any, schema: dict | bool, validator: Any) -> list[SchemaError]:
    """The same by the rules of another class of validators."""
    return _errors(value, _compiled(schema, validator))


def _errors(value: Any, validator: Any) -> list[SchemaError]:
    try:
        with at_most(CHECK_SECONDS):
            return [_readable(error) for error in islice(_leaves(validator.iter_errors(value)), ERRORS_LIMIT)]
    except TooMuchWork:
        text = f"The check took more than {CHECK_SECONDS} s: the references of its schema multiply. Simplify it."
        return [SchemaError("$", "$ref", None, text)]
    except Unresolvable as error:
        text = f"The schema of this action refers to {error.ref}, which is not in it. Mend and import its document."
        return [SchemaError("$", "$ref", None, text)]
    except RecursionError:
        return [SchemaError("$", "depth", None, "The input is nested too deeply to be checked.")]


def failure(errors: list[SchemaError]) -> dict[str, Any]:
    """{"status": None, "error": failure object}: the content of an action that failed validation."""
    listed = [
        {"text": error.text, "source": [error.path], "details": {"rule": error.rule, "value": error.value}}
        for error in errors
    ]
    return {"status": None, "error": failure_object("SchemaValidation", listed)}


@lru_cache(maxsize=COMPILED_LIMIT)
def _cached(schema: _Schema) -> Any:
    return _compiled(schema.schema)


def _compiled(schema: dict | bool, validator: Any = GuardedValidator) -> Any:
    """A validator with an empty registry, so that no reference ever opens an address or a file."""
    return validator(schema, registry=Registry(), format_checker=FORMATS)


def _leaves(errors: Iterator[ValidationError]) -> Iterator[ValidationError]:
    """Where one of several forms was meant, the errors of that form instead of "fits none"."""
    for error in errors:
        if error.context:
            yield from _leaves(iter(error.context))
        else:
            yield error


def _readable(error: ValidationError) -> SchemaError:
    rule = str(error.validator or "false").partition(" ")[0]
    path, text = schema_sentences.path(error), schema_sentences.sentence(error)
    return SchemaError(path, rule, _short(error.instance), text, tuple(error.absolute_path))


def _short(value: Any) -> Any:
    if isinstance(value, dict):
        return f"(object with {len(value)} properties)"
    if isinstance(value, list):
        return f"(list of {len(value)} items)"
    return f"{value[:VALUE_LIMIT]}…" if isinstance(value, str) and len(value) > VALUE_LIMIT else value
