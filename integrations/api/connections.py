"""Connections: secrets go in and never come out."""

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from connectors.api.fields import body_of
from integrations import commands, queries
from integrations.api.membership import IntegrationView
from integrations.api.serializers import (
    ConnectionChangesSerializer,
    ConnectionSerializer,
    NewConnectionSerializer,
    TestResultSerializer,
)
from integrations.models import Connection
from integrations.permissions import Right


@extend_schema(tags=["Connections"])
class ConnectionList(IntegrationView, ListAPIView):
    """The connections of the integration, newest first."""

    rights = {"POST": Right.BUILD}
    serializer_class = ConnectionSerializer

    def get_queryset(self) -> QuerySet[Connection]:
        return queries.connections_of(self.integration)

    @extend_schema(request=NewConnectionSerializer, responses={201: ConnectionSerializer})
    def post(self, request: Request, integration: str) -> Response:
        """Join a system. The connector's authentication kinds say which settings and secrets it needs."""
        made = commands.create_connection(
            actor=request.user, integration=self.integration, **body_of(request, NewConnectionSerializer)
        )
        return Response(ConnectionSerializer(made).data, status=201)


@extend_schema(tags=["Connections"])
class ConnectionDetail(IntegrationView):
    rights = {"PATCH": Right.BUILD, "DELETE": Right.BUILD}

    @extend_schema(responses=ConnectionSerializer)
    def get(self, request: Request, integration: str, pk: int) -> Response:
        """One connection, without its secrets."""
        return Response(ConnectionSerializer(queries.get_connection(self.integration, pk)).data)

    @extend_schema(request=ConnectionChangesSerializer, responses=ConnectionSerializer)
    def patch(self, request: Request, integration: str, pk: int) -> Response:
        """Change a connection. With another host its secrets must be given again."""
        connection = queries.get_connection(self.integration, pk)
        changes = body_of(request, ConnectionChangesSerializer)
        changed = commands.update_connection(actor=request.user, connection=connection, **changes)
        return Response(ConnectionSerializer(changed).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, integration: str, pk: int) -> Response:
        """Delete a connection that no action ever used."""
        commands.delete_connection(actor=request.user, connection=queries.get_connection(self.integration, pk))
        return Response(status=204)


@extend_schema(tags=["Connections"])
class ConnectionTest(IntegrationView):
    rights = {"POST": Right.BUILD}

    @extend_schema(request=None, responses=TestResultSerializer)
    def post(self, request: Request, integration: str, pk: int) -> Response:
        """Send one harmless request to the system, and say what came back."""
        connection = queries.get_connection(self.integration, pk)
        return Response(commands.test_connection(actor=request.user, connection=connection))
