"""Actions, and what an administrator decides about them."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from connectors.api.fields import body_of, query_of
from flows.api.lookups import action_path_id_of, connection_of, flow_id_of
from flows.api.serializers import (
    ActionQuerySerializer,
    ActionSerializer,
    ActionSummarySerializer,
    CloseSerializer,
    RetrySerializer,
)
from flows.commands.actions import Decided, close_as, retry_now
from flows.models import Action
from flows.queries.api import action_summaries, whole_action
from integrations.api.membership import IntegrationView
from integrations.models import Integration
from integrations.permissions import Right
from integrations.problems import Refused


@extend_schema(tags=["Actions"])
class ActionList(IntegrationView, ListAPIView):
    """The actions of the integration, newest first."""

    serializer_class = ActionSummarySerializer

    def get_queryset(self) -> QuerySet[Action]:
        return action_summaries(self.integration, **self._filters())

    @extend_schema(parameters=[ActionQuerySerializer])
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)

    def _filters(self) -> dict[str, Any]:
        asked = query_of(self.request, ActionQuerySerializer)
        flow = flow_id_of(self.integration, asked.pop("flow", None))
        connection = connection_of(self.integration, asked.pop("connection", None))
        action_path = action_path_id_of(connection, asked.pop("action_path", None))
        connection_id = connection.pk if connection else None
        return asked | {"flow_id": flow, "connection_id": connection_id, "action_path_id": action_path}


@extend_schema(tags=["Actions"])
class ActionDetail(IntegrationView):
    @extend_schema(responses=ActionSerializer)
    def get(self, request: Request, integration: str, pk: int) -> Response:
        """One action with each attempt at it."""
        return _shown(self.integration, pk)


@extend_schema(tags=["Actions"])
class RetryAction(IntegrationView):
    rights = {"POST": Right.REVIEW}

    @extend_schema(request=RetrySerializer, responses=ActionSerializer)
    def post(self, request: Request, integration: str, pk: int) -> Response:
        """Send it again at once; a failed one is sent again as an action of its own."""
        _shown(self.integration, pk)
        given = body_of(request, RetrySerializer)
        decided = retry_now(actor=request.user, integration=self.integration, ids=[pk], **given)
        return _decided(decided, self.integration, pk)


@extend_schema(tags=["Actions"])
class CloseAction(IntegrationView):
    rights = {"POST": Right.REVIEW}

    @extend_schema(request=CloseSerializer, responses=ActionSerializer)
    def post(self, request: Request, integration: str, pk: int) -> Response:
        """Close it as Failed or Successful; a waiting flow goes on accordingly."""
        _shown(self.integration, pk)
        given = body_of(request, CloseSerializer)
        status = Action.Status(given.pop("status"))
        decided = close_as(actor=request.user, integration=self.integration, ids=[pk], status=status, **given)
        return _decided(decided, self.integration, pk)


def _shown(integration: Integration, pk: int) -> Response:
    action = whole_action(integration, pk)
    if action is None:
        raise Http404("There is no such action in this integration.")
    return Response(ActionSerializer(action).data)


def _decided(decided: Decided, integration: Integration, pk: int) -> Response:
    """Raises Refused when the decision passed the action by."""
    if pk in decided.passed_by:
        raise Refused(f"Action {pk} was left as it is: {decided.passed_by[pk]}.", "status")
    return _shown(integration, pk)
