"""Flows, for their pages."""

from dataclasses import dataclass

from django.db.models import OuterRef, QuerySet, Subquery
from django.http import Http404

from flows.models import Flow, Run, Version
from integrations.models import AuditEntry, Integration

VERSIONS_SHOWN = 50
# What the audit trail says of a draft that was saved.
CHANGED_DRAFT = "changed draft of"


@dataclass(frozen=True, slots=True)
class FlowRow:
    flow: Flow
    last_run: Run | None
    needs_publishing: bool


def list_flows(integration: Integration) -> list[FlowRow]:
    """By name, each with its last run; two queries."""
    newest = Run.objects.filter(flow=OuterRef("pk")).order_by("-id").values("id")[:1]
    flows = Flow.objects.filter(integration=integration).select_related("published")
    flows = flows.defer("draft", "published__definition").annotate(last_run_id=Subquery(newest))
    payloads = ("trigger_data", "trigger_event")
    runs = Run.objects.defer(*payloads).in_bulk([flow.last_run_id for flow in flows if flow.last_run_id])
    return [FlowRow(flow, runs.get(flow.last_run_id), needs_publishing(flow)) for flow in flows]


def needs_publishing(flow: Flow) -> bool:
    """Whether the draft was saved after the published version was made."""
    return flow.published is None or flow.draft_saved_at > flow.published.published_at


def get_flow(integration: Integration, slug: str) -> Flow:
    """Raises Http404."""
    flows = Flow.objects.filter(integration=integration).select_related("published__published_by")
    flow = flows.defer("published__definition").filter(slug=slug).first()
    if flow is None:
        raise Http404("There is no such flow in this integration.")
    flow.integration = integration
    return flow


def versions_of(flow: Flow) -> QuerySet[Version]:
    """The newest ones, without their definitions."""
    return flow.versions.select_related("published_by").defer("definition")[:VERSIONS_SHOWN]


def get_version(flow: Flow, number: int) -> Version:
    """Raises Http404."""
    version = flow.versions.select_related("published_by").filter(number=number).first()
    if version is None:
        raise Http404(f"The flow {flow.name} has no version {number}.")
    return version


def last_data_of(flow: Flow) -> Run | None:
    """The last run, for its trigger data."""
    return flow.runs.only("id", "flow_id", "trigger_data", "created_at").first()


def last_save_of(flow: Flow) -> AuditEntry | None:
    """Who saved the draft last, as the audit trail has it under the flow's present name."""
    entries = AuditEntry.objects.filter(integration_id=flow.integration_id, target=flow.name[:300], verb=CHANGED_DRAFT)
    return entries.select_related("actor").first()


def version_before(version: Version) -> Version | None:
    """The one that was published before it; None for the first."""
    return Version.objects.filter(flow_id=version.flow_id, number__lt=version.number).first()
