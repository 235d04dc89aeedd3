"""Integrations: those of which the caller is a member."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from connectors.api.fields import body_of
from integrations import commands, queries
from integrations.api import serializers
from integrations.api.membership import IntegrationView
from integrations.models import Integration
from integrations.permissions import Right


@extend_schema(tags=["Integrations"])
class IntegrationList(ListAPIView):
    """Your integrations, by slug."""

    serializer_class = serializers.IntegrationSerializer

    def get_queryset(self) -> QuerySet[Integration]:
        return queries.integrations_for(self.request.user).order_by("slug")

    @extend_schema(request=serializers.NewIntegrationSerializer, responses={201: serializers.IntegrationSerializer})
    def post(self, request: Request) -> Response:
        """A new integration, of which you are the owner."""
        made = commands.create_integration(actor=request.user, **body_of(request, serializers.NewIntegrationSerializer))
        return Response(_document(request, made), status=201)


@extend_schema(tags=["Integrations"])
class IntegrationDetail(IntegrationView):
    rights = {"PATCH": Right.OWN}

    @extend_schema(responses=serializers.IntegrationSerializer)
    def get(self, request: Request, integration: str) -> Response:
        """One integration, with its configuration values."""
        return Response(_document(request, self.integration))

    @extend_schema(request=serializers.IntegrationChangesSerializer, responses=serializers.IntegrationSerializer)
    def patch(self, request: Request, integration: str) -> Response:
        """Change its name, description or configuration values; its slug stays."""
        now = {name: getattr(self.integration, name) for name in ("name", "description", "config")}
        changes = body_of(request, serializers.IntegrationChangesSerializer)
        changed = commands.update_integration(actor=request.user, integration=self.integration, **now | changes)
        return Response(_document(request, changed))


def _document(request: Request, integration: Integration) -> Any:
    """With the caller's role, which only the query knows."""
    found = queries.integrations_for(request.user).get(pk=integration.pk)
    return serializers.IntegrationSerializer(found).data
