"""What the pages of integrations read."""

from django.core.paginator import Page, Paginator
from django.db.models import Count, F, QuerySet
from django.http import Http404

from integrations.models import AuditEntry, Connection, Integration, Membership
from integrations.permissions import integrations_of

ENTRIES_PER_PAGE = 50


def integrations_for(user) -> QuerySet[Integration]:
    """The integrations of the user with `role`, `connection_count` and `member_count`."""
    return integrations_of(user).annotate(
        role=F("memberships__role"),
        connection_count=Count("connections", distinct=True),
        member_count=Count("memberships__integration__memberships", distinct=True),
    )


def members_of(integration: Integration) -> QuerySet[Membership]:
    return integration.memberships.select_related("user").order_by("user__username")


def get_member(integration: Integration, pk: int) -> Membership:
    """Raises Http404."""
    member = members_of(integration).select_related("integration").filter(pk=pk).first()
    if member is None:
        raise Http404("There is no such member; perhaps somebody has removed them.")
    return member


def connections_of(integration: Integration) -> QuerySet[Connection]:
    """With their connectors, without what the pages never show."""
    return integration.connections.select_related("connector").defer(
        "sealed_secrets", "sealed_token", "connector__skipped", "connector__notes", "connector__servers"
    )


def get_connection(integration: Integration, pk: int) -> Connection:
    """Raises Http404."""
    connection = integration.connections.select_related("connector", "integration").filter(pk=pk).first()
    if connection is None:
        raise Http404("There is no such connection in this integration; perhaps somebody has deleted it.")
    return connection


def audit_page(integration: Integration, number: str | None) -> Page[AuditEntry]:
    """One page of the audit trail, newest first."""
    entries = integration.audit_entries.select_related("actor")
    return Paginator(entries, ENTRIES_PER_PAGE).get_page(number)
