"""JSON Schema's rules (2020-12), guarded against the traps of foreign schemas and of inexact numbers."""

import math
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from decimal import Decimal
from functools import lru_cache
from itertools import islice
from time import thread_time
from typing import Any

import re2
from jsonschema import Draft202012Validator, FormatChecker, ValidationError, validators

BRANCH_ERRORS_LIMIT = 20
FORMATTED_LIMIT = 10_000
# Their checkers parse: seconds for a few thousand characters.
SLOW_FORMATS = {"iri", "iri-reference", "uri-template"}

Errors = Iterator[ValidationError]

_deadline: ContextVar[float] = ContextVar("deadline", default=math.inf)


class TooMuchWork(Exception):
    """A check took longer than it may."""


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Bound the processor time of the checks within. They raise TooMuchWork."""
    token = _deadline.set(thread_time() + seconds)
    try:
        yield
    finally:
        _deadline.reset(token)


def _reference(keyword: str) -> Any:
    """Only references can make few rules into very many, so the time is looked at here."""
    follow = Draft202012Validator.VALIDATORS[keyword]

    def followed(validator: Any, reference: str, value: Any, schema: dict[str, Any]) -> Errors:
        if thread_time() > _deadline.get():
            raise TooMuchWork
        yield from follow(validator, reference, value, schema) or ()

    return followed


def is_multiple(value: Any, step: Any) -> bool:
    """Whether `value` is a whole multiple of `step`, exactly and without ever writing out 1e999999."""
    digits, exponent = _scientific(value)
    step_digits, step_exponent = _scientific(step)
    shift = exponent - step_exponent
    if shift >= 0:
        return digits * pow(10, shift, step_digits) % step_digits == 0
    if -shift > digits.bit_length():
        return digits == 0
    return digits % (step_digits * 10**-shift) == 0


def _scientific(number: Any) -> tuple[int, int]:
    """(digits, exponent) without a sign: 19.90 is (1990, -2)."""
    if isinstance(number, int):
        return abs(number), 0
    _, digits, exponent = Decimal(str(number)).as_tuple()
    return int(Decimal((0, digits, 0))), int(exponent)


def _is_integer(_checker: Any, value: Any) -> bool:
    if isinstance(value, bool):
        return False
    return isinstance(value, int) or (isinstance(value, float | Decimal) and value == value and is_multiple(value, 1))


def _multiple_of(validator: Any, step: Any, value: Any, _schema: Any) -> Errors:
    if validator.is_type(value, "number") and step and not is_multiple(value, step):
        yield ValidationError("not a multiple")


@lru_cache(maxsize=4096)
def _pattern(pattern: str) -> Any:
    """The compiled pattern; None for one that RE2 cannot express, which is then not enforced."""
    options = re2.Options()
    options.log_errors = False
    try:
        return re2.compile(pattern, options)
    except (re2.error, UnicodeEncodeError):
        return None


def _matches(pattern: str, text: str) -> bool:
    compiled = _pattern(pattern)
    return compiled is None or bool(compiled.search(text.encode("utf-8", "replace").decode()))


def _matches_pattern(validator: Any, pattern: str, value: Any, _schema: Any) -> Errors:
    if isinstance(value, str) and not _matches(pattern, value):
        yield ValidationError("does not match")


def _pattern_properties(validator: Any, patterns: dict[str, Any], value: Any, _schema: Any) -> Errors:
    if not isinstance(value, dict):
        return
    for pattern, subschema in patterns.items():
        for name, item in value.items():
            if _pattern(pattern) and _matches(pattern, name):
                yield from validator.descend(item, subschema, path=name, schema_path=pattern)


def _additional_properties(validator: Any, subschema: Any, value: Any, schema: dict[str, Any]) -> Errors:
    if not isinstance(value, dict):
        return
    named, patterns = schema.get("properties", {}), schema.get("patternProperties", {})
    for name, item in value.items():
        if name in named or any(_matches(pattern, name) for pattern in patterns):
            continue
        if subschema is False:
            yield ValidationError("not known", path=[name], instance=item)
        else:
            yield from validator.descend(item, subschema, path=name)


def _unevaluated_properties(validator: Any, subschema: Any, value: Any, schema: dict[str, Any]) -> Errors:
    """Nothing where a choice beside it fails: what the branch that was meant declares then counts as unknown."""
    choices = {keyword: schema[keyword] for keyword in ("oneOf", "anyOf") if keyword in schema}
    if next(iter(validator.descend(value, choices)), None) is None:
        yield from Draft202012Validator.VALIDATORS["unevaluatedProperties"](validator, subschema, value, schema)


def _required(_validator: Any, required: list[str], value: Any, _schema: Any) -> Errors:
    if isinstance(value, dict):
        for name in required:
            if name not in value:
                yield ValidationError("missing", path=[name], instance=None)


def _unique_items(_validator: Any, unique: bool, value: Any, _schema: Any) -> Errors:
    if unique and isinstance(value, list) and len({_hashable(item) for item in value}) < len(value):
        yield ValidationError("not unique")


def _hashable(value: Any) -> Any:
    """Equal for equal JSON values, in which 1 is 1.0 but not true."""
    if isinstance(value, dict):
        return frozenset((key, _hashable(item)) for key, item in value.items())
    if isinstance(value, list):
        return tuple(_hashable(item) for item in value)
    return (bool, value) if isinstance(value, bool) else value


def _any_of(validator: Any, branches: list[Any], value: Any, _schema: Any) -> Errors:
    found = _failures(validator, branches, value)
    if len(found) == len(branches):
        yield ValidationError("fits none", context=_nearest(found))


def _one_of(validator: Any, branches: list[Any], value: Any, _schema: Any) -> Errors:
    fitting = 0
    found = []
    for index, branch in enumerate(branches):
        errors = list(islice(validator.descend(value, branch, schema_path=index), BRANCH_ERRORS_LIMIT))
        fitting += not errors
        found.append(errors)
        if fitting > 1:
            yield ValidationError("fits several", validator="oneOf several")
            return
    if not fitting:
        yield ValidationError("fits none", context=_nearest(found))


def _failures(validator: Any, branches: list[Any], value: Any) -> list[list[ValidationError]]:
    """The errors of each branch, up to the first branch without any."""
    found = []
    for index, branch in enumerate(branches):
        errors = list(islice(validator.descend(value, branch, schema_path=index), BRANCH_ERRORS_LIMIT))
        if not errors:
            break
        found.append(errors)
    return found


def _nearest(found: list[list[ValidationError]]) -> list[ValidationError]:
    """The errors of the branch that was most likely meant; none when every branch wants another type."""
    nearest = min(found, key=_distance, default=[])
    return [] if _distance(nearest)[0] else nearest


def _distance(errors: list[ValidationError]) -> tuple[bool, int, int]:
    """Another type is farthest; then come fixed values (a discriminator's, most often) that differ."""
    other_type = any(error.validator == "type" and not error.path for error in errors)
    other_kind = sum(error.validator in {"const", "enum"} and len(error.path) == 1 for error in errors)
    return other_type, other_kind, len(errors)


def _content_encoding(_validator: Any, encoding: str, value: Any, _schema: Any) -> Errors:
    if encoding == "base64" and isinstance(value, str) and not _is_base64(value):
        yield ValidationError("not base64")


def _is_base64(value: Any) -> bool:
    if not isinstance(value, str):
        return True
    try:
        b64decode(value, validate=True)
    except ValueError:
        return False
    return True


def _of_bearable_length(check: Any) -> Any:
    """The check, which finds that no text beyond the limit is a date, an address or the like."""

    def limited(value: Any) -> bool:
        return not isinstance(value, str) or (len(value) <= FORMATTED_LIMIT and check(value))

    return limited


def _format_checker() -> FormatChecker:
    checker = FormatChecker(())
    known = Draft202012Validator.FORMAT_CHECKER.checkers
    bearable = {name: rule for name, rule in known.items() if name not in SLOW_FORMATS}
    checker.checkers = {name: (_of_bearable_length(check), raises) for name, (check, raises) in bearable.items()}
    checker.checkers["byte"] = (_is_base64, ())
    return checker


FORMATS = _format_checker()

GuardedValidator = validators.extend(
    Draft202012Validator,
    {
        "$dynamicRef": _reference("$dynamicRef"),
        "$ref": _reference("$ref"),
        "additionalProperties": _additional_properties,
        "anyOf": _any_of,
        "contentEncoding": _content_encoding,
        "multipleOf": _multiple_of,
        "oneOf": _one_of,
        "pattern": _matches_pattern,
        "patternProperties": _pattern_properties,
        "required": _required,
        "unevaluatedProperties": _unevaluated_properties,
        "uniqueItems": _unique_items,
    },
    type_checker=Draft202012Validator.TYPE_CHECKER.redefine("integer", _is_integer),
)
