"""Flows as files, and their versions."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from connectors.api.fields import body_of
from flows.api.schema import FLOW_FILE
from flows.api.serializers import FlowSummarySerializer, PublishSerializer, VersionSerializer
from flows.commands.flows import import_flow, publish
from flows.models import Flow, Version
from flows.queries.api import flow_summaries, version_summaries
from flows.queries.documents import flow_document, version_document
from flows.queries.flows import get_flow, get_version
from integrations.api.membership import IntegrationView
from integrations.permissions import Right
from integrations.problems import Refused


@extend_schema(tags=["Flows"])
class FlowList(IntegrationView, ListAPIView):
    """The flows of the integration, by slug."""

    serializer_class = FlowSummarySerializer

    def get_queryset(self) -> QuerySet[Flow]:
        return flow_summaries(self.integration)


@extend_schema(tags=["Flows"])
class FlowDetail(IntegrationView):
    rights = {"PUT": Right.BUILD}

    @extend_schema(responses={(200, "application/json"): FLOW_FILE})
    def get(self, request: Request, integration: str, flow: str) -> Response:
        """The flow as export_flow writes it: its published version, or its draft when there is none."""
        return Response(flow_document(get_flow(self.integration, flow)))

    @extend_schema(
        request={"application/json": FLOW_FILE},
        responses={(200, "application/json"): FLOW_FILE, (201, "application/json"): FLOW_FILE},
    )
    def put(self, request: Request, integration: str, flow: str) -> Response:
        """Create the flow (201), or replace its draft (200), by a flow file. Publishing is a step of its own."""
        file = _file_in(request, flow)
        is_new = not flow_summaries(self.integration).filter(slug=flow).exists()
        saved = import_flow(actor=request.user, integration=self.integration, document=file, publish_it=False)
        return Response(flow_document(saved, draft=True), status=201 if is_new else 200)


@extend_schema(tags=["Flows"])
class Draft(IntegrationView):
    @extend_schema(responses={(200, "application/json"): FLOW_FILE})
    def get(self, request: Request, integration: str, flow: str) -> Response:
        """The draft as a flow file, perhaps with mistakes that stand in the way of publishing."""
        return Response(flow_document(get_flow(self.integration, flow), draft=True))


@extend_schema(tags=["Flows"])
class Publish(IntegrationView):
    rights = {"POST": Right.BUILD}

    @extend_schema(request=PublishSerializer, responses={201: VersionSerializer})
    def post(self, request: Request, integration: str, flow: str) -> Response:
        """Freeze the draft as the next version, which runs use from now on."""
        found = get_flow(self.integration, flow)
        version = publish(actor=request.user, flow=found, **body_of(request, PublishSerializer))
        return Response(VersionSerializer(version).data, status=201)


@extend_schema(tags=["Flows"])
class VersionList(IntegrationView, ListAPIView):
    """The published versions of a flow, newest first."""

    serializer_class = VersionSerializer

    def get_queryset(self) -> QuerySet[Version]:
        return version_summaries(get_flow(self.integration, self.kwargs["flow"]))


@extend_schema(tags=["Flows"])
class VersionDetail(IntegrationView):
    @extend_schema(responses={(200, "application/json"): FLOW_FILE})
    def get(self, request: Request, integration: str, flow: str, number: int) -> Response:
        """One version as a flow file."""
        return Response(version_document(get_version(get_flow(self.integration, flow), number)))


def _file_in(request: Request, slug: str) -> Any:
    """The body, whose shape import_flow checks. Raises Refused for the file of another flow."""
    file: Any = request.data
    if isinstance(file, dict) and file.get("slug", slug) != slug:
        raise Refused(f"the file is of the flow {file['slug']}; send it to the address of that flow.", "slug")
    return file
