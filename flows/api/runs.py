"""Runs: start, follow, cancel, run again."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from connectors.api.fields import body_of, query_of
from flows.api.lookups import flow_id_of
from flows.api.serializers import (
    NewRunSerializer,
    ReceiptSerializer,
    RunQuerySerializer,
    RunSerializer,
    RunSummarySerializer,
)
from flows.commands.runs import cancel_run, run_again, start_run
from flows.models import Run
from flows.queries.api import run_with_results
from flows.queries.flows import get_flow
from flows.queries.runs import filtered_runs, run_as_json
from integrations.api.membership import IntegrationView
from integrations.models import Integration
from integrations.permissions import Right


@extend_schema(tags=["Runs"])
class RunList(IntegrationView, ListAPIView):
    """The runs of the integration, newest first."""

    serializer_class = RunSummarySerializer

    def get_queryset(self) -> QuerySet[Run]:
        asked = query_of(self.request, RunQuerySerializer)
        asked["flow_id"] = flow_id_of(self.integration, asked.pop("flow", None))
        return filtered_runs(self.integration.pk, **asked)

    @extend_schema(parameters=[RunQuerySerializer])
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)


@extend_schema(tags=["Runs"])
class StartRun(IntegrationView):
    rights = {"POST": Right.RUN}

    @extend_schema(request=NewRunSerializer, responses={202: ReceiptSerializer})
    def post(self, request: Request, integration: str, flow: str) -> Response:
        """Run the published version. The answer comes once the run is stored; then read it at `api`."""
        found = get_flow(self.integration, flow)
        data = body_of(request, NewRunSerializer)["data"]
        run = start_run(flow=found, data=data, trigger_kind="api", actor=request.user)
        return _receipt(request, run, self.integration)


@extend_schema(tags=["Runs"])
class RunDetail(IntegrationView):
    @extend_schema(responses=RunSerializer)
    def get(self, request: Request, integration: str, pk: int) -> Response:
        """One run with what each step did, as run_flow prints it."""
        return _shown(self.integration, pk)


@extend_schema(tags=["Runs"])
class CancelRun(IntegrationView):
    rights = {"POST": Right.RUN}

    @extend_schema(request=None, responses=RunSerializer)
    def post(self, request: Request, integration: str, pk: int) -> Response:
        """End a run and cancel its open actions."""
        cancel_run(actor=request.user, run=_run(self.integration, pk))
        return _shown(self.integration, pk)


@extend_schema(tags=["Runs"])
class RunAgain(IntegrationView):
    rights = {"POST": Right.RUN}

    @extend_schema(request=None, responses={202: ReceiptSerializer})
    def post(self, request: Request, integration: str, pk: int) -> Response:
        """Start a new run with the same data, on the version that is published now."""
        run = run_again(actor=request.user, run=_run(self.integration, pk))
        return _receipt(request, run, self.integration)


def _run(integration: Integration, pk: int) -> Run:
    run = run_with_results(integration, pk)
    if run is None:
        raise Http404("There is no such run in this integration.")
    return run


def _shown(integration: Integration, pk: int) -> Response:
    return Response(run_as_json(_run(integration, pk)))


def _receipt(request: Request, run: Run, integration: Integration) -> Response:
    place = {"integration": integration.slug, "pk": run.pk}
    page, api = (request.build_absolute_uri(reverse(name, kwargs=place)) for name in ("run-detail", "api-run"))
    receipt = {"id": run.pk, "status": run.status, "address": page, "api": api}
    return Response(receipt, status=202, headers={"Location": api})
