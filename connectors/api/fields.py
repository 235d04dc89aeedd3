"""What the serializers of all three packages are made of."""

from collections.abc import Mapping
from typing import Any, cast

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.fields import empty
from rest_framework.request import Request


class StrictSerializer(serializers.Serializer):
    """Names each field that it does not know, so that no typing mistake is taken for an empty wish."""

    def to_internal_value(self, data: Any) -> Any:
        errors = self._unknown(data)
        try:
            value = super().to_internal_value(data)
        except serializers.ValidationError as error:
            errors |= cast(dict, error.detail)
        if errors:
            raise serializers.ValidationError(errors)
        return value

    def _unknown(self, data: Any) -> dict[str, list[str]]:
        known = [name for name, field in self.fields.items() if not field.read_only]
        text = f"there is no such field here; there is: {', '.join(known)}."
        return {str(name): [text] for name in data if name not in known} if isinstance(data, Mapping) else {}


@extend_schema_field({})
class AnyJSONField(serializers.Field):
    """Any JSON value, null too, with every number as it came."""

    def validate_empty_values(self, data: Any) -> tuple[bool, Any]:
        return super().validate_empty_values(data) if data is empty else (True, data)

    def to_representation(self, value: Any) -> Any:
        return value


@extend_schema_field({"type": "object", "additionalProperties": {}})
class JSONObjectField(AnyJSONField):
    """A JSON object with any names in it."""

    default_error_messages = {"not_an_object": 'write a JSON object, e.g. {{"company": 1}}.'}

    def validate_empty_values(self, data: Any) -> tuple[bool, Any]:
        if data is not empty and not isinstance(data, dict):
            self.fail("not_an_object")
        return super().validate_empty_values(data)


def body_of(request: Request, serializer: type[serializers.Serializer], *, partial: bool = False) -> dict[str, Any]:
    """The checked body. Raises ValidationError with every field that is wrong."""
    return _checked(serializer(data=request.data, partial=partial))


def query_of(request: Request, serializer: type[serializers.Serializer]) -> dict[str, Any]:
    """The checked query parameters, beside those of paging. Raises ValidationError."""
    given = {name: value for name, value in request.query_params.items() if name not in ("cursor", "page_size")}
    return _checked(serializer(data=given))


def _checked(serializer: serializers.Serializer) -> dict[str, Any]:
    serializer.is_valid(raise_exception=True)
    return serializer.validated_data
