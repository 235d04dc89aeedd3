"""Finding what a command line names."""

from django.core.management.base import CommandError

from flows.models import Flow
from integrations.models import Integration


def find_flow(name: str) -> Flow:
    """The flow with that slug, or integration-slug/flow-slug. Raises CommandError."""
    integration, _, slug = name.rpartition("/")
    found = Flow.objects.filter(slug=slug).select_related("integration").order_by("integration__slug")
    flows = list(found.filter(integration__slug=integration) if integration else found)
    if len(flows) == 1:
        return flows[0]
    if flows:
        names = ", ".join(f"{flow.integration.slug}/{flow.slug}" for flow in flows)
        raise CommandError(f"Several flows are called {slug}; name one of: {names}.")
    have = ", ".join(Flow.objects.order_by("slug").values_list("slug", flat=True)[:20]) or "none yet"
    raise CommandError(f"There is no flow {name}. There are: {have}.")


def find_integration(slug: str) -> Integration:
    """The integration with that slug; without one, the only one there is. Raises CommandError."""
    have = list(Integration.objects.order_by("slug")[:20])
    named = Integration.objects.filter(slug=slug).first() if slug else None
    if named:
        return named
    if not slug and len(have) == 1:
        return have[0]
    names = ", ".join(integration.slug for integration in have) or "none yet"
    wish = f"There is no integration {slug}." if slug else "Say which integration with --integration SLUG."
    raise CommandError(f"{wish} There are: {names}.")
