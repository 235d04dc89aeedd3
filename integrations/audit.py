"""The audit trail: an entry for each change and each decision, never a secret in it."""

from typing import Any

from integrations.models import AuditEntry, Integration


def record(
    *, integration: Integration | None, actor: Any, verb: str, target: str, detail: dict[str, Any] | None = None
) -> AuditEntry:
    """Append an entry in the caller's transaction. `actor` is None for the command line and the system."""
    return AuditEntry.objects.create(
        integration=integration, actor=actor, verb=verb, target=target[:300], detail=detail or {}
    )
