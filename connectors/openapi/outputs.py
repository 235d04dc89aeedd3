"""What an operation answers when all went well."""

from typing import Any

from connectors.openapi.bodies import kind_of, preferred
from connectors.openapi.references import Dangling, Source
from connectors.openapi.schemas import Converter, Found
from connectors.openapi.shapes import as_dict, as_list


def output_of(source: Source, operation: dict[str, Any], place: str, converter: Converter, found: Found) -> Any:
    """The schema of the first successful JSON answer, or None. Raises Refusal."""
    for answer, answer_place in _successful(source, operation, place, converter):
        schema, schema_place = _json_schema(source, operation, answer, answer_place)
        if schema is not None:
            return converter.convert_whole(schema, schema_place, found)
    return None


def _successful(
    source: Source, operation: dict[str, Any], place: str, converter: Converter
) -> list[tuple[dict[str, Any], str]]:
    responses = as_dict(operation.get("responses"))
    codes = sorted(code for code in responses if code[:1] == "2")
    result = []
    for code in codes or [code for code in responses if code == "default"]:
        try:
            answer, answer_place = source.resolve(responses[code], f"{place}/responses/{code}")
            result.append((as_dict(answer), answer_place))
        except Dangling as problem:
            converter.notes.add(f"{place}/responses/{code}", f"The reference {problem}; the answer is not known.")
    return result


def _json_schema(source: Source, operation: dict[str, Any], answer: dict[str, Any], place: str) -> tuple[Any, str]:
    if source.dialect == "2.0":
        produces = operation.get("produces", source.document.get("produces"))
        types = [one for one in as_list(produces) if isinstance(one, str)]
        is_json = not types or any(kind_of(one) == "json" for one in types)
        schema = answer.get("schema") if is_json else None
        return (None if as_dict(schema).get("type") == "file" else schema), f"{place}/schema"
    content = as_dict(answer.get("content"))
    media_type = preferred(list(content))
    if media_type is None or kind_of(media_type) != "json":
        return None, place
    pointer = f"{place}/content/{media_type.replace('/', '~1')}/schema"
    return as_dict(content[media_type]).get("schema"), pointer
