"""Who may do what in an integration. Strangers learn nothing: they get 404."""

from enum import StrEnum

from django.core.exceptions import PermissionDenied
from django.http import Http404

from integrations.models import Integration, Membership, Role


class Right(StrEnum):
    VIEW = "view"
    RUN = "run flows"
    BUILD = "build flows and connections"
    REVIEW = "review actions"
    OWN = "manage members and settings"


RIGHTS: dict[str, frozenset[Right]] = {
    Role.VIEWER: frozenset({Right.VIEW}),
    Role.BUILDER: frozenset({Right.VIEW, Right.RUN, Right.BUILD}),
    Role.OPERATOR: frozenset({Right.VIEW, Right.RUN, Right.REVIEW}),
    Role.OWNER: frozenset(Right),
}


def get_integration(user, slug: str, right: Right = Right.VIEW) -> Integration:
    """The integration with that slug, with `user_rights` set on it for the pages.

    Raises Http404 for strangers and unknown slugs, PermissionDenied for members without the right.
    """
    membership = (
        Membership.objects.select_related("integration").filter(user_id=user.pk, integration__slug=slug).first()
    )
    if membership is None:
        raise Http404("There is no such integration, or you are no member of it.")
    integration = membership.integration
    integration.user_rights = RIGHTS[membership.role]
    require(integration.user_rights, right, membership.role)
    return integration


def require(rights: frozenset[Right], right: Right, role: str) -> None:
    """Raises PermissionDenied with a sentence that says which role is missing."""
    if right not in rights:
        able = " or ".join(Role(name).label.lower() for name, has in RIGHTS.items() if right in has)
        raise PermissionDenied(f"As {role} you may not {right}: ask an owner for the role {able}.")


def integrations_of(user, right: Right = Right.VIEW):
    """The integrations in which the user has the right."""
    roles = [role for role, rights in RIGHTS.items() if right in rights]
    return Integration.objects.filter(memberships__user_id=user.pk, memberships__role__in=roles)
