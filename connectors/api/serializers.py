"""Connectors as the API shows them, and what it takes to import one."""

from typing import Any

from django.conf import settings
from rest_framework import serializers

from connectors import addresses
from connectors.api.fields import AnyJSONField, JSONObjectField, StrictSerializer
from connectors.models import ConnectorImport


class SkippedSerializer(serializers.Serializer):
    operation = serializers.CharField()
    reason = serializers.CharField()


class NoteSerializer(serializers.Serializer):
    place = serializers.CharField()
    text = serializers.CharField()


class ConnectorHeadSerializer(serializers.Serializer):
    slug = serializers.SlugField()
    name = serializers.CharField()
    title = serializers.CharField(help_text="What the imported document calls itself.")
    version = serializers.CharField()
    base_url = serializers.CharField()
    imported_at = serializers.DateTimeField()


class ConnectorSummarySerializer(ConnectorHeadSerializer):
    action_paths = serializers.IntegerField(source="action_path_count", help_text="How many it offers.")


class ConnectorSerializer(ConnectorHeadSerializer):
    description = serializers.CharField()
    servers = serializers.ListField(child=JSONObjectField())
    authentication = serializers.ListField(child=JSONObjectField(), help_text="The kinds that its document names.")
    skipped = SkippedSerializer(many=True, help_text="Operations that can't be called, each with the reason.")
    notes = NoteSerializer(many=True, help_text="What was changed on the way in.")


class ActionPathSummarySerializer(serializers.Serializer):
    key = serializers.CharField(help_text="module/data-object/action: how a flow names it.")
    module = serializers.CharField()
    data_object = serializers.CharField()
    action = serializers.CharField()
    method = serializers.CharField()
    path = serializers.CharField()
    deprecated = serializers.BooleanField()
    safe_to_repeat = serializers.BooleanField()
    removed_at = serializers.DateTimeField(allow_null=True, help_text="Since when its document has it no longer.")


class ActionPathSerializer(ActionPathSummarySerializer):
    summary = serializers.CharField()
    description = serializers.CharField()
    real_time_optional = serializers.BooleanField()
    input_schema = AnyJSONField(help_text="JSON Schema (2020-12) of the one input object.")
    output_schema = AnyJSONField(help_text="JSON Schema (2020-12) of the answer; null where none is declared.")
    parameters = serializers.ListField(child=JSONObjectField(), help_text="Where each input is sent.")
    body_kind = serializers.CharField()
    body_media_type = serializers.CharField()
    security = serializers.ListField(child=serializers.CharField())
    servers = serializers.ListField(child=serializers.CharField())


class ActionPathQuerySerializer(StrictSerializer):
    search = serializers.CharField(required=False, default="", help_text="Words that must all be found.")
    module = serializers.CharField(required=False, default="", help_text="The whole name of a module.")


class NewImportSerializer(StrictSerializer):
    """Either a document or the address from which to fetch it."""

    name = serializers.CharField(max_length=120, help_text="An existing connector of this name is updated.")
    base_url = serializers.CharField(required=False, default="", allow_blank=True, max_length=2000)
    document = serializers.FileField(
        required=False, max_length=255, help_text="OpenAPI 3.0, 3.1 or Swagger 2.0, JSON or YAML."
    )
    address = serializers.CharField(required=False, max_length=2000, help_text="Where the document is.")

    def validate_base_url(self, value: str) -> str:
        return _address(value, base=True) if value else ""

    def validate_address(self, value: str) -> str:
        return _address(value, base=False)

    def validate_document(self, value: Any) -> Any:
        if value.size > settings.DOCUMENT_LIMIT_BYTES:
            limit = settings.DOCUMENT_LIMIT_BYTES // 1024 // 1024
            raise serializers.ValidationError(f"the document is larger than {limit} MB, which is the limit.")
        return value

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("document" in attrs) == ("address" in attrs):
            raise serializers.ValidationError({"document": "give a document, or the address of one."})
        return attrs


class ImportSerializer(serializers.Serializer):
    id = serializers.IntegerField()
    name = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]
    status = serializers.ChoiceField(ConnectorImport.Status.choices)
    done = serializers.IntegerField()
    total = serializers.IntegerField()
    connector = serializers.SlugField(source="connector.slug", allow_null=True, help_text="Once it is there.")
    report = AnyJSONField(help_text='{"added", "changed", "removed", "skipped", "notes", "seconds"} when it is done.')
    error = serializers.CharField(help_text="Why it failed.")
    created_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)


def _address(value: str, *, base: bool) -> str:
    problem = addresses.problem_with(value, base=base)
    if problem:
        raise serializers.ValidationError(f"the address {problem}")
    return value
