"""Flows, versions, runs and actions as the API takes and shows them."""

from datetime import UTC, datetime
from typing import Any

from rest_framework import serializers

from connectors.api.fields import AnyJSONField, StrictSerializer
from flows.models import Action, Attempt, Run

EARLIEST, LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


class FlowSummarySerializer(serializers.Serializer):
    slug = serializers.SlugField()
    name = serializers.CharField()
    description = serializers.CharField()
    is_active = serializers.BooleanField(help_text="Whether triggers start runs.")
    published_version = serializers.IntegerField(source="published.number", allow_null=True)
    published_at = serializers.DateTimeField(source="published.published_at", allow_null=True)
    draft_saved_at = serializers.DateTimeField()


class PublishSerializer(StrictSerializer):
    comment = serializers.CharField(required=False, default="", allow_blank=True, max_length=300)


class VersionSerializer(serializers.Serializer):
    number = serializers.IntegerField()
    comment = serializers.CharField()
    published_by = serializers.CharField(source="published_by.username", allow_null=True)
    published_at = serializers.DateTimeField()


class NewRunSerializer(StrictSerializer):
    data = AnyJSONField(help_text="What the trigger gives to the flow: any JSON, checked by its input schema.")  # type: ignore[assignment]


class ReceiptSerializer(serializers.Serializer):
    id = serializers.IntegerField()
    status = serializers.ChoiceField(Run.Status.choices)
    address = serializers.URLField(help_text="The page of the run.")
    api = serializers.URLField(help_text="Where to read the run.")


class RunSummarySerializer(serializers.Serializer):
    id = serializers.IntegerField()
    flow = serializers.SlugField(source="flow.slug")
    version = serializers.IntegerField(source="version.number")
    status = serializers.ChoiceField(Run.Status.choices)
    message = serializers.CharField()
    created_at = serializers.DateTimeField()
    started_at = serializers.DateTimeField(allow_null=True)
    finished_at = serializers.DateTimeField(allow_null=True)


class StepOfRunSerializer(serializers.Serializer):
    id = serializers.CharField()
    name = serializers.CharField()
    status = serializers.CharField(allow_null=True, help_text="Null while the run has not come to it.")
    output = AnyJSONField()
    message = serializers.CharField()


class RunSerializer(RunSummarySerializer):
    """As run_flow prints it."""

    steps = StepOfRunSerializer(many=True)


class MomentField(serializers.DateTimeField):
    """A time within which arithmetic with times is safe."""

    default_error_messages = {"out_of_range": "give a time between the years 2000 and 2200."}

    def to_internal_value(self, value: Any) -> datetime:
        moment = super().to_internal_value(value)
        if not EARLIEST <= moment <= LATEST:
            self.fail("out_of_range")
        return moment


class TimesSerializer(StrictSerializer):
    since = MomentField(required=False, help_text="Created at this time or later.")
    until = MomentField(required=False, help_text="Created before this time.")


class RunQuerySerializer(TimesSerializer):
    flow = serializers.SlugField(required=False)
    status = serializers.ChoiceField(Run.Status.choices, required=False)


class ActionQuerySerializer(TimesSerializer):
    needs_review = serializers.BooleanField(required=False, help_text="Failed or unknown, and nobody has decided.")
    status = serializers.ChoiceField(Action.Status.choices, required=False)
    flow = serializers.SlugField(required=False)
    connection = serializers.CharField(required=False, help_text="The name of a connection.")
    action_path = serializers.CharField(required=False, help_text="A key; with it, name the connection too.")


class ActionSummarySerializer(serializers.Serializer):
    id = serializers.IntegerField()
    status = serializers.ChoiceField(Action.Status.choices)
    message = serializers.CharField()
    needs_review = serializers.BooleanField()
    flow = serializers.SlugField(source="flow.slug")
    run = serializers.IntegerField(source="run_id")
    step = serializers.CharField(source="step_result.step_id")
    connector = serializers.SlugField(source="connection.connector.slug")
    connection = serializers.CharField(source="connection.name")
    action_path = serializers.CharField(source="action_path.key")
    attempts_made = serializers.IntegerField()
    retry_of = serializers.IntegerField(source="retry_of_id", allow_null=True)
    created_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)


class AttemptSerializer(serializers.Serializer):
    number = serializers.IntegerField()
    verdict = serializers.ChoiceField(Attempt.Verdict.choices)
    request = AnyJSONField(help_text='{"method", "url", "headers", "body"} as sent, secrets masked.')
    response = AnyJSONField(help_text='{"status", "headers", "body"}, and "trouble" without a whole answer.')
    message = serializers.CharField()
    started_at = serializers.DateTimeField()
    duration_ms = serializers.IntegerField(allow_null=True)


class SentAgainSerializer(serializers.Serializer):
    id = serializers.IntegerField()
    status = serializers.ChoiceField(Action.Status.choices)


class ActionSerializer(ActionSummarySerializer):
    input = AnyJSONField()
    content = AnyJSONField(help_text='{"status", "data" | "result" | "error"} once it is closed out.')
    idempotency_key = serializers.CharField()
    wait_for_response = serializers.BooleanField()
    retry_policy = AnyJSONField()
    retries_done = serializers.IntegerField()
    expires_at = serializers.DateTimeField()
    closed_by = serializers.CharField(source="closed_by.username", allow_null=True)
    close_reason = serializers.CharField()
    attempts = AttemptSerializer(many=True)
    sent_again_as = SentAgainSerializer(source="retries", many=True)


class RetrySerializer(StrictSerializer):
    reason = serializers.CharField(max_length=1000, help_text="Kept in the audit trail.")


class CloseSerializer(RetrySerializer):
    status = serializers.ChoiceField([Action.Status.FAILED.value, Action.Status.SUCCESSFUL.value])
