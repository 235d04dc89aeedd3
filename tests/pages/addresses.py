"""The addresses of all pages of integrations and connectors, by name."""

from django.urls import reverse


def address(name: str, scene) -> str:
    """The address of a page for the things in the scene."""
    return reverse(name, kwargs=_kwargs(name, scene))


def _kwargs(name: str, scene) -> dict:
    if name in {"home", "integration-create", "connector-list", "connector-import"}:
        return {}
    if name == "connector-import-status":
        return {"number": scene.order.pk}
    if name == "connector-detail":
        return {"slug": scene.connector.slug}
    if name.startswith("action-path"):
        return {"slug": scene.connector.slug, "key": scene.path.key}
    integration = {"integration": scene.integration.slug}
    if name in {"member-change", "member-remove"}:
        return integration | {"member": scene.integration.memberships.get(user__username="vic").pk}
    if name in {"connection-detail", "connection-edit", "connection-test", "connection-try", "connection-delete"}:
        return integration | {"connection": scene.connection.pk}
    return integration
