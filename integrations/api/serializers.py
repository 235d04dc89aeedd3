"""Integrations and connections as the API takes and shows them."""

from rest_framework import serializers

from connectors.api.fields import JSONObjectField, StrictSerializer
from connectors.authentication import KINDS
from connectors.models import Connector
from integrations.connection_rules import LIMITS
from integrations.models import Role

KIND_CHOICES = [(name, kind.label) for name, kind in KINDS.items()]


class IntegrationSerializer(serializers.Serializer):
    slug = serializers.SlugField()
    name = serializers.CharField()
    description = serializers.CharField()
    config = JSONObjectField(help_text="Read in expressions as flow.config.name.")
    role = serializers.ChoiceField(Role.choices, help_text="Yours.")
    created_at = serializers.DateTimeField()


class NewIntegrationSerializer(StrictSerializer):
    name = serializers.CharField(max_length=120)
    description = serializers.CharField(required=False, default="", allow_blank=True)


class IntegrationChangesSerializer(StrictSerializer):
    """What is left out stays as it is."""

    name = serializers.CharField(required=False, max_length=120)
    description = serializers.CharField(required=False, allow_blank=True)
    config = JSONObjectField(required=False)


class LimitsSerializer(StrictSerializer):
    concurrency = serializers.IntegerField(
        required=False,
        min_value=LIMITS["concurrency"].least,
        max_value=LIMITS["concurrency"].most,
        help_text="Requests at the same time.",
    )
    requests_per_second = serializers.IntegerField(
        required=False,
        allow_null=True,
        min_value=LIMITS["requests_per_second"].least,
        max_value=LIMITS["requests_per_second"].most,
        help_text="In any second; null for no limit.",
    )
    requests_per_minute = serializers.IntegerField(
        required=False,
        allow_null=True,
        min_value=LIMITS["requests_per_minute"].least,
        max_value=LIMITS["requests_per_minute"].most,
        help_text="In any minute; null for no limit.",
    )
    processing_minutes = serializers.IntegerField(
        required=False,
        min_value=LIMITS["processing_minutes"].least,
        max_value=LIMITS["processing_minutes"].most,
        help_text="How often queued actions without real-time processing are taken.",
    )
    idempotency_header = serializers.CharField(required=False, max_length=100)
    honours_idempotency_key = serializers.BooleanField(required=False)


class TestResultSerializer(serializers.Serializer):
    ok = serializers.BooleanField()
    tried = serializers.CharField()
    came_back = serializers.CharField()


class ConnectionSerializer(serializers.Serializer):
    """Secrets go in and never come out."""

    id = serializers.IntegerField()
    connector = serializers.SlugField(source="connector.slug")
    name = serializers.CharField()
    base_url = serializers.CharField()
    authentication_kind = serializers.CharField()
    settings = JSONObjectField(help_text="The fields of the authentication kind that are no secret.")
    limits = LimitsSerializer(source="*")
    tested_at = serializers.DateTimeField(allow_null=True)
    test_result = TestResultSerializer(allow_null=True)
    created_at = serializers.DateTimeField()


class ConnectionChangesSerializer(StrictSerializer):
    """What is left out stays as it is; of the secrets only the given ones are replaced."""

    name = serializers.CharField(required=False, max_length=120)
    base_url = serializers.CharField(required=False, max_length=2000)
    authentication_kind = serializers.ChoiceField(KIND_CHOICES, required=False)
    settings = serializers.DictField(child=serializers.CharField(allow_blank=True), required=False)
    secrets = serializers.DictField(
        child=serializers.CharField(allow_blank=True, trim_whitespace=False), required=False, write_only=True
    )
    limits = LimitsSerializer(required=False)


class NewConnectionSerializer(ConnectionChangesSerializer):
    connector = serializers.SlugRelatedField(
        slug_field="slug",
        queryset=Connector.objects.only("slug", "name"),
        error_messages={"does_not_exist": "there is no connector {value}; import it, or choose another."},
    )
    name = serializers.CharField(max_length=120)
    base_url = serializers.CharField(max_length=2000)
