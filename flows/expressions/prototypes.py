"""The names every JavaScript value inherits, which are functions and no fields of the data."""

from typing import Any


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


_OBJECT = _names("""
    __defineGetter__ __defineSetter__ __lookupGetter__ __lookupSetter__ __proto__ constructor
    hasOwnProperty isPrototypeOf propertyIsEnumerable toLocaleString toString valueOf
""")
_ARRAY = _OBJECT | _names("""
    at concat copyWithin entries every fill filter find findIndex findLast findLastIndex flat
    flatMap forEach includes indexOf join keys lastIndexOf map pop push reduce reduceRight reverse
    shift slice some sort splice toReversed toSorted toSpliced unshift values with
""")
_STRING = _OBJECT | _names("""
    anchor at big blink bold charAt charCodeAt codePointAt concat endsWith fixed fontcolor fontsize
    includes indexOf isWellFormed italics lastIndexOf link localeCompare match matchAll normalize
    padEnd padStart repeat replace replaceAll search slice small split startsWith strike sub substr
    substring sup toLocaleLowerCase toLocaleUpperCase toLowerCase toUpperCase toWellFormed trim
    trimEnd trimLeft trimRight trimStart
""")
_NUMBER = _OBJECT | {"toExponential", "toFixed", "toPrecision"}
METHODS = sorted((_ARRAY | _STRING | _NUMBER) - _OBJECT)


def inherited(value: Any, name: str) -> bool:
    """Is `name` a function that this JSON value has from JavaScript?"""
    if isinstance(value, dict | bool):
        return name in _OBJECT
    if isinstance(value, list):
        return name in _ARRAY
    return name in (_STRING if isinstance(value, str) else _NUMBER)


def kinds_with(name: str) -> list[str]:
    """Whose function it is, of those that not every value has."""
    kinds = {"lists": _ARRAY, "texts": _STRING, "numbers": _NUMBER}
    return [kind for kind, names in kinds.items() if name in names - _OBJECT]
