"""Flows: drafts that people edit, versions that never change."""

from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.text import slugify

from connectors import exact_json
from flows.definition.checks import publish_problems
from flows.definition.files import check_document, definition_of
from flows.definition.schema import definition_schema, structure_problems
from flows.models import Flow, Run, Version
from flows.models.flows import make_webhook_secret
from flows.queries.catalogs import definition_context
from flows.queries.flows import CHANGED_DRAFT, last_save_of
from integrations.audit import record
from integrations.models import Integration
from integrations.problems import Problem, Refused

# What one person saves by itself within this time is one entry of the audit trail.
ONE_SITTING = timedelta(minutes=10)
EMPTY_DRAFT: dict[str, Any] = {"trigger": {"kind": "on_demand", "input_schema": None}, "steps": []}


@transaction.atomic
def create_flow(
    *,
    actor,
    integration: Integration,
    name: str,
    slug: str = "",
    description: str = "",
    trigger_kind: str = "on_demand",
) -> Flow:
    """Raises Refused when the name or slug is taken or empty."""
    name = name.strip()
    slug = slug or slugify(name)[:120]
    _require_free(integration, name, slug)
    draft = {**EMPTY_DRAFT, "trigger": {"kind": trigger_kind, "input_schema": None}}
    flow = Flow(integration=integration, name=name, slug=slug, description=description, draft=draft)
    _save_named(flow)
    record(integration=integration, actor=actor, verb="created flow", target=name)
    return flow


@transaction.atomic
def save_draft(*, actor, flow: Flow, draft: dict[str, Any], revision: int, autosave: bool = False) -> Flow:
    """Store a draft, which may have mistakes but must have the shape of a definition.

    Raises Refused when somebody else saved since `revision` was read; nobody's work is overwritten.
    """
    note_change(actor=actor, flow=flow, autosave=autosave)
    return store_draft(flow=flow, draft=draft, revision=revision)


def note_change(*, actor, flow: Flow, autosave: bool) -> None:
    """Write the audit entry of a change of the draft, in the transaction that makes it."""
    last = last_save_of(flow) if autosave else None
    if last is None or last.actor != actor or last.at < timezone.now() - ONE_SITTING:
        record(integration=flow.integration, actor=actor, verb=CHANGED_DRAFT, target=flow.name)


def store_draft(*, flow: Flow, draft: dict[str, Any], revision: int) -> Flow:
    """As save_draft, where the caller writes the audit entry, in the same transaction."""
    problems = structure_problems(draft, definition_schema())
    if problems:
        raise Refused(problems)
    changed = Flow.objects.filter(pk=flow.pk, draft_revision=revision).update(
        draft=draft, draft_revision=revision + 1, draft_saved_at=timezone.now()
    )
    if not changed:
        raise Refused("Somebody else saved this flow meanwhile. Reload the page, then make your change again.")
    flow.refresh_from_db()
    return flow


@transaction.atomic
def update_flow(*, actor, flow: Flow, name: str, description: str, is_active: bool) -> Flow:
    name = name.strip()
    if name != flow.name:
        _require_free(flow.integration, name, slug=None)
    flow.name, flow.description, flow.is_active = name, description, is_active
    _save_named(flow, update_fields=["name", "description", "is_active"])
    record(integration=flow.integration, actor=actor, verb="changed flow", target=name, detail={"active": is_active})
    return flow


@transaction.atomic
def publish(*, actor, flow: Flow, comment: str = "") -> Version:
    """Freeze the draft as the next version; one that is published already stays the version it is.

    Raises Refused with every place that stands in the way.
    """
    rows = Flow.objects.select_for_update(of=("self",)).select_related("integration", "published")
    flow = rows.get(pk=flow.pk)
    problems = publish_problems(flow.draft, definition_context(flow.integration))
    if problems:
        raise Refused(problems)
    if flow.published and exact_json.dumps(flow.published.definition) == exact_json.dumps(flow.draft):
        return flow.published
    number = (flow.versions.aggregate(last=Max("number"))["last"] or 0) + 1
    version = Version.objects.create(
        flow=flow, number=number, definition=flow.draft, comment=comment, published_by=actor
    )
    flow.published = version
    flow.save(update_fields=["published"])
    record(
        integration=flow.integration, actor=actor, verb="published", target=str(version), detail={"comment": comment}
    )
    return version


@transaction.atomic
def import_flow(*, actor, integration: Integration, document: dict[str, Any], publish_it: bool = True) -> Flow:
    """Create the flow of a file, or update the one with its slug; all of it or nothing.

    Raises Refused with every place of the file that is wrong for this integration.
    """
    check_document(document)
    definition = definition_of(document)
    problems = publish_problems(definition, definition_context(integration))
    if problems:
        raise Refused(problems)
    flow = Flow.objects.filter(integration=integration, slug=document["slug"]).first()
    if flow is None:
        flow = create_flow(actor=actor, integration=integration, name=document["name"], slug=document["slug"])
    flow = update_flow(
        actor=actor,
        flow=flow,
        name=document["name"],
        description=document.get("description", ""),
        is_active=flow.is_active,
    )
    flow = save_draft(actor=actor, flow=flow, draft=definition, revision=flow.draft_revision)
    if publish_it:
        publish(actor=actor, flow=flow, comment="Imported from a file")
        flow.refresh_from_db()
    return flow


@transaction.atomic
def replace_webhook_secret(*, actor, flow: Flow) -> Flow:
    """Give the webhook a new address; the old one stops at once."""
    flow.webhook_secret = make_webhook_secret()
    flow.save(update_fields=["webhook_secret"])
    record(integration=flow.integration, actor=actor, verb="replaced webhook address of", target=flow.name)
    return flow


@transaction.atomic
def delete_flow(*, actor, flow: Flow) -> None:
    """Delete a flow with its versions and runs. Raises Refused while runs are active."""
    if flow.runs.filter(status__in=Run.ACTIVE).exists():
        raise Refused("This flow has runs that have not ended. Cancel them or wait, then delete the flow.")
    record(integration=flow.integration, actor=actor, verb="deleted flow", target=flow.name)
    flow.delete()


def _require_free(integration: Integration, name: str, slug: str | None) -> None:
    problems = []
    mine = Flow.objects.filter(integration=integration)
    if not name:
        problems.append(Problem("name", "give the flow a name."))
    elif mine.filter(name=name).exists():
        problems.append(Problem("name", f"the integration has a flow {name} already; choose another name."))
    if slug is not None and (not slug or mine.filter(slug=slug).exists()):
        problems.append(Problem("slug", f"the address {slug or '(empty)'} is not free; choose another name."))
    if problems:
        raise Refused(problems)


def _save_named(flow: Flow, **options: Any) -> None:
    try:
        with transaction.atomic():
            flow.save(**options)
    except IntegrityError:
        # Free a moment ago, when it was looked up; somebody was faster.
        text = f"The integration has a flow {flow.name} or {flow.slug} by now; choose another name."
        raise Refused(text, "name") from None
