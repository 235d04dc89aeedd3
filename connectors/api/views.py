"""Connectors, their action paths, and imports: the same for every log-in."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import PermissionDenied
from rest_framework.generics import ListAPIView
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from connectors import queries
from connectors.api import serializers
from connectors.api.fields import body_of, query_of
from connectors.commands import queue_import
from connectors.models import ActionPath, Connector

MAY_NOT_IMPORT = "You may not import connectors: ask who operates this server for the permission “Can add connector”."


@extend_schema(tags=["Connectors"])
class ConnectorList(ListAPIView):
    """The systems that can be called, by slug."""

    serializer_class = serializers.ConnectorSummarySerializer

    def get_queryset(self) -> QuerySet[Connector]:
        return queries.connectors().order_by("slug")


@extend_schema(tags=["Connectors"])
class ConnectorDetail(APIView):
    @extend_schema(responses=serializers.ConnectorSerializer)
    def get(self, request: Request, slug: str) -> Response:
        """One connector, with what its import left out."""
        return Response(serializers.ConnectorSerializer(queries.get_connector(slug)).data)


@extend_schema(tags=["Connectors"])
class ActionPathList(ListAPIView):
    """What a connector offers, by key; removed ones too, because flows may still name them."""

    serializer_class = serializers.ActionPathSummarySerializer

    def get_queryset(self) -> QuerySet[ActionPath]:
        asked = query_of(self.request, serializers.ActionPathQuerySerializer)
        found = queries.action_paths(queries.get_connector(self.kwargs["slug"]), asked["search"])
        return (found.filter(module=asked["module"]) if asked["module"] else found).order_by("key")

    @extend_schema(parameters=[serializers.ActionPathQuerySerializer])
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)


@extend_schema(tags=["Connectors"])
class ActionPathDetail(APIView):
    @extend_schema(responses=serializers.ActionPathSerializer)
    def get(self, request: Request, slug: str, key: str) -> Response:
        """One action path with its schemas."""
        return Response(serializers.ActionPathSerializer(queries.get_action_path(slug, key)).data)


@extend_schema(tags=["Connectors"])
class ImportList(APIView):
    parser_classes = [MultiPartParser]

    @extend_schema(request=serializers.NewImportSerializer, responses={202: serializers.ImportSerializer})
    def post(self, request: Request) -> Response:
        """Import a document in the background; read the answered import again to see how far it is."""
        if not request.user.has_perm("connectors.add_connector"):
            raise PermissionDenied(MAY_NOT_IMPORT)
        given = body_of(request, serializers.NewImportSerializer)
        document = given.get("document")
        found = queue_import(
            actor=request.user,
            name=given["name"],
            base_url=given["base_url"],
            source=document.name if document else given["address"],
            document=document.read() if document else None,
        )
        return Response(serializers.ImportSerializer(found).data, status=202)


@extend_schema(tags=["Connectors"])
class ImportDetail(APIView):
    @extend_schema(responses=serializers.ImportSerializer)
    def get(self, request: Request, pk: int) -> Response:
        """How far an import is, and what came of it."""
        return Response(serializers.ImportSerializer(queries.get_import(pk)).data)
